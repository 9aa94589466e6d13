using System.Globalization;

namespace LumenLink.Bench.Fleet;

/// <summary>What the service's metrics say, as Prometheus reads them.</summary>
internal sealed class ServiceFigures
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);

    /// <summary>Outcomes under which records went up in vain: they were there, or could not be stored then.</summary>
    private static readonly string[] Resent =
    [
        "Duplicate", "Joined", "QueueFull", "BeaconQueueFull", "StoreUnavailable", "CouldNotCheck", "SessionUnknown",
        "SessionEnded", "SessionExpired",
    ];

    /// <summary>Connections to the broker that a token was shown for.</summary>
    public double Connects => Outcome("lumenlink_connection_tokens_total", "Accepted")
        + Outcome("lumenlink_connection_tokens_total", "Retry");

    /// <summary>Connections that could not be checked and were turned away.</summary>
    public double TurnedAway => Outcome("lumenlink_connection_tokens_total", "CouldNotCheck")
        + Of("lumenlink_mqtt_connections_turned_away_total");

    /// <summary>Beacons connected.</summary>
    public double Connections => Of("lumenlink_mqtt_connections");

    /// <summary>Records stored.</summary>
    public double Stored => Of("lumenlink_records_stored_total");

    /// <summary>Publishes acknowledged before their commit.</summary>
    public double AcknowledgedEarly => Of("lumenlink_mqtt_acknowledged_early_total");

    /// <summary>Frames that wait for a commit.</summary>
    public double Queued => Of("lumenlink_ingest_queue_frames");

    /// <summary>Frames with records that brought nothing new.</summary>
    public double FramesResent => Resent.Sum(outcome => Outcome("lumenlink_frames_total", outcome));

    /// <summary>Calls whose client's limit said this.</summary>
    public double Limited(string outcome) => Outcome("lumenlink_limited_calls_total", outcome);

    /// <summary>Asks the service.</summary>
    public static async Task<ServiceFigures> ReadAsync(HttpClient http, int metricsPort)
    {
        ServiceFigures figures = new();
        string text = await http.GetStringAsync(new Uri($"http://127.0.0.1:{metricsPort}/metrics"));
        foreach (string line in text.Split('\n').Where(line => line.StartsWith("lumenlink_", StringComparison.Ordinal)))
        {
            int blank = line.LastIndexOf(' ');
            figures._values[line[..blank]] = double.Parse(line.AsSpan(blank), CultureInfo.InvariantCulture);
        }

        return figures;
    }

    private double Of(string name) => _values.GetValueOrDefault(name);

    private double Outcome(string name, string outcome) => Of($"{name}{{outcome=\"{outcome}\"}}");
}
