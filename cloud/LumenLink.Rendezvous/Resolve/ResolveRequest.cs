using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text.Json;
using LumenLink.Rendezvous.Query;

namespace LumenLink.Rendezvous.Resolve;

/// <summary>The body of a call: {"eids":["16 hexadecimal digits", …]}, read without an object for each.</summary>
internal static class ResolveRequest
{
    /// <summary>What a body looks like.</summary>
    public const string Body = """{"eids": ["a9b76a71c5f89290"]}""";

    private const int EidBytes = 8;

    /// <summary>Reads the identifiers of a call's body, without a copy of it where it came in one piece.</summary>
    /// <param name="body">The call's.</param>
    /// <param name="eids">Takes them, the first byte of each highest.</param>
    /// <param name="cancellationToken">Ends the wait for the caller.</param>
    /// <returns>
    /// How many there are; 0 when it is no such body, or has none, or more than fit; null when it is too large.
    /// </returns>
    public static async ValueTask<int?> ReadAsync(
        PipeReader body, Memory<ulong> eids, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await body.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> bytes = read.Buffer;
            if (bytes.Length > ApiLimits.MaxBodyBytes)
                return null;
            if (read.IsCompleted)
            {
                int count = Read(bytes.IsSingleSegment ? bytes.FirstSpan : bytes.ToArray(), eids.Span);
                body.AdvanceTo(bytes.End);
                return count;
            }

            body.AdvanceTo(bytes.Start, bytes.End);
        }
    }

    private static int Read(ReadOnlySpan<byte> body, Span<ulong> eids)
    {
        try
        {
            Utf8JsonReader reader = new(body);
            return Next(ref reader, JsonTokenType.StartObject) && Next(ref reader, JsonTokenType.PropertyName)
                && reader.ValueTextEquals("eids"u8) && Next(ref reader, JsonTokenType.StartArray)
                && ReadArray(ref reader, eids) is > 0 and var count
                && Next(ref reader, JsonTokenType.EndObject) && !reader.Read()
                ? count
                : 0;
        }
        catch (JsonException)
        {
            return 0;
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
                || Convert.FromHexString(reader.ValueSpan, bytes, out _, out _) != OperationStatus.Done)
                return 0;
            eids[count++] = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        }

        return count;
    }

    private static bool Next(ref Utf8JsonReader reader, JsonTokenType type) =>
        reader.Read() && reader.TokenType == type;
}
