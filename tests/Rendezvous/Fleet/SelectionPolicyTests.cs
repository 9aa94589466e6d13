using CsCheck;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Tests.Rendezvous.Fleet;

/// <summary>Which beacons a client gets: tables of weights, and what holds of every fleet and client.</summary>
public sealed class SelectionPolicyTests
{
    private const int Clients = 400;

    private static readonly DateTimeOffset Noon = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);
    private static readonly GeoPoint Here = new(525_200_000, 134_000_000);
    private static readonly SelectionRequest All = new(null, null, null, 5, 1, Noon);

    /// <summary>Beacons of all kinds, each with an id of its own.</summary>
    private static readonly Gen<BeaconView[]> Fleets = Gen.Select(
            Gen.Int[0, 6], Gen.Int[0, 2], Gen.Int[0, 3], Gen.Long[0, 500], Gen.Int[0, 20_000], Gen.Int[0, 700])
        .Select((kind, region, version, queue, away, silentS) => Spoil(kind, View(0) with
        {
            Region = $"hall-{region}",
            FirmwareVersion = $"1.{version}.0",
            QueueRecords = queue == 0 ? null : queue,
            Location = away == 0 ? null : new GeoPoint(Here.LatitudeE7 + (away * 90), Here.LongitudeE7),
            LastSeenAt = Noon.AddSeconds(-silentS),
            AttestedAt = Noon.AddHours(-1),
        }))
        .Array[0, 25].Select(fleet => fleet.Select((view, i) => view with { Id = new BeaconId((ulong)i * 77 + 5) })
            .ToArray());

    private static readonly Gen<SelectionRequest> Requests = Gen.Select(
            Gen.Bool, Gen.Bool, Gen.Int[1, 30], Gen.ULong)
        .Select((hasRegion, hasNear, limit, client) => new SelectionRequest(
            hasRegion ? "hall-1" : null, hasNear ? Here : null, hasNear ? 150 : null, limit, client, Noon));

    /// <summary>Seconds of silence, records waiting (below 0 not told), metres away (below 0 not known).</summary>
    [Theory]
    [InlineData(0, 0, 0, 1)]
    [InlineData(360, 0, 0, 1)]
    [InlineData(361, 0, 0, 0.25)]
    [InlineData(600, 0, 0, 0.25)]
    [InlineData(0, 16, 0, 1)]
    [InlineData(0, 17, 0, 0.5)]
    [InlineData(0, 32, 0, 0.5)]
    [InlineData(0, 33, 0, 0.25)]
    [InlineData(0, 64, 0, 0.25)]
    [InlineData(0, 1 << 20, 0, 1.0 / 64)]
    [InlineData(0, -1, 0, 0.5)]
    [InlineData(0, 0, 100, 0.5)]
    [InlineData(0, 0, 1000, 1.0 / 101)]
    [InlineData(0, 0, -1, 1.0 / 1_000_001)]
    [InlineData(361, 17, 100, 0.0625)]
    public void A_beacon_weighs(int silentS, int queue, int metres, double weight)
    {
        BeaconView beacon = View(1) with
        {
            LastSeenAt = Noon.AddSeconds(-silentS),
            QueueRecords = queue < 0 ? null : queue,
            Location = metres < 0 ? null : North(metres),
        };
        Assert.Equal(weight, SelectionPolicy.WeightOf(beacon, All with { Near = Here }), tolerance: weight / 1000);
        if (metres == 0)
            Assert.Equal(weight, SelectionPolicy.WeightOf(beacon, All));
    }

    [Theory]
    [InlineData("live", true)]
    [InlineData("late", true)]
    [InlineData("silent", false)]
    [InlineData("revoked", false)]
    [InlineData("suspected", false)]
    [InlineData("session over", false)]
    [InlineData("never attested", false)]
    [InlineData("in another region", false)]
    [InlineData("far", false)]
    [InlineData("somewhere", false)]
    public void A_beacon_is_chosen_or_not(string kind, bool isChosen)
    {
        BeaconView live = View(1) with { Location = North(99) };
        BeaconView beacon = kind switch
        {
            "late" => live with { LastSeenAt = Noon - FleetPolicy.LiveWithin },
            "silent" => live with { LastSeenAt = Noon - FleetPolicy.LiveWithin - TimeSpan.FromMilliseconds(1) },
            "revoked" => live with { RevokedAt = Noon },
            "suspected" => live with { OpenAlarms = AlarmKinds.RecordConflict },
            "session over" => live with { AttestedUntil = Noon },
            "never attested" => live with { AttestedUntil = null, AttestedAt = null, LastOutcome = null },
            "in another region" => live with { Region = "Hall-1" },
            "far" => live with { Location = North(101) },
            "somewhere" => live with { Location = null },
            _ => live,
        };
        SelectionRequest request = All with { Region = "hall-1", Near = Here, WithinM = 100 };
        Assert.Equal(isChosen, SelectionPolicy.Choose([beacon], null, request).Count == 1);
    }

    [Fact]
    public void Nothing_is_chosen_that_is_not_live_and_trusted_and_no_more_than_asked_for() =>
        Gen.Select(Fleets, Requests).Sample((fleet, request) =>
        {
            IReadOnlyList<BeaconView> chosen = SelectionPolicy.Choose(fleet, null, request);
            Assert.All(chosen, beacon =>
            {
                Assert.Equal(FleetStatus.Live, FleetPolicy.StatusOf(beacon, Noon));
                Assert.Null(beacon.RevokedAt);
                Assert.Equal(AlarmKinds.None, beacon.OpenAlarms);
                Assert.InRange(SelectionPolicy.WeightOf(beacon, request), double.Epsilon, 1);
            });
            int eligible = fleet.Count(beacon => SelectionPolicy.IsEligible(beacon, request));
            Assert.Equal(Math.Min(eligible, request.Limit), chosen.Select(beacon => beacon.Id).Distinct().Count());
        });

    [Fact]
    public void The_order_of_the_fleet_does_not_matter() =>
        Gen.Select(Fleets, Requests, Gen.Int).Sample((fleet, request, seed) =>
        {
            BeaconView[] shuffled = [.. fleet];
            new Random(seed).Shuffle(shuffled);
            Assert.Equal(Ids(fleet, request), Ids(shuffled, request));
        });

    /// <summary>Who had it gets one other beacon in its place; for all others nothing changes.</summary>
    [Fact]
    public void A_beacon_that_goes_moves_its_own_share_only() =>
        Gen.Select(Fleets, Requests, Gen.Int[0, 24]).Sample((fleet, request, index) =>
        {
            if (index >= fleet.Length)
                return;
            BeaconId gone = fleet[index].Id;
            ulong[] before = Ids(fleet, request);
            ulong[] after = Ids([.. fleet.Where(beacon => beacon.Id != gone)], request);
            ulong[] kept = [.. before.Where(id => id != gone.Value)];
            Assert.Empty(kept.Except(after));
            Assert.InRange(after.Length, kept.Length, before.Length);
        });

    [Fact]
    public void A_beacon_gets_clients_in_proportion_to_its_weight_and_gives_them_back()
    {
        BeaconView[] fleet = [.. Enumerable.Range(1, 10).Select(id => View((ulong)id))];
        fleet[0] = fleet[0] with { QueueRecords = 1 << 20 };
        int[] first = FirstOf(fleet);
        Assert.InRange(first[0], 0, Clients / 50);
        Assert.All(first[1..], count => Assert.InRange(count, Clients / 20, Clients / 5));

        BeaconView[] idle = [fleet[0] with { QueueRecords = 0 }, .. fleet[1..]];
        int moved = ClientNumbers().Count(client => First(fleet, client) != First(idle, client));
        int gained = FirstOf(idle)[0] - first[0];
        Assert.Equal(gained, moved);
    }

    [Fact]
    public void Near_ones_come_first_and_without_a_place_regions_take_turns()
    {
        BeaconView[] fleet =
        [
            .. Enumerable.Range(0, 8).Select(i => View((ulong)i + 1) with { Region = "a", Location = North(5000) }),
            View(100) with { Region = "b", Location = North(10) },
            View(101) with { Region = "c", Location = North(20) },
        ];
        int near = ClientNumbers().Count(client => SelectionPolicy.Choose(
            fleet, null, All with { Near = Here, Limit = 2, Client = client }).All(beacon => beacon.Id.Value >= 100));
        Assert.InRange(near, Clients * 95 / 100, Clients);
        double regions = ClientNumbers().Average(client => SelectionPolicy.Choose(
            fleet, null, All with { Limit = 3, Client = client }).Select(beacon => beacon.Region).Distinct().Count());
        double unspread = ClientNumbers().Average(client => SelectionPolicy.Choose(
            [.. fleet.Select(beacon => beacon with { Region = "a" })], null, All with { Limit = 3, Client = client })
            .Select(beacon => beacon.Id.Value < 100 ? 1ul : beacon.Id.Value).Distinct().Count());
        Assert.True(regions > unspread + 0.3, $"{regions} of three regions, {unspread} by chance");
    }

    [Fact]
    public void A_higher_percentage_adds_clients_and_takes_none() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 100], Gen.Int[0, 100]).Sample((client, one, other) =>
        {
            bool isIn = new RollOut(RollOutBy.Firmware, "1.3.0", Math.Min(one, other)).Reaches(client);
            bool isStill = new RollOut(RollOutBy.Firmware, "1.3.0", Math.Max(one, other)).Reaches(client);
            Assert.True(isStill || !isIn);
            Assert.False(new RollOut(RollOutBy.Firmware, "1.3.0", 0).Reaches(client));
            Assert.True(new RollOut(RollOutBy.Firmware, "1.3.0", 100).Reaches(client));
        });

    [Fact]
    public void A_roll_out_reaches_its_percentage_of_clients_and_another_one_others()
    {
        RollOut firmware = new(RollOutBy.Firmware, "1.3.0", 25);
        RollOut region = new(RollOutBy.Region, "1.3.0", 25);
        ulong[] clients = ClientNumbers();
        Assert.InRange(clients.Count(firmware.Reaches), Clients * 18 / 100, Clients * 32 / 100);
        Assert.InRange(
            clients.Count(client => firmware.Reaches(client) && region.Reaches(client)), Clients / 100, Clients / 8);
    }

    [Fact]
    public void Who_is_in_a_roll_out_gets_its_beacons_alone_while_there_are_any_and_who_is_not_never_does() =>
        Gen.Select(Fleets, Requests, Gen.Int[0, 100]).Sample((fleet, request, percent) =>
        {
            RollOut rollOut = new(RollOutBy.Firmware, "1.2.0", percent);
            IReadOnlyList<BeaconView> chosen = SelectionPolicy.Choose(fleet, rollOut, request);
            bool isThere =
                fleet.Any(beacon => SelectionPolicy.IsEligible(beacon, request) && rollOut.Has(beacon));
            if (!rollOut.Reaches(request.Client))
                Assert.DoesNotContain(chosen, rollOut.Has);
            else if (isThere)
                Assert.All(chosen, beacon => Assert.True(rollOut.Has(beacon)));
            else
                Assert.Equal(SelectionPolicy.Choose(fleet, null, request), chosen);
        });

    [Theory]
    [InlineData("region:hall-9:5", RollOutBy.Region, "hall-9", 5)]
    [InlineData("firmware:1.3.0:100", RollOutBy.Firmware, "1.3.0", 100)]
    [InlineData("region:a:b c:0", RollOutBy.Region, "a:b c", 0)]
    internal void A_roll_out_is_read(string text, RollOutBy by, string value, int percent) =>
        Assert.Equal(new RollOut(by, value, percent), RollOut.Read(text));

    [Theory]
    [InlineData("")]
    [InlineData("region")]
    [InlineData("region:5")]
    [InlineData("region::5")]
    [InlineData("level:software:5")]
    [InlineData("region:a:101")]
    [InlineData("region:a:-1")]
    [InlineData("region:a:")]
    [InlineData("region:a:5%")]
    public void What_is_no_roll_out_is_none(string text) => Assert.Null(RollOut.Read(text));

    /// <summary>The same on every machine and in every version: what it is today.</summary>
    [Fact]
    public void A_client_is_a_number_of_its_key_alone()
    {
        Assert.Equal(SelectionPolicy.ClientOf("203.0.113.7"), SelectionPolicy.ClientOf("203.0.113.7"));
        Assert.NotEqual(SelectionPolicy.ClientOf("203.0.113.7"), SelectionPolicy.ClientOf("203.0.113.8"));
        Assert.Equal(0xE220_A839_7B1D_CDAFul, SelectionPolicy.Mix(0)); // SplitMix64's first number of seed 0
    }

    private static ulong[] ClientNumbers() =>
        [.. Enumerable.Range(0, Clients).Select(number => SelectionPolicy.ClientOf($"client {number}"))];

    private static int[] FirstOf(BeaconView[] fleet)
    {
        int[] counts = new int[fleet.Length];
        foreach (ulong client in ClientNumbers())
            counts[Array.FindIndex(fleet, beacon => beacon.Id == First(fleet, client))]++;
        return counts;
    }

    private static BeaconId First(BeaconView[] fleet, ulong client) =>
        SelectionPolicy.Choose(fleet, null, All with { Limit = 1, Client = client })[0].Id;

    private static ulong[] Ids(BeaconView[] fleet, SelectionRequest request) =>
        [.. SelectionPolicy.Choose(fleet, null, request).Select(beacon => beacon.Id.Value)];

    private static GeoPoint North(double metres) =>
        new(Here.LatitudeE7 + (int)(metres / 6_371_008.8 * 180 / Math.PI * 1e7), Here.LongitudeE7);

    private static BeaconView Spoil(int kind, BeaconView beacon) => kind switch
    {
        0 => beacon with { RevokedAt = Noon.AddDays(-1) },
        1 => beacon with { OpenAlarms = AlarmKinds.EarlierBoot },
        2 => beacon with { AttestedUntil = Noon.AddSeconds(-1) },
        _ => beacon,
    };

    private static BeaconView View(ulong id) => new(
        new BeaconId(id), "north gate", "hall-1", SecurityLevel.EmulatedChip, 0xFFFF, null, Noon, Noon.AddHours(-1),
        Noon.AddHours(1), AttestationOutcome.Accepted, Noon.AddHours(-1), "", 1, "1.0.0", 0, 0)
    {
        QueueRecords = 0,
    };
}
