using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Ingest;

/// <summary>Every number of the ingest path; nothing else repeats one.</summary>
internal static class IngestPolicy
{
    /// <summary>Bytes of one MQTT packet of a beacon, checked on its length before it is read.</summary>
    public const int MaxPacketBytes = WireLimits.MaxFrameBytes + 256;

    /// <summary>Authenticated frames that wait for a commit, at most 2 KB each.</summary>
    public const int QueueFrames = 2048;

    /// <summary>
    /// Of those how many of one beacon, frames with the same bytes included: a beacon has four in flight, and as many
    /// as its posts can bring must find room.
    /// </summary>
    public const int FramesOfOneBeacon = MaxPostsOfOneBeacon * WireLimits.MaxPostFrames;

    /// <summary>Frames of one transaction at most; how many it may have at least; and by how many that grows.</summary>
    public const int BatchFrames = 256;

    /// <summary>See <see cref="BatchFrames"/>.</summary>
    public const int MinBatchFrames = 16;

    /// <summary>See <see cref="BatchFrames"/>.</summary>
    public const int BatchStep = 16;

    /// <summary>Sightings that close a batch, for each frame that it may have.</summary>
    public const int BatchSightingsPerFrame = 64;

    /// <summary>A smaller batch pays when its commit takes less than this part of the time of the one before.</summary>
    public const double CutPaysBelow = 0.75;

    /// <summary>
    /// How long the PUBACKs of one connection wait for commits, all together. M2Mqtt sends a publish again when it has
    /// no PUBACK after one second, and gives it up after three: the rest of the second is the network's.
    /// </summary>
    public static readonly TimeSpan HoldAcknowledgement = TimeSpan.FromMilliseconds(700);

    /// <summary>
    /// Of a client with a short keep-alive they wait no longer than this part of it, so that its PINGREQ behind them
    /// is answered long before it gives the connection up.
    /// </summary>
    public const int HoldShareOfKeepAlive = 4;

    /// <summary>
    /// Time of a commit for which batches are made smaller. A frame waits for the commit under way and for its own:
    /// both together are over when its PUBACK is due.
    /// </summary>
    public static readonly TimeSpan CommitTarget = HoldAcknowledgement / 2;

    /// <summary>How long a post waits for its commit before it is answered without.</summary>
    public static readonly TimeSpan AnswerPostWithin = TimeSpan.FromSeconds(10);

    /// <summary>Attempts at one commit before its frames are given back to their beacons.</summary>
    public const int CommitAttempts = 5;

    /// <summary>Pause before the second attempt; doubled each time.</summary>
    public static readonly TimeSpan CommitPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Commits to find what the store refuses in one batch; what is not found then is given back.</summary>
    public const int MaxSearchCommits = 256;

    /// <summary>
    /// Of those, how many without a new record stored: then it is not the frames, and all of them are given back.
    /// </summary>
    public const int MaxSearchInVain = 64;

    /// <summary>Records remembered that the store refused; then all of them are forgotten.</summary>
    public const int MaxSuspects = 1024;

    /// <summary>Records set aside of all beacons, each with its frame of at most 2 KB.</summary>
    public const int MaxPoisoned = 4096;

    /// <summary>Records set aside of one beacon. Beyond it the beacon keeps what the store refuses.</summary>
    public const int MaxPoisonedOfOneBeacon = 64;

    /// <summary>How long they are kept: as long as sightings.</summary>
    public static readonly TimeSpan PoisonedKept = TimeSpan.FromDays(7);

    /// <summary>Sightings that a live event carries.</summary>
    public const int LiveSightings = 8;

    /// <summary>TCP connections at a time, and those among them that have not shown a token yet.</summary>
    public const int MaxConnections = 20_000;

    /// <summary>See <see cref="MaxConnections"/>.</summary>
    public const int MaxUnauthenticated = 1024;

    /// <summary>Pause after the system refused to accept a connection, before the next attempt.</summary>
    public static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a TCP connection may take to its CONNECT packet, and a write may block.</summary>
    public static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(15);

    /// <summary>Tokens verified at the same time, per processor.</summary>
    public const int TokensAtOncePerProcessor = 8;

    /// <summary>Frames sent down that a beacon may leave unacknowledged before it is disconnected.</summary>
    public const int MaxUnacknowledged = 64;

    /// <summary>Replies that a client may leave unread before it is disconnected.</summary>
    public const int MaxUnreadReplies = 256;

    /// <summary>Bad packets of a connection at once, and the time that earns another one.</summary>
    public const int BadPacketBurst = 64;

    /// <summary>See <see cref="BadPacketBurst"/>.</summary>
    public static readonly TimeSpan BadPacketEarnedEvery = TimeSpan.FromSeconds(1);

    /// <summary>Posts of frames at the same time, of all beacons and of one.</summary>
    public const int MaxPosts = 1024;

    /// <summary>See <see cref="MaxPosts"/>: the one that runs, and one whose beacon has given up waiting.</summary>
    public const int MaxPostsOfOneBeacon = 2;

    /// <summary>How long a beacon's posts are refused after one bad frame too many.</summary>
    public static readonly TimeSpan PostsRefusedFor = TimeSpan.FromMinutes(1);

    /// <summary>Answers that came too late for their post and wait for the next, at most 2 KB each.</summary>
    public const int LateFrames = 2048;

    /// <summary>Beacons whose rates are remembered.</summary>
    public const int RatesRemembered = 65_536;

    /// <summary>Age of a report at its commit up to which it is believed: boards keep days, not months.</summary>
    public static readonly TimeSpan MaxCaptureAge = TimeSpan.FromDays(30);

    /// <summary>Earliest and latest capture time that a set clock is believed.</summary>
    public static readonly long EarliestCaptureUnixMs =
        new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>See <see cref="EarliestCaptureUnixMs"/>.</summary>
    public static readonly long LatestCaptureUnixMs =
        new DateTimeOffset(2054, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
