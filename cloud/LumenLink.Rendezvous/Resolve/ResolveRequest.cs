using System.Buffers.Binary;
using System.Text.Json;

namespace LumenLink.Rendezvous.Resolve;

/// <summary>The body of a call: {"eids":["16 hexadecimal digits", …]}, read without an object for each.</summary>
internal static class ResolveRequest
{
    /// <summary>What a body looks like.</summary>
    public const string Body = """{"eids": ["a9b76a71c5f89290"]}""";

    private const int EidBytes = 8;

    /// <summary>Reads the identifiers of a body.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="eids">Takes them, the first byte of each highest.</param>
    /// <returns>How many there are; null when it is no such body, or has none, or more than fit.</returns>
    public static int? Read(ReadOnlySpan<byte> body, Span<ulong> eids)
    {
        try
        {
            Utf8JsonReader reader = new(body);
            return Next(ref reader, JsonTokenType.StartObject) && Next(ref reader, JsonTokenType.PropertyName)
                && reader.ValueTextEquals("eids"u8) && Next(ref reader, JsonTokenType.StartArray)
                && ReadArray(ref reader, eids) is > 0 and var count
                && Next(ref reader, JsonTokenType.EndObject) && !reader.Read()
                ? count
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static int ReadArray(ref Utf8JsonReader reader, Span<ulong> eids)
    {
        int count = 0;
        Span<byte> bytes = stackalloc byte[EidBytes];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == eids.Length || reader.TokenType != JsonTokenType.String
                || reader.ValueSpan.Length != 2 * EidBytes
                || Convert.FromHexString(reader.ValueSpan, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
                return 0;
            eids[count++] = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        }

        return count;
    }

    private static bool Next(ref Utf8JsonReader reader, JsonTokenType type) => reader.Read() && reader.TokenType == type;
}
