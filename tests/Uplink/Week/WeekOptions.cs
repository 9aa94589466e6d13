namespace LumenLink.Tests.Uplink.Week;

/// <summary>A simulated week, or as much of one as is asked for.</summary>
/// <param name="Boards">Beacons; the last one has a small queue and much to say.</param>
/// <param name="Length">Virtual time from power on to the end.</param>
/// <param name="Addresses">How many addresses pass by.</param>
/// <param name="Seed">Decides about everything: crowds, outages, keys of the chips.</param>
/// <param name="LookEvery">From one look at books, tables and memory to the next.</param>
internal sealed record WeekOptions(int Boards, TimeSpan Length, int Addresses, ulong Seed, TimeSpan LookEvery)
{
    /// <summary>The form that verify.sh runs.</summary>
    public static readonly WeekOptions Short =
        new(12, TimeSpan.FromHours(3), 1000, 20260101, TimeSpan.FromMinutes(10)) { IsPreempted = true };

    /// <summary>A week.</summary>
    public static readonly WeekOptions Long =
        new(12, TimeSpan.FromDays(7), 1000, 20260101, TimeSpan.FromHours(6));

    /// <summary>Strands are suspended at host calls, as the seed decides.</summary>
    public bool IsPreempted { get; init; }

    /// <summary>Nothing is broken in the last part: the queues empty.</summary>
    public TimeSpan Calm { get; } = TimeSpan.FromMinutes(30);

    /// <summary>Flash of the small queue, bytes.</summary>
    public int SmallQueueBytes { get; } = 65_536;

    /// <summary>The small queue's board reports so often, milliseconds: an hour fills its queue.</summary>
    public int OftenMs { get; } = 10_000;

    /// <summary>The service runs so long between two stops, in the mean: long enough to let a table grow.</summary>
    public TimeSpan ServiceRuns => Max(TimeSpan.FromMinutes(40), Length / 14);

    /// <summary>Between two long outages of Wi-Fi, in which the small queue reaches its bound.</summary>
    public TimeSpan LongOutageEvery => Max(TimeSpan.FromMinutes(30), Length / 7);

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
