using LumenLink.Cli.Beacon;
using LumenLink.Load;

namespace LumenLink.Cli.Load;

/// <summary>What lumen load was told.</summary>
/// <param name="Beacons">Beacons to enrol and attest.</param>
/// <param name="Rate">Frames a second of all of them together.</param>
/// <param name="Seconds">How long.</param>
/// <param name="Broker">Address of the broker.</param>
/// <param name="Audience">What connection tokens are for.</param>
/// <param name="Data">Folder of a run of lumen up.</param>
/// <param name="Ca">Folder of a CA; null: the CA of the run.</param>
/// <param name="Check">Whom to ask at the end; null: the store, if it is within reach.</param>
internal sealed record LoadOptions(
    int Beacons, double Rate, int Seconds, string Broker, string Audience, string Data, string? Ca, string? Check)
{
    /// <summary>Most beacons of one process.</summary>
    public const int MaxBeacons = 5000;

    /// <summary>Most frames: all are sealed in advance and held in memory.</summary>
    public const int MaxFrames = 2_000_000;

    /// <summary>To ask the store.</summary>
    public const string CheckStore = "store";

    /// <summary>To ask the service.</summary>
    public const string CheckApi = "api";

    /// <summary>Frames to send.</summary>
    public int Frames => (int)(Rate * Seconds);

    /// <summary>Checks what was typed.</summary>
    /// <exception cref="BeaconException">It cannot be done; the message says what can.</exception>
    public LoadTarget Target()
    {
        if (Beacons is < 1 or > MaxBeacons)
            throw new BeaconException($"--beacons takes 1 to {MaxBeacons}.", isInput: true);
        if (!(Rate > 0) || Seconds < 1)
            throw new BeaconException("--rate and --for take numbers above 0.", isInput: true);
        if (Rate * Seconds is < 1 or > MaxFrames)
            throw new BeaconException($"--rate times --for is 1 to {MaxFrames} frames.", isInput: true);
        LoadTarget target = LoadTarget.Read(Broker, Audience)
            ?? throw new BeaconException("--broker takes mqtt://host:port or mqtts://host:port.", isInput: true);
        return target with { NeedsFullTopic = true }; // which the embedded broker takes too
    }
}
