namespace LumenLink.Cli.Up;

/// <summary>What `lumen up` was asked for.</summary>
/// <param name="Beacons">Beacons of the synthetic crowd; not used with a trace, which names its own.</param>
/// <param name="Trace">Trace to replay, or null for the synthetic crowd.</param>
/// <param name="Speed">Board seconds per second.</param>
/// <param name="For">Seconds to run, or null until the trace is through or Ctrl-C.</param>
/// <param name="RawAddresses">Report addresses as they are.</param>
/// <param name="Data">The run folder.</param>
/// <param name="Port">HTTP; MQTT is the next one, metrics the one after.</param>
/// <param name="Json">Where to write the run's report, or null.</param>
internal sealed record UpOptions(
    int Beacons, string? Trace, double Speed, int? For, bool RawAddresses, string Data, int Port, string? Json)
{
    public const int MaxBeacons = 5000;
    public const double MaxSpeed = 1000;
    public const int MaxPort = 65533;

    public int MqttPort => Port + 1;

    /// <summary>Where the boards are told that the broker is: the MQTT port, unless something stands between.</summary>
    public int BoardsBrokerPort { get; init; } = Port + 1;

    public int MetricsPort => Port + 2;

    public string Address => $"http://127.0.0.1:{Port}/";

    /// <summary>The first thing that is wrong with the options, in words that say what to do, or null.</summary>
    public string? Problem() => this switch
    {
        { Beacons: < 1 or > MaxBeacons } => $"--beacons takes 1 to {MaxBeacons}",
        { Speed: not (> 0 and <= MaxSpeed) } => $"--speed takes a number above 0, at most {MaxSpeed}",
        { For: < 1 } => "--for takes seconds, at least 1",
        { Port: < 1 or > MaxPort } => $"--port takes 1 to {MaxPort}: this port and the next two are used",
        _ => null,
    };
}
