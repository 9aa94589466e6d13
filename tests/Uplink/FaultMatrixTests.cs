using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink;

/// <summary>
/// Whatever happens to the way that a beacon prefers, its records arrive by another one within a bound of board time,
/// it comes back when the way works again, and each record is stored once.
/// </summary>
public sealed class FaultMatrixTests
{
    /// <summary>From power on to the first record by a way that works, ill ones before it included.</summary>
    private static readonly TimeSpan FirstWithin = TimeSpan.FromMinutes(5);

    /// <summary>
    /// From power on to the first record by the best way: the first connection waits for the clock, without which no
    /// certificate is valid and a worse way would serve until the better ones are looked at again.
    /// </summary>
    private static readonly TimeSpan BestWithin = TimeSpan.FromMinutes(1);

    /// <summary>
    /// From a fault that can be told from the connection alone to the first record by the next way.
    /// </summary>
    private static readonly TimeSpan LeavesWithin = TimeSpan.FromMinutes(6);

    /// <summary>The same where only receipts tell: six waits for one, doubling up to two minutes.</summary>
    private static readonly TimeSpan DoubtsWithin = TimeSpan.FromMinutes(10);

    /// <summary>How long a fault lasts, at least: looking at the better way has failed in it.</summary>
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(12);

    /// <summary>From the end of such a fault to the first record by the way that works again.</summary>
    private static readonly TimeSpan ReturnsWithin = TimeSpan.FromMinutes(22);

    /// <summary>The last records are receipted.</summary>
    private static readonly TimeSpan DrainsWithin = TimeSpan.FromMinutes(5);

    public static TheoryData<WayFault, bool> Pairs()
    {
        TheoryData<WayFault, bool> pairs = [];
        foreach (WayFault fault in Enum.GetValues<WayFault>().Where(fault => fault != WayFault.None))
        {
            pairs.Add(fault, true);
            pairs.Add(fault, false);
        }

        return pairs;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_beacon_goes_round_a_way_that_fails_and_comes_back(WayFault fault, bool brokerBWorks)
    {
        await using UplinkWorld world = await UplinkWorld.StartAsync();
        world.Board.Driven.PowerOn();
        world.RunUntilStoredBy(world.A, BestWithin);

        WayFault atB = brokerBWorks ? WayFault.None : OfB(fault);
        world.Set(fault, atB);
        TimeSpan bound = fault is WayFault.Lying or WayFault.UpwardLost ? DoubtsWithin : LeavesWithin;
        world.RunUntilStoredBy(brokerBWorks ? world.B : world.C, atB == WayFault.Lying ? 2 * bound : bound);
        world.Run(Outage);

        world.Set(WayFault.None, atB);
        world.RunUntilStoredBy(world.A, ReturnsWithin);
        await AssertEachRecordIsStoredOnceAsync(world);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task A_beacon_that_wakes_up_to_a_failed_way_begins_on_another(WayFault fault, bool brokerBWorks)
    {
        await using UplinkWorld world = await UplinkWorld.StartAsync();
        world.Set(fault, brokerBWorks ? WayFault.None : OfB(fault));
        world.Board.Driven.PowerOn();
        world.RunUntil(() => world.Board.Counter("RecordsSettled") > 0, FirstWithin, "records by any way");
        world.RunUntilStoredBy(brokerBWorks ? world.B : world.C, ReturnsWithin);
        await AssertEachRecordIsStoredOnceAsync(world);
    }

    [Theory]
    [InlineData(WayFault.Refused)]
    [InlineData(WayFault.Lying)]
    public async Task A_way_that_stays_ill_is_looked_at_less_and_less_often(WayFault fault)
    {
        await using UplinkWorld world = await UplinkWorld.StartAsync();
        world.Board.Driven.PowerOn();
        world.RunUntilStoredBy(world.A, BestWithin);
        world.Set(fault, WayFault.None);
        long connects = world.Board.Counter("Connects") + world.Board.Counter("ConnectFailures");
        world.Run(TimeSpan.FromHours(3));
        connects = world.Board.Counter("Connects") + world.Board.Counter("ConnectFailures") - connects;

        // Waits of 5, 10, 20, 40 and then 60 minutes at most, half of that at least; two connections each time.
        Assert.True(connects is >= 6 and <= 18, $"{connects} connections\n{world.Describe()}");
    }

    [Fact]
    public async Task What_is_queued_while_no_way_works_arrives_once_when_all_work_again()
    {
        await using UplinkWorld world = await UplinkWorld.StartAsync();
        world.Board.Driven.PowerOn();
        world.RunUntilStoredBy(world.A, BestWithin);

        world.Set(WayFault.Refused, WayFault.HalfOpen, WayFault.NotTls);
        long stored = await world.StoredAsync(world.Board);
        world.Run(Outage);
        Assert.Equal(stored, await world.StoredAsync(world.Board));
        Assert.True(world.Board.Counter("QueueDepth") >= Outage.TotalMinutes / 2, world.Describe());

        world.Set(WayFault.None, WayFault.None);
        world.RunUntil(() => world.Board.Counter("QueueDepth") == 0, DrainsWithin, "an empty queue");
        world.RunUntilStoredBy(world.A, ReturnsWithin);
        await AssertEachRecordIsStoredOnceAsync(world);
    }

    /// <summary>Both brokers have a host in the list, only A has a name.</summary>
    private static WayFault OfB(WayFault fault) => fault == WayFault.NameUnknown ? WayFault.Refused : fault;

    private static async Task AssertEachRecordIsStoredOnceAsync(UplinkWorld world)
    {
        world.Board.Driven.RequestFlush();
        world.RunUntil(() => world.Board.Counter("QueueDepth") == 0, DrainsWithin, "an empty queue");
        IReadOnlyDictionary<string, long> counters = world.Board.Driven.ReadCounters();
        string state = world.Describe();
        Assert.True(counters["RecordsQueued"] == await world.StoredAsync(world.Board), state);
        Assert.True(counters["RecordsQueued"] == counters["RecordsSettled"], state);
        Assert.True(counters["DroppedRecords"] == 0, state);
        Assert.True(counters["RecordsRefused"] == 0, state);
        Assert.True(counters["Faults"] == 0, state);
        Assert.True(world.Board.Board.UncaughtExceptions == 0, state);
    }
}
