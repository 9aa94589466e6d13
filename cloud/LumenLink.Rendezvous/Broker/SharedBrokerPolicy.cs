using LumenLink.Rendezvous.Ingest;

namespace LumenLink.Rendezvous.Broker;

/// <summary>Every number of the way over a broker beside the service; nothing else repeats one.</summary>
internal static class SharedBrokerPolicy
{
    /// <summary>
    /// Frames that are worked on at a time, and the receive maximum: what may be here without its acknowledgement. The
    /// broker holds the others back, and drops what is beyond its own bounds; beacons send that again.
    /// </summary>
    public const int InFlight = 512;

    /// <summary>
    /// Frames that wait here at most when a broker sends more than the receive maximum. Debian's Mosquitto sends
    /// whatever it has queued at the next acknowledgement (2.0.11, db__message_delete_outgoing), so this is more than
    /// max_queued_messages of cloud/mosquitto. At 2 KB a frame and 3 KB for keeping it they are 80 MB at the very most.
    /// </summary>
    public const int MaxWaiting = 16_384;

    /// <summary>Bytes of one MQTT packet: header and what is told to the broker as the most.</summary>
    public const int MaxPacketBytes = IngestPolicy.MaxPacketBytes + 5;

    /// <summary>
    /// How long the broker keeps what a replica that died has not acknowledged. Mosquitto goes on giving the dead
    /// replica its share until then, so it is no longer than a supervisor needs to start it again.
    /// </summary>
    public static readonly TimeSpan SessionExpiry = TimeSpan.FromSeconds(30);

    /// <summary>Longest silence of the connection.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>How long the broker may take to answer.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    /// <summary>First pause before the next connection; doubled each time, and a random part of it is waited.</summary>
    public static readonly TimeSpan ReconnectFirst = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest pause before the next connection.</summary>
    public static readonly TimeSpan ReconnectMax = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a frame that cannot be stored is tried again and kept unacknowledged. Then it is given up: its beacon
    /// has no receipt and sends it again.
    /// </summary>
    public static readonly TimeSpan HoldUndecided = TimeSpan.FromSeconds(60);

    /// <summary>First pause before such a frame is tried again; doubled each time.</summary>
    public static readonly TimeSpan HoldFirst = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest pause before such a frame is tried again.</summary>
    public static readonly TimeSpan HoldMax = TimeSpan.FromSeconds(5);

    /// <summary>How long a replica that stops may take to finish what it has been given.</summary>
    public static readonly TimeSpan LeaveWithin = TimeSpan.FromSeconds(10);

    /// <summary>Frames sent down that the broker has not acknowledged yet, at most.</summary>
    public const int MaxDownlinks = 256;

    /// <summary>Revoked beacons in one command to the broker: its answer must fit a packet.</summary>
    public const int RevokedAtOnce = 8;

    /// <summary>Looks at whether a beacon is revoked, for one topic at once, and the time that earns another.</summary>
    public const int LookBurst = 4;

    /// <summary>See <see cref="LookBurst"/>.</summary>
    public static readonly TimeSpan LookEarnedEvery = TimeSpan.FromSeconds(10);
}
