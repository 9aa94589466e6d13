using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using LumenLink.Bench.Ingest;
using HdrHistogram;

namespace LumenLink.Bench.Scale;

/// <summary>Milliseconds of the API's queries: the middle one, and that which one in twenty exceeds.</summary>
/// <param name="Name">Which query.</param>
/// <param name="Median">The middle.</param>
/// <param name="P95">One in twenty is slower.</param>
internal readonly record struct QueryTime(string Name, double Median, double P95);

/// <summary>Asks the service what its clients ask, over HTTP.</summary>
internal static partial class ApiQueries
{
    private const int Page = 100;
    private const int Times = 200;
    private const int WarmUp = 200;
    private const int Seed = 1;
    private const long MaxMicroseconds = 600_000_000;
    private const int Digits = 3;

    /// <summary>Each query so often, one after the other, with other beacons and addresses each time.</summary>
    public static async Task<List<QueryTime>> RunAsync(IngestScene scene, StoredCrowd crowd)
    {
        Random random = new(Seed);
        using HttpClient client = new() { BaseAddress = scene.HttpAddress };
        client.DefaultRequestHeaders.Authorization = new("Bearer", ServiceProcess.AdminToken);
        return
        [
            await TimeAsync(client, "latest", () => $"sightings?limit={Page}"),
            await TimeAsync(
                client, "by_beacon",
                () => $"sightings?limit={Page}&beacon={scene.Beacons[random.Next(scene.Beacons.Count)].IdText}"),
            await TimeAsync(
                client, "by_address",
                () => $"sightings?limit={Page}&address={Text(crowd.AddressOf(random.NextInt64(crowd.Rows)))}"),
            await TimeAsync(client, "fleet", () => $"gateways?limit={Page}&status=all"),
        ];
    }

    /// <summary>A figure of the service's metrics.</summary>
    public static async Task<double> MetricAsync(IngestScene scene, string name)
    {
        using HttpClient client = new();
        string text = await client.GetStringAsync(scene.MetricsAddress);
        Match line = Regex.Match(text, $"^{name} (\\S+)$", RegexOptions.Multiline);
        return line.Success
            ? double.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new BenchException($"The service does not show {name}.");
    }

    private static async Task<QueryTime> TimeAsync(HttpClient client, string name, Func<string> next)
    {
        LongHistogram times = new(1, MaxMicroseconds, Digits);
        for (int i = 0; i < WarmUp + Times; i++)
        {
            string path = "api/v1/" + next();
            long started = Stopwatch.GetTimestamp();
            string answer = await client.GetStringAsync(path);
            TimeSpan took = Stopwatch.GetElapsedTime(started);
            if (EmptyPage().IsMatch(answer))
                throw new BenchException($"{path} finds nothing.");
            if (i >= WarmUp)
                times.RecordValue(Math.Clamp((long)took.TotalMicroseconds, 1, MaxMicroseconds));
        }

        return new QueryTime(name, times.GetValueAtPercentile(50) / 1000.0, times.GetValueAtPercentile(95) / 1000.0);
    }

    private static string Text(long address) => address.ToString("x12", CultureInfo.InvariantCulture);

    [GeneratedRegex("\"items\":\\[\\]")]
    private static partial Regex EmptyPage();
}
