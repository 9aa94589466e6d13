namespace LumenLink.Chaos;

/// <summary>What a run was asked for.</summary>
/// <param name="Length">How long faults go on.</param>
/// <param name="Seed">Decides about them.</param>
/// <param name="Beacons">Beacons in the fleet.</param>
/// <param name="Speed">Board seconds per second.</param>
/// <param name="OwnsMounts">Whether this process has mounts of its own, so that it may mount.</param>
/// <param name="Service">LumenLink.Rendezvous.dll of the build to run; null: the one built beside this.</param>
internal sealed record ChaosOptions(
    TimeSpan Length, ulong Seed, int Beacons, double Speed, bool OwnsMounts, string? Service)
{
    /// <summary>Replicas of the service.</summary>
    public const int Replicas = 2;

    /// <summary>Most beacons: one machine has broker, replicas, database and fleet.</summary>
    public const int MaxBeacons = 500;

    /// <summary>The beacons send what they have, which may be all of a long fault.</summary>
    public static readonly TimeSpan DrainsWithin = TimeSpan.FromMinutes(10);

    /// <summary>Boards' timers are real ones divided by this.</summary>
    public const double MaxSpeed = 60;

    /// <summary>Most minutes.</summary>
    public const double MaxMinutes = 24 * 60;

    /// <summary>The first thing that is wrong, or null.</summary>
    public string? Problem() => this switch
    {
        { Length.TotalMinutes: not (> 0 and <= MaxMinutes) } =>
            $"--minutes takes a number above 0, at most {MaxMinutes}",
        { Beacons: < 1 or > MaxBeacons } => $"--beacons takes 1 to {MaxBeacons}",
        { Speed: not (> 0 and <= MaxSpeed) } => $"--speed takes a number above 0, at most {MaxSpeed}",
        { Service: { } service } when !File.Exists(service) => $"--service: there is no {service}",
        _ => null,
    };
}
