using LumenLink.Beacon;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>Which transport is used when: tried in order, remembered as ill, looked at again.</summary>
public class TransportTests
{
    private const int Minute = 60_000;
    private const int Hour = 60 * Minute;

    private readonly SimLink a = new();
    private readonly SimLink b = new();
    private readonly SimLink http = new() { IsPosting = true };

    [Fact]
    public void The_first_is_used_while_it_works()
    {
        using BeaconRig rig = NewRig();
        rig.RunFor(2 * Hour);
        Assert.Equal((1, 0, 0), (a.Attempts, b.Attempts, http.Attempts));
        Assert.Equal(0, rig.Parts.Keeper.Current);
        AssertAllStored(rig);
    }

    [Theory]
    [InlineData(LinkOutcome.Unreachable)]
    [InlineData(LinkOutcome.NotAuthorized)]
    [InlineData(LinkOutcome.Refused)]
    [InlineData(LinkOutcome.Faulted)]
    public void The_next_takes_over_at_once_and_the_first_again_when_it_is_well(LinkOutcome trouble)
    {
        using BeaconRig rig = NewRig();
        a.Outcome = trouble;
        Assert.True(rig.RunUntil(() => rig.Counters.Attested, Minute));
        Assert.Equal(1, rig.Parts.Keeper.Current);
        rig.RunFor(12 * Hour);
        Assert.Equal(1, rig.Parts.Keeper.Current);
        Assert.InRange(a.Attempts, 10, 40); // looked at again, less and less often
        Assert.Equal(0, http.Attempts);

        a.Outcome = LinkOutcome.Connected;
        Assert.True(rig.RunUntil(() => rig.Parts.Keeper.Current == 0 && a.IsConnected, DeviceLimits.ProbeMaxMs));
        rig.RunFor(Hour);
        Assert.Equal(0, rig.Parts.Keeper.Current);
        AssertAllStored(rig);
    }

    [Fact]
    public void Posts_serve_when_no_broker_does_and_end_when_one_heals()
    {
        using BeaconRig rig = NewRig();
        a.Outcome = LinkOutcome.Unreachable;
        b.Outcome = LinkOutcome.Unreachable;
        rig.RunFor(3 * Hour);
        Assert.Equal((2, true), (rig.Parts.Keeper.Current, rig.Counters.Attested));
        Assert.True(http.Frames > 100);
        AssertAllStored(rig);
        Assert.Equal(new StatusTransport(TransportKind.Http, 2), LastStatus(rig).Details.Transport);

        b.Outcome = LinkOutcome.Connected;
        Assert.True(rig.RunUntil(() => b.IsConnected, DeviceLimits.ProbeMaxMs));
        rig.RunFor(Minute);
        AssertAllStored(rig);
    }

    /// <summary>It acknowledges and forgets: what went there is sent again through the next.</summary>
    [Fact]
    public void A_transport_that_takes_everything_and_brings_nothing_is_left()
    {
        using BeaconRig rig = NewRig();
        rig.RunFor(10 * Minute);
        a.Swallows = true;
        Assert.True(rig.RunUntil(() => rig.Parts.Keeper.Current == 1 && b.IsConnected, Hour));
        rig.RunFor(10 * Minute);
        AssertAllStored(rig);
        Assert.Equal(0, rig.Counters.DroppedRecords);
    }

    [Fact]
    public void One_that_answers_no_hello_is_left_too()
    {
        using BeaconRig rig = NewRig();
        a.Swallows = true;
        Assert.True(rig.RunUntil(() => rig.Counters.Attested, 5 * Minute));
        Assert.Equal(1, rig.Parts.Keeper.Current);
    }

    [Fact]
    public void A_short_break_is_waited_for_and_does_not_change_the_transport()
    {
        using BeaconRig rig = NewRig();
        rig.RunFor(10 * Minute);
        for (int i = 0; i < 10; i++)
        {
            a.Die(LinkOutcome.Connected);
            rig.RunFor(5 * Minute);
        }

        Assert.Equal((11, 0), (a.Attempts, b.Attempts));
        AssertAllStored(rig);
    }

    [Fact]
    public void A_network_that_is_away_is_no_fault_of_a_transport()
    {
        using BeaconRig rig = NewRig();
        a.Outcome = LinkOutcome.Unreachable;
        rig.RunFor(10 * Minute);
        Assert.Equal(1, rig.Parts.Keeper.Current);
        b.Die(LinkOutcome.NoNetwork);
        a.Outcome = LinkOutcome.NoNetwork;
        rig.RunFor(30 * Minute);
        int before = a.Attempts;
        b.Outcome = LinkOutcome.Connected;
        Assert.True(rig.RunUntil(() => b.IsConnected, 5 * Minute));
        Assert.Equal(before, a.Attempts);
        rig.RunFor(5 * Minute);
        AssertAllStored(rig);
    }

    [Fact]
    public void When_all_are_ill_records_queue_and_the_last_one_is_not_forgotten()
    {
        using BeaconRig rig = NewRig();
        foreach (SimLink link in rig.Links) link.Outcome = LinkOutcome.Unreachable;
        rig.RunFor(6 * Hour);
        Assert.True(rig.Counters.QueueDepth > 300);
        Assert.Equal(0, rig.Counters.DroppedRecords);
        int[] attempts = [.. rig.Links.Select(l => l.Attempts)];
        Assert.All(attempts, n => Assert.InRange(n, attempts.Max() / 2, 600));
        Assert.InRange(attempts.Sum(), 300, 1_500); // a minute between two attempts at each, in the mean

        http.Outcome = LinkOutcome.Connected;
        rig.RunFor(10 * Minute);
        AssertAllStored(rig);
    }

    /// <summary>By the time the second has failed, the first may be tried again: the third must come first.</summary>
    [Fact]
    public void Slow_failures_keep_nobody_from_the_last_transport()
    {
        using BeaconRig rig = NewRig();
        a.Outcome = LinkOutcome.Unreachable;
        b.Outcome = LinkOutcome.Unreachable;
        a.ConnectMs = b.ConnectMs = Minute;
        Assert.True(rig.RunUntil(() => rig.Counters.Attested, 3 * Minute));
        Assert.Equal((1, 1, 1), (a.Attempts, b.Attempts, http.Attempts));
    }

    [Fact]
    public void What_the_service_asks_to_wait_is_waited()
    {
        using var rig = new BeaconRig(links: [a]);
        a.Outcome = LinkOutcome.Refused;
        a.RetryAfterS = 600;
        rig.RunFor(Hour);
        Assert.InRange(a.Attempts, 4, 7);
    }

    private static StatusReader LastStatus(BeaconRig rig)
    {
        byte[] record = rig.Service.Stored.Values.Last(r => BeaconRig.KindOf(r) == RecordKind.Status);
        Assert.Equal(WireError.None, StatusReader.Read(record.AsSpan(RecordHeader.Size), out StatusReader status));
        return status;
    }

    private BeaconRig NewRig() => new(links: [a, b, http]);

    private static void AssertAllStored(BeaconRig rig)
    {
        rig.RunFor(3 * Minute);
        Assert.InRange(rig.Counters.QueueDepth, 0, 1);
        Assert.Equal(rig.Counters.RecordsQueued - rig.Counters.QueueDepth, rig.Service.Stored.Count);
    }
}
