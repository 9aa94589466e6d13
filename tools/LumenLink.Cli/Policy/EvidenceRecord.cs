using System.Text.Json;
using System.Text.Json.Serialization;
using LumenLink.Cli.Beacon;
using LumenLink.Cli.Release;
using LumenLink.Rendezvous.Query;

namespace LumenLink.Cli.Policy;

/// <summary>Evidence on record: from the service, or from a file of it, one JSON object a line.</summary>
internal static class EvidenceRecord
{
    private const int PageSize = 500;

    private static readonly JsonSerializerOptions Names = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    /// <summary>All that the service has.</summary>
    /// <param name="service">The service's administrative calls.</param>
    /// <param name="progress">Told how many there are so far.</param>
    public static async Task<IReadOnlyList<RecordedEvidence>> FetchAsync(ServiceClient service, Action<int> progress)
    {
        List<RecordedEvidence> all = [];
        string? cursor = null;
        do
        {
            JsonElement answer = await service.GetAsync(
                $"evidence?limit={PageSize}" + (cursor is null ? "" : $"&cursor={cursor}"));
            Page<RecordedEvidence> page = Read<Page<RecordedEvidence>>(answer.GetRawText(), "the service's answer");
            all.AddRange(page.Items);
            cursor = page.NextCursor;
            progress(all.Count);
        }
        while (cursor is not null);
        return all;
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ReleaseException">A line is no Evidence on record.</exception>
    public static IReadOnlyList<RecordedEvidence> Load(string file) =>
        [.. File.ReadLines(file).Select((line, i) => Read<RecordedEvidence>(line, $"{file}, line {i + 1}"))];

    /// <summary>Writes a file.</summary>
    public static void Save(string file, IEnumerable<RecordedEvidence> all) =>
        File.WriteAllLines(file, all.Select(one => JsonSerializer.Serialize(one, Names)));

    private static T Read<T>(string json, string where)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Names) ?? throw new ReleaseException($"{where} is empty.");
        }
        catch (JsonException problem)
        {
            throw new ReleaseException($"{where} is not Evidence on record: {problem.Message}");
        }
    }
}
