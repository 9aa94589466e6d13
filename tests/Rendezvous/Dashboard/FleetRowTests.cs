using LumenLink.Protocol;
using LumenLink.Rendezvous.Dashboard;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Tests.Rendezvous.Dashboard;

public sealed class FleetRowTests
{
    private static readonly DateTimeOffset Noon = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_row_says_where_its_beacon_stands()
    {
        BeaconView live = TestViews.Beacon("a", Noon);
        Assert.Equal((FleetStatus.Live, true, null), Of(live));
        Assert.Equal(FleetStatus.Live, Of(live with { LastSeenAt = Noon - FleetPolicy.LiveWithin }).Status);
        DateTimeOffset silent = Noon - FleetPolicy.LiveWithin - TimeSpan.FromSeconds(1);
        Assert.Equal(FleetStatus.Stale, Of(live with { LastSeenAt = silent, AttestedAt = null }).Status);
        Assert.Equal(FleetStatus.Live, Of(live with { LastSeenAt = null, AttestedAt = Noon }).Status);
        Assert.Equal((FleetStatus.Stale, false, null), Of(live with { AttestedUntil = Noon }));
        Assert.Equal((FleetStatus.Revoked, false, null), Of(live with { RevokedAt = Noon }));
        BeaconView suspected = live with { OpenAlarms = AlarmKinds.RecordConflict };
        Assert.Equal((FleetStatus.Suspected, false, null), Of(suspected));
        Assert.Equal((FleetStatus.Revoked, false, null), Of(suspected with { RevokedAt = Noon }));
        Assert.Equal((FleetStatus.Enrolled, false, null), Of(live with { AttestedUntil = null, LastOutcome = null }));
        Assert.Equal(
            (FleetStatus.Refused, false, "Its boot number went back: a copy or a replay."),
            Of(live with { AttestedUntil = null, LastOutcome = AttestationOutcome.BootNotRising }));
        Assert.Equal((FleetStatus.Live, true, null), Of(live with { LastOutcome = AttestationOutcome.BootNotRising }));

        static (FleetStatus Status, bool IsTrusted, string? Reason) Of(BeaconView view)
        {
            FleetRow row = FleetRow.Of(view, Noon);
            return (row.Status, row.IsTrusted, row.Reason);
        }
    }

    [Fact]
    public void A_search_finds_name_region_id_and_firmware()
    {
        BeaconView beacon =
            TestViews.Beacon("North Gate", Noon) with { Region = "Harbour", FirmwareVersion = "1.2.0-rc" };
        FleetRow row = FleetRow.Of(beacon, Noon);
        Assert.All(
            ["", "gate", "NORTH", "harb", "2.0-RC", beacon.Id.ToString()[2..7]],
            text => Assert.True(row.Matches(text), text));
        Assert.False(row.Matches("south"));
    }

    [Fact]
    public void Times_and_amounts_begin_with_the_largest_and_names_with_a()
    {
        FleetRow[] rows =
        [
            Row("b", seen: -5, sightings: 7, "x"), Row("A", seen: -50, sightings: 70, "Y"),
            Row("c", seen: null, sightings: 0, "x"),
        ];
        Assert.Equal("Abc", Names(FleetOrder.Name, false));
        Assert.Equal("cbA", Names(FleetOrder.Name, true));
        Assert.Equal("bAc", Names(FleetOrder.LastSeen, false));
        Assert.Equal("cAb", Names(FleetOrder.LastSeen, true));
        Assert.Equal("Abc", Names(FleetOrder.Sightings, false));
        Assert.Equal("cbA", Names(FleetOrder.Sightings, true));
        Assert.Equal("bcA", Names(FleetOrder.Region, false));
        Assert.Equal("Abc", Names(FleetOrder.Region, true));

        string Names(FleetOrder order, bool isDescending) =>
            string.Concat(FleetRow.Sort(rows, order, isDescending).Select(row => row.Beacon.Name));
    }

    [Fact]
    public void States_are_sorted_from_live_to_never_seen()
    {
        BeaconView live = TestViews.Beacon("a", Noon);
        FleetRow[] rows =
        [
            FleetRow.Of(live with { LastOutcome = null, AttestedUntil = null }, Noon),
            FleetRow.Of(live with { RevokedAt = Noon }, Noon), FleetRow.Of(live, Noon),
        ];
        Assert.Equal(
            [FleetStatus.Live, FleetStatus.Revoked, FleetStatus.Enrolled],
            FleetRow.Sort(rows, FleetOrder.Status, false).Select(row => row.Status));
    }

    private static FleetRow Row(string name, int? seen, long sightings, string region) => FleetRow.Of(
        TestViews.Beacon(name, Noon) with
        {
            LastSeenAt = seen is { } seconds ? Noon.AddSeconds(seconds) : null,
            SightingCount = sightings,
            Region = region,
        },
        Noon);
}
