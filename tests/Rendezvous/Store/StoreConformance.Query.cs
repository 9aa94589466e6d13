using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    private static readonly SightingFilter Any = new(null, null, null, null, null, 100);

    [StoreFact]
    public async Task Beacons_are_listed_by_name_then_id()
    {
        BeaconId[] same = [await EnrolAsync("b"), await EnrolAsync("b"), await EnrolAsync("b"), await EnrolAsync("b")];
        BeaconId upper = await EnrolAsync("Z");
        BeaconId first = await EnrolAsync("a");
        Assert.Equal([upper, first, .. same.Order()], (await Store.ListBeaconsAsync(1, None)).Select(view => view.Id));
    }

    [StoreFact]
    public async Task A_view_of_a_beacon_before_and_after()
    {
        BeaconId beacon = await EnrolAsync();
        Assert.Equal(
            new BeaconView(beacon, "north gate", "harbour", SecurityLevel.EmulatedChip, 0xFFFF, null, null, null, null,
                null, null, "", 0, "", 0, 0),
            await Store.GetBeaconAsync(1, beacon, None));
        await GrantAsync(beacon, FirstSession, boot: 3);
        await CommitAsync(beacon, 1, 1, [1, 2], at: Noon.AddSeconds(9));
        await CommitAsync(beacon, 1, 1, [3], at: Noon.AddSeconds(5));
        await Store.CommitVerdictAsync(
            NewVerdict(beacon, 2) with
            {
                Outcome = AttestationOutcome.NonceExpired,
                Detail = "too old",
                At = Noon.AddHours(1),
            },
            None);
        Assert.Equal(
            new BeaconView(beacon, "north gate", "harbour", SecurityLevel.EmulatedChip, 0xFFFF, null,
                Noon.AddSeconds(9), Noon, Noon.AddHours(12), AttestationOutcome.NonceExpired, Noon.AddHours(1),
                "too old", 3, "1.2.3", 3, 3),
            await Store.GetBeaconAsync(1, beacon, None));
        await Store.RevokeAsync(beacon, "test", Noon.AddHours(2), None);
        BeaconView revoked = Assert.Single(await Store.ListBeaconsAsync(1, None));
        Assert.Equal((Noon.AddHours(2), null), (revoked.RevokedAt, revoked.AttestedUntil));
    }

    [StoreFact]
    public async Task Attestations_are_listed_newest_first()
    {
        BeaconId beacon = await EnrolAsync();
        for (uint boot = 1; boot <= 3; boot++)
            await GrantAsync(beacon, boot, boot);
        Assert.Equal([3u, 2u], (await Store.ListAttestationsAsync(1, beacon, 2, None)).Select(view => view.Boot));
    }

    [StoreFact]
    public async Task The_status_moves_forward_only()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        Assert.Null(await Store.GetStatusAsync(1, beacon, None));
        StatusEntry full = new(0, 1, 2, 3, 4, 5, 6, 7, 8, -9, 10, "1.0");
        StatusEntry bare = full with { HeapFreeBytes = null, HeapLargestBytes = null, WifiRssiDbm = null };
        await CommitStatusAsync(beacon, 2, (5, full), (4, full with { UptimeMs = 99 }));
        Assert.Equal(new StatusView(Noon, full), await Store.GetStatusAsync(1, beacon, None));
        await CommitStatusAsync(beacon, 2, (3, bare));
        await CommitStatusAsync(beacon, 1, (9, bare));
        await CommitStatusAsync(beacon, 2, (5, bare));
        Assert.Equal(new StatusView(Noon, full), await Store.GetStatusAsync(1, beacon, None));
        await CommitStatusAsync(beacon, 3, (1, bare));
        Assert.Equal(new StatusView(Noon, bare), await Store.GetStatusAsync(1, beacon, None));
    }

    [StoreFact]
    public async Task Details_of_a_status_are_stored_each_in_its_place_and_forgotten_when_they_are_told_no_more()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        StatusEntry bare = new(0, 1, 2, 3, 4, 5, 6, 7, 8, -9, byte.MaxValue, "1.0");
        StatusDetailValues small = new(
            new StatusTransport(TransportKind.Http, 2), new StatusRadioDuty(3, 4, 5),
            new StatusFiltered(6, 7, 8, 9, 10), new StatusLink(11, 12, 13, 14), KeyHome.SoftwareKey, 15,
            new StatusFaults(16, 17, 18, 19), 20);
        const uint Most = uint.MaxValue;
        StatusDetailValues large = new(
            new StatusTransport((TransportKind)byte.MaxValue, byte.MaxValue), new StatusRadioDuty(Most, Most, Most),
            new StatusFiltered(Most, Most, Most, Most, Most), new StatusLink(Most, Most, Most, Most),
            (KeyHome)byte.MaxValue, Most, new StatusFaults(Most, Most, Most, Most), Most);
        StatusDetailValues[] told =
        [
            small, large, default, small with { Transport = null, Link = null, ConfigVersion = null },
            default(StatusDetailValues) with { RadioDuty = new StatusRadioDuty(1, 0, 0), ConfigVersion = 0 },
        ];
        uint sequence = 0;
        foreach (StatusDetailValues details in told)
        {
            await CommitStatusAsync(beacon, 1, (++sequence, bare with { Details = details }));
            Assert.Equal(
                new StatusView(Noon, bare with { Details = details }), await Store.GetStatusAsync(1, beacon, None));
        }
    }

    [StoreFact]
    public async Task Sightings_are_filtered_and_paged()
    {
        BeaconId one = await EnrolWithSessionAsync();
        BeaconId two = await EnrolWithSessionAsync();
        await CommitAsync(one, 1, 1, [1, 2, 3], at: Noon);
        await CommitAsync(two, 1, 1, [1], at: Noon.AddMinutes(1));
        await CommitAsync(one, 1, 1, [4], at: Noon.AddMinutes(2));
        IReadOnlyList<SightingView> all = await Store.ListSightingsAsync(1, Any, None);
        Assert.Equal([4L, 1, 3, 2, 1], all.Select(sighting => sighting.Address & 0xFF));
        Assert.Equal(all.OrderByDescending(sighting => sighting.RowId), all);
        SightingView newest = all[0];
        Assert.Equal(
            new SightingView(newest.RowId, one, Noon.AddMinutes(2), Noon.ToUnixTimeMilliseconds() - 9000,
                CaptureQuality.Placed, 1, (1L << 32) | 4, 0, -60),
            newest);
        Assert.Equal(
            all.Skip(2).Take(2),
            await Store.ListSightingsAsync(1, Any with { BeforeRowId = all[1].RowId, Limit = 2 }, None));
        Assert.Equal([all[1]], await Store.ListSightingsAsync(1, Any with { Beacon = two }, None));
        Assert.Equal([all[1], all[4]], await Store.ListSightingsAsync(1, Any with { Address = (1L << 32) | 1 }, None));
        Assert.Equal(
            [all[1]],
            await Store.ListSightingsAsync(
                1, Any with { ReceivedFrom = Noon.AddMinutes(1), ReceivedTo = Noon.AddMinutes(2) }, None));
    }

    [StoreFact]
    public async Task A_capture_time_may_be_any_number()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        var batch = new IngestBatch();
        AddFrame(batch, beacon, 1, 1, []);
        AddRecord(batch, 1);
        batch.Sightings.Add(new SightingEntry(
            0, long.MinValue, int.MaxValue, CaptureQuality.DeviceClock, 2, 0xFFFF_FFFF_FFFF, 2, ushort.MaxValue,
            sbyte.MinValue));
        await Store.CommitAsync(batch, Noon, None);
        SightingView stored = Assert.Single(await Store.ListSightingsAsync(1, Any, None));
        Assert.Equal(
            new SightingView(stored.RowId, beacon, Noon, long.MinValue, CaptureQuality.DeviceClock, 2, 0xFFFF_FFFF_FFFF,
                ushort.MaxValue, sbyte.MinValue),
            stored);
    }

    [StoreFact]
    public async Task Presence_says_where_an_address_was_heard_last_and_loudest()
    {
        BeaconId near = await EnrolWithSessionAsync();
        BeaconId far = await EnrolWithSessionAsync();
        await HearAsync(near, 1, Noon.AddHours(-2), (0xA, -20, 0));
        await HearAsync(near, 2, Noon, (0xA, -50, 0), (0xA, -40, 0), (0xB, -70, 0));
        await HearAsync(far, 1, Noon.AddMinutes(1), (0xA, -80, 0), (0xA, -90, 3));
        Assert.Equal(
            [
                new PresenceView(0xA, 0, 1, Noon.AddMinutes(1), near, -40, 2, 3),
                new PresenceView(0xA, 3, 1, Noon.AddMinutes(1), far, -90, 1, 1),
                new PresenceView(0xB, 0, 1, Noon, near, -70, 1, 1),
            ],
            await Store.ListPresenceAsync(1, Noon, 10, None));
        Assert.Equal(2, (await Store.ListPresenceAsync(1, Noon, 2, None)).Count);
    }

    [StoreFact]
    public async Task A_tenant_sees_its_own_only()
    {
        await Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        BeaconId mine = await EnrolWithSessionAsync();
        BeaconId theirs = await EnrolWithSessionAsync(tenant: 2);
        await CommitAsync(mine, 1, 1, [1]);
        await CommitStatusAsync(theirs, 1, (1, new StatusEntry(0, 1, 2, 3, 4, 5, 6, null, null, null, 1, "1.0")));
        await CommitAsync(theirs, 1, 1, [2, 3]);
        Assert.Equal([mine], (await Store.ListBeaconsAsync(1, None)).Select(view => view.Id));
        Assert.Equal([theirs], (await Store.ListBeaconsAsync(2, None)).Select(view => view.Id));
        Assert.Null(await Store.GetBeaconAsync(1, theirs, None));
        Assert.Null(await Store.GetStatusAsync(1, theirs, None));
        Assert.NotNull(await Store.GetStatusAsync(2, theirs, None));
        Assert.Empty(await Store.ListAttestationsAsync(1, theirs, 9, None));
        Assert.Single(await Store.ListSightingsAsync(1, Any, None));
        Assert.Equal(2, (await Store.ListSightingsAsync(2, Any, None)).Count);
        Assert.Single(await Store.ListPresenceAsync(1, Noon, 9, None));
        Assert.Empty(await Store.ListSightingsAsync(3, Any, None));
    }

    private async Task CommitStatusAsync(
        BeaconId beacon, uint boot, params (uint Sequence, StatusEntry Status)[] statuses)
    {
        var batch = new IngestBatch();
        AddFrame(batch, beacon, boot, 0, []);
        foreach ((uint sequence, StatusEntry status) in statuses)
        {
            AddRecord(batch, sequence, kind: 2);
            batch.Statuses.Add(status with { Record = batch.Records.Count - 1 });
        }
        await Store.CommitAsync(batch, Noon, None);
    }

    private async Task HearAsync(
        BeaconId beacon, uint sequence, DateTimeOffset at, params (long Address, sbyte Rssi, ushort KeyDay)[] heard)
    {
        var batch = new IngestBatch();
        AddFrame(batch, beacon, 1, 1, []);
        AddRecord(batch, sequence);
        batch.Sightings.AddRange(
            heard.Select(sighting => NewSighting(0, sighting.Address, sighting.Rssi, sighting.KeyDay)));
        await Store.CommitAsync(batch, at, None);
    }
}
