using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace LumenLink.Client;

/// <summary>What POST /resolve takes.</summary>
internal sealed record ResolveRequest(IReadOnlyList<string> Eids);

/// <summary>What POST /resolve answers.</summary>
internal sealed record ResolveAnswer : IJsonOnDeserialized
{
    public required IReadOnlyList<ResolvedEid> Items { get; init; }

    public void OnDeserialized() => ClientJson.RefuseNulls(Items);
}

/// <summary>A page of GET /gateways.</summary>
internal sealed record BeaconPage : IJsonOnDeserialized
{
    public required IReadOnlyList<Beacon> Items { get; init; }

    public string? NextCursor { get; init; }

    public void OnDeserialized() => ClientJson.RefuseNulls(Items);
}

/// <summary>
/// Everything that is read and written as JSON: names in snake case, what a member lacks is refused, members that a
/// later service adds are left alone.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ResolveRequest))]
[JsonSerializable(typeof(ResolveAnswer))]
[JsonSerializable(typeof(PackFilter))]
[JsonSerializable(typeof(BeaconPage))]
[JsonSerializable(typeof(PackPayload))]
[JsonSerializable(typeof(PackState))]
internal sealed partial class ClientJson : JsonSerializerContext
{
    /// <summary>A value's bytes.</summary>
    public static byte[] Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    /// <summary>Lists have no nulls; the serializer looks at members only.</summary>
    public static void RefuseNulls<T>(IReadOnlyList<T> items)
        where T : class
    {
        if (items.Any(item => item is null))
            throw new JsonException();
    }
}

/// <summary>An identifier as 16 hexadecimal digits.</summary>
internal sealed class EidConverter : JsonConverter<Eid>
{
    public override Eid Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Eid.TryParse(reader.GetString(), out Eid eid)
            ? eid
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, Eid value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary>Whole seconds since 1970, as RFC 7519 has times.</summary>
internal sealed class UnixSecondsConverter : JsonConverter<DateTimeOffset>
{
    // What a DateTimeOffset can be: 0001 to 9999.
    private const long Lowest = -62_135_596_800;
    private const long Highest = 253_402_300_799;

    public override DateTimeOffset Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long seconds)
            && seconds is >= Lowest and <= Highest
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.ToUnixTimeSeconds());
}

/// <summary>
/// Names in snake case. A word that this version does not know is the value 0: a later service may have more of them.
/// </summary>
internal abstract class WordConverter<T> : JsonConverter<T>
    where T : struct, Enum
{
    private static readonly Dictionary<string, T> Values = Enum.GetNames(typeof(T))
        .Select(name => (T)Enum.Parse(typeof(T), name)).ToDictionary(value => Word(value), StringComparer.Ordinal);

    /// <summary>A value's word.</summary>
    public static string Word(T value) => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType != JsonTokenType.String ? throw new JsonException()
        : Values.TryGetValue(reader.GetString()!, out T value) ? value : default;

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Word(value));
}

/// <summary>Words of <see cref="BeaconStatus"/>.</summary>
internal sealed class BeaconStatusConverter : WordConverter<BeaconStatus>;

/// <summary>Words of <see cref="SecurityLevel"/>.</summary>
internal sealed class SecurityLevelConverter : WordConverter<SecurityLevel>;
