using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LumenLink.Rendezvous.Follow;

/// <summary>Items of an answer as the API writes them, for people to read.</summary>
internal static class JourneyJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, false) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary>Each item.</summary>
    public static IEnumerable<string> Items(JourneyAnswer answer) => answer.Status is { } status
        ? [JsonSerializer.Serialize(status, Options)]
        : answer.Sightings.Select(item => JsonSerializer.Serialize(item, Options));
}
