using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Control;

/// <summary>Every number of commands, configurations and diagnostics; nothing else repeats one.</summary>
internal static class ControlPolicy
{
    /// <summary>Commands of one beacon that are neither acknowledged nor expired.</summary>
    public const int PendingCommands = 16;

    /// <summary>How long a command may be carried out when who asks does not say.</summary>
    public static readonly TimeSpan DefaultExpiry = TimeSpan.FromHours(1);

    /// <summary>How long a command may be carried out at most.</summary>
    public static readonly TimeSpan LongestExpiry = TimeSpan.FromDays(7);

    /// <summary>Seconds that a beacon may be asked to show which one it is (specification section 12).</summary>
    public const int MaxIdentifySeconds = 600;

    /// <summary>Earliest repetition of what is not acknowledged.</summary>
    public static readonly TimeSpan ResendAfter = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Earliest repetition of a configuration that is accepted and not proven yet: how it ends is said once, and may be
    /// lost.
    /// </summary>
    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromMinutes(5);

    /// <summary>How long commands are kept; a beacon's last one is kept for ever, because ids rise.</summary>
    public static readonly TimeSpan CommandsKept = TimeSpan.FromDays(90);

    /// <summary>Configurations of one beacon that are kept.</summary>
    public const int ConfigurationsKept = 32;

    /// <summary>Diagnostics of one beacon that are kept.</summary>
    public const int DiagnosticsKept = 16;

    /// <summary>Bytes of a configuration's text.</summary>
    public const int MaxTextBytes = WireLimits.MaxConfigBytes;

    /// <summary>How often each replica looks what there is to deliver.</summary>
    public static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    /// <summary>Beacons with something to deliver that one look takes in.</summary>
    public const int PendingBeacons = 65_536;

    /// <summary>How long a receipt waits for what is sent behind it.</summary>
    public static readonly TimeSpan ClaimWithin = TimeSpan.FromSeconds(2);

    /// <summary>How long the store may take to note an acknowledgement.</summary>
    public static readonly TimeSpan AcknowledgeWithin = TimeSpan.FromSeconds(5);
}
