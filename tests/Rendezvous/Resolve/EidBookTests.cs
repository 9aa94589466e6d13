using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Resolve;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Resolve;

/// <summary>Whose an identifier is now, and the search for clocks that are elsewhere.</summary>
public sealed class EidBookTests : IDisposable
{
    private readonly ManualTime time = new();
    private readonly UnknownEids unknown = new();
    private readonly EidBook book;
    private readonly EidSearch search;
    private readonly FleetBeacon[] fleet = TestFleet.NewFleet(50);

    public EidBookTests()
    {
        book = new EidBook(unknown, time);
        search = new EidSearch(unknown);
        book.MakeTable(fleet, fleet.Length, 1);
    }

    private long NowS => time.Now.ToUnixTimeSeconds();

    public void Dispose() => search.Dispose();

    [Fact]
    public void An_identifier_is_good_in_its_period_and_those_beside_it()
    {
        FleetBeacon beacon = fleet[7];
        ulong eid = TestFleet.EidAt(beacon, NowS);
        uint period = beacon.Clock.PeriodAt(NowS);
        time.Advance(TimeSpan.FromSeconds(-2 * TestFleet.Period));
        for (int s = 0; s < 5 * TestFleet.Period; s += 61)
        {
            if (book.IsTableDue)
                book.MakeTable(fleet, fleet.Length, 1);
            int away = Math.Abs((int)(beacon.Clock.PeriodAt(NowS) - period));
            Assert.Equal(away <= 1 ? beacon : null, Resolve(eid));
            time.Advance(TimeSpan.FromSeconds(61));
        }
    }

    [Fact]
    public void A_revoked_beacon_is_as_unknown_as_another_tenants_at_once()
    {
        FleetBeacon beacon = fleet[3];
        ulong eid = TestFleet.EidAt(beacon, NowS);
        Assert.Same(beacon, Resolve(eid));
        Assert.Null(Resolve(eid, tenantId: 2));
        beacon.Revoke();
        Assert.Null(Resolve(eid));
        Assert.Equal(0, unknown.Count); // neither is searched for: the search could tell nobody anything
    }

    [Fact]
    public void A_beacon_that_was_enrolled_after_the_table_was_made_resolves_without_a_new_one()
    {
        FleetBeacon late = TestFleet.NewBeacon(999, 77);
        Assert.Null(Resolve(TestFleet.EidAt(late, NowS)));
        book.Add([late]);
        Assert.Same(late, Resolve(TestFleet.EidAt(late, NowS)));
        book.MakeTable([.. fleet, late], fleet.Length + 1, 1);
        Assert.Same(late, Resolve(TestFleet.EidAt(late, NowS)));
    }

    [Fact]
    public void A_beacon_that_says_it_is_ahead_is_followed_until_the_time_is_there_too()
    {
        FleetBeacon beacon = fleet[11];
        uint ahead = beacon.Clock.PeriodAt(NowS) + 5;
        Assert.Null(Resolve(TestFleet.Eid(beacon, ahead)));
        Told(beacon, ahead);
        Assert.Same(beacon, Resolve(TestFleet.Eid(beacon, ahead)));
        Assert.Null(Resolve(TestFleet.Eid(beacon, ahead - 3)));
        for (int period = 0; period < 8; period++)
        {
            uint its = Math.Max(ahead, beacon.Clock.PeriodAt(NowS));
            Assert.Same(beacon, Resolve(TestFleet.Eid(beacon, its)));
            time.Advance(TimeSpan.FromSeconds(TestFleet.Period));
            book.MakeTable(fleet, fleet.Length, 1);
        }

        Assert.Equal(0, book.Anchored);
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(-300)]
    [InlineData(-ResolvePolicy.SearchBehind)]
    [InlineData(7)]
    [InlineData(ResolvePolicy.SearchAhead)]
    public void A_beacon_that_lost_its_power_is_found_once_somebody_heard_it_and_followed_from_there(int away)
    {
        FleetBeacon lost = fleet[20];
        uint period = lost.Clock.PeriodAt(NowS) + (uint)away;
        Assert.Null(Resolve(TestFleet.Eid(lost, period)));
        Search();
        Assert.Same(lost, Resolve(TestFleet.Eid(lost, period)));
        Assert.Same(lost, Resolve(TestFleet.EidAt(lost, NowS))); // it may have got the time meanwhile
        if (away > 0)
            return;
        time.Advance(TimeSpan.FromSeconds(3 * TestFleet.Period));
        book.MakeTable(fleet, fleet.Length, 1);
        Assert.Same(lost, Resolve(TestFleet.Eid(lost, period + 3)));
        Assert.Null(Resolve(TestFleet.Eid(lost, period + 1)));
    }

    [Fact]
    public void One_that_is_heard_of_is_not_searched_for_nor_one_before_a_period_that_it_told()
    {
        FleetBeacon live = fleet[21];
        Told(live, live.Clock.PeriodAt(NowS));
        Resolve(TestFleet.Eid(live, live.Clock.PeriodAt(NowS) - 40));
        Search();
        Assert.Null(live.Anchor);

        // Silent for ten periods now: what was recorded before it told its period is no sign of it.
        time.Advance(TimeSpan.FromSeconds(10 * TestFleet.Period));
        uint told = live.Now.EidPeriod!.Value;
        Resolve(TestFleet.Eid(live, told - 1));
        Search();
        Assert.Null(live.Anchor);
        Resolve(TestFleet.Eid(live, told + 1));
        Search();
        Assert.Equal(told + 1, live.Anchor!.Period);
        Told(live, live.Clock.PeriodAt(NowS));
        Assert.Null(live.Anchor);
    }

    [Fact]
    public void Guesses_are_bounded_and_forgotten_after_a_round()
    {
        for (ulong guess = 1; guess <= 3 * ResolvePolicy.MaxUnknown; guess++)
            Resolve(guess);
        Assert.Equal(ResolvePolicy.MaxUnknown, unknown.Count);
        Search();
        Search();
        Assert.Equal(0, unknown.Count);
        Assert.Equal(0, book.Anchored);
    }

    [Fact]
    public void A_step_of_the_search_looks_at_a_bounded_part_of_the_fleet()
    {
        FleetBeacon[] many = TestFleet.NewFleet((2 * ResolvePolicy.SearchStep) + 10);
        FleetBeacon last = many[^1];
        book.MakeTable(many, many.Length, 1);
        ulong eid = TestFleet.Eid(last, last.Clock.PeriodAt(NowS) - 100);
        Resolve(eid);
        Assert.Empty(search.Step(many, many.Length, time.Now));
        Assert.Empty(search.Step(many, many.Length, time.Now));
        Assert.Equal(0, search.Round);
        Assert.Equal([last], search.Step(many, many.Length, time.Now));
        Assert.Equal(1, search.Round);
    }

    [Fact]
    public void A_step_of_the_search_passes_a_bounded_part_of_a_fleet_that_was_heard_of()
    {
        FleetBeacon[] many = TestFleet.NewFleet(ResolvePolicy.SearchPassed + 10);
        foreach (FleetBeacon beacon in many[..^1])
        {
            beacon.Take(new FleetBeacon.State(
                "hall-2", new BeaconStanding(null, time.Now, time.Now, null, null, AlarmKinds.None), null));
        }

        Resolve(TestFleet.Eid(many[^1], many[^1].Clock.PeriodAt(NowS) - 100));
        Assert.Empty(search.Step(many, many.Length, time.Now));
        Assert.Equal(0, search.Round);
        Assert.Equal([many[^1]], search.Step(many, many.Length, time.Now));
        Assert.Equal(1, search.Round);
    }

    private FleetBeacon? Resolve(ulong eid, int tenantId = 1)
    {
        FleetBeacon?[] found = [null];
        book.Resolve([eid], found, tenantId, NowS, search.Round);
        return found[0];
    }

    private void Told(FleetBeacon beacon, uint period)
    {
        beacon.Take(new FleetBeacon.State(
            "hall-2", new BeaconStanding(null, time.Now, time.Now, time.Now.AddHours(1), null, AlarmKinds.None),
            period));
        book.Follow([beacon]);
    }

    private void Search() => book.Anchor(search.Step(fleet, fleet.Length, time.Now));
}
