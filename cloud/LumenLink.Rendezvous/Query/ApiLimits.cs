namespace LumenLink.Rendezvous.Query;

/// <summary>Every number of the HTTP API; nothing else repeats one.</summary>
internal static class ApiLimits
{
    /// <summary>The tenant that the dashboard shows.</summary>
    public const int TenantId = Access.AccessPolicy.HostTenant;

    /// <summary>Items of a page when the caller does not say.</summary>
    public const int DefaultPage = 100;

    /// <summary>Items of a page at most.</summary>
    public const int MaxPage = 1000;

    /// <summary>Metres around a place at most: half round the Earth.</summary>
    public const int MaxWithinM = 20_037_509;

    /// <summary>What is told who gives a distance and no place.</summary>
    public const string WithinNeedsNear = "must be given with near";

    /// <summary>Records that wait on a beacon, as a bound of a list, at most.</summary>
    public const int MaxQueueRecords = 1_000_000;

    /// <summary>Attestations of one beacon's detail.</summary>
    public const int Attestations = 50;

    /// <summary>Seconds that presence looks back when the caller does not say.</summary>
    public const int DefaultPresenceSeconds = 300;

    /// <summary>Seconds that presence looks back at most.</summary>
    public const int MaxPresenceSeconds = 86_400;

    /// <summary>Hours that a beacon's history looks back when the caller does not say.</summary>
    public const int DefaultHours = 48;

    /// <summary>Hours that a beacon's history looks back at most: as long as they are kept.</summary>
    public static readonly int MaxHours = (int)Store.UpkeepPolicy.HoursKept.TotalHours;

    /// <summary>Streams that are open at a time.</summary>
    public const int MaxStreams = 64;

    /// <summary>Bytes of a small body: of an administrative call, of a call for a pack.</summary>
    public const int MaxBodyBytes = 8 * 1024;

    /// <summary>Silence after which a stream says that it is alive.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>How long a reader of a stream waits before it connects again.</summary>
    public static readonly TimeSpan StreamRetry = TimeSpan.FromSeconds(3);

    /// <summary>How long the parts may take to say whether they are ready.</summary>
    public static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(5);
}
