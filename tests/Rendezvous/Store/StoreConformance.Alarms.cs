using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    [StoreFact]
    public async Task An_alarm_counts_until_it_is_acknowledged_and_opens_anew_after()
    {
        BeaconId beacon = await EnrolAsync();
        AlarmView first = await RaiseAsync(beacon, count: 2);
        AlarmView second = await RaiseAsync(beacon, count: 3, detail: "again", at: Noon.AddMinutes(1));
        Assert.Equal(
            new AlarmView(
                first.Id, beacon, AlarmKind.RecordConflict, Noon, Noon.AddMinutes(1), 5, "again", null, ""),
            second);
        Assert.NotEqual(first.Id, (await RaiseAsync(beacon, AlarmKind.EarlierBoot)).Id);

        AlarmView closed = (await Store.AcknowledgeAlarmAsync(1, first.Id, "me", Noon.AddHours(1), None))!;
        Assert.Equal(second with { AcknowledgedAt = Noon.AddHours(1), AcknowledgedBy = "me" }, closed);
        Assert.Equal(closed, await Store.AcknowledgeAlarmAsync(1, first.Id, "another", Noon.AddHours(2), None));
        Assert.Null(await Store.AcknowledgeAlarmAsync(2, first.Id, "me", Noon, None));

        AlarmView anew = await RaiseAsync(beacon, at: Noon.AddHours(3));
        Assert.True(anew.Id > first.Id);
        Assert.Equal((1, Noon.AddHours(3), null), (anew.Count, anew.FirstAt, anew.AcknowledgedAt));
        Assert.Equal(2, await Database.CountAsync("alarms"));
        Assert.Null(await Store.AcknowledgeAlarmAsync(1, first.Id, "me", Noon, None));
    }

    [StoreFact]
    public async Task Of_many_that_open_one_alarm_at_once_one_opens_it_and_all_count()
    {
        BeaconId beacon = await EnrolAsync();
        List<AlarmView> raised = await AtOnceAsync(8, (store, _) => store.RaiseAlarmAsync(
            1, beacon, AlarmKind.UptimeBehind, "It happened.", 1, Noon, None));
        Assert.Equal(Enumerable.Range(1, 8).Select(count => (long)count), raised.Select(alarm => alarm.Count).Order());
        Assert.Single(raised.Select(alarm => alarm.Id).Distinct());
        Assert.Equal(1, await Database.CountAsync("alarms"));
    }

    [StoreFact]
    public async Task Alarms_are_listed_in_pages_and_shown_with_their_beacons()
    {
        BeaconId one = await EnrolAsync("a");
        BeaconId two = await EnrolAsync("b");
        await RaiseAsync(one, AlarmKind.EarlierBoot);
        long second = (await RaiseAsync(two, AlarmKind.EarlierBootToken)).Id;
        await RaiseAsync(one, AlarmKind.UptimeBehind);
        await Store.AcknowledgeAlarmAsync(1, second, "me", Noon, None);
        Assert.Equal([AlarmKind.UptimeBehind, AlarmKind.EarlierBoot], await KindsAsync(new(true, null, null, 9)));
        Assert.Equal([AlarmKind.EarlierBootToken], await KindsAsync(new(false, null, null, 9)));
        Assert.Equal([AlarmKind.UptimeBehind], await KindsAsync(new(null, null, null, 1)));
        Assert.Equal([AlarmKind.EarlierBoot], await KindsAsync(new(null, null, second, 9)));
        Assert.Equal([AlarmKind.EarlierBootToken], await KindsAsync(new(null, two, null, 9)));
        Assert.Empty(await Store.ListAlarmsAsync(2, new(null, null, null, 9), None));
        Assert.Equal(
            [AlarmKinds.EarlierBoot | AlarmKinds.UptimeBehind, AlarmKinds.None],
            (await Store.ListBeaconsAsync(1, None)).Select(view => view.OpenAlarms));
        Assert.Equal(
            [(AlarmKind.EarlierBoot, 1), (AlarmKind.UptimeBehind, 1)],
            (await Store.CountOpenAlarmsAsync(None)).Select(open => (open.Key, open.Value)).Order());

        async Task<IEnumerable<AlarmKind>> KindsAsync(AlarmFilter filter) =>
            (await Store.ListAlarmsAsync(1, filter, None)).Select(alarm => alarm.Kind);
    }

    [StoreFact]
    public async Task Acknowledged_alarms_are_forgotten_and_open_ones_never()
    {
        BeaconId beacon = await EnrolAsync();
        await RaiseAsync(beacon, AlarmKind.EarlierBoot);
        AlarmView closed = await RaiseAsync(beacon, AlarmKind.UptimeBehind);
        await Store.AcknowledgeAlarmAsync(1, closed.Id, "me", Noon, None);
        Assert.Equal(0, await Store.PruneAlarmsAsync(Noon, None));
        Assert.Equal(1, await Store.PruneAlarmsAsync(Noon.AddMilliseconds(1), None));
        Assert.Equal(0, await Store.PruneAlarmsAsync(Noon.AddYears(9), None));
    }

    [StoreFact]
    public async Task A_number_that_stands_for_two_records_is_a_conflict_and_the_first_one_stays()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await AssertConflictsAsync(beacon, [false, false], (1, 11), (2, 22));
        await AssertConflictsAsync(beacon, [false, false], (1, 11), (2, 22));
        await AssertConflictsAsync(beacon, [true, false, false], (1, 99), (2, 22), (3, 33));
        await AssertConflictsAsync(beacon, [false, true, false], (4, 44), (4, 45), (4, 44));
        await AssertConflictsAsync(beacon, [false], (1, 11));
        Assert.Equal(4, await Database.CountAsync("frames"));
    }

    [StoreFact]
    public async Task A_record_from_before_fingerprints_or_below_the_pruned_mark_is_no_conflict()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await AssertConflictsAsync(beacon, [false, false], (1, 11), (2, 22));
        await Database.ExecuteAsync("UPDATE frames SET fingerprint = NULL WHERE seq = 1");
        await AssertConflictsAsync(beacon, [false, true], (1, 12), (2, 23));
        await Store.RetainAsync(Noon.AddDays(8), Week, None);
        Assert.Equal(0, await Database.CountAsync("frames"));
        await AssertConflictsAsync(beacon, [false, false], (1, 12), (2, 23));
    }

    [StoreFact]
    public async Task What_was_accepted_last_is_told()
    {
        BeaconId beacon = await EnrolAsync();
        Assert.Equal((default, null, null), await LastAsync());
        await TokenAsync(beacon, 3, 1, at: Noon);
        await TokenAsync(beacon, 3, 2, at: Noon.AddSeconds(1));
        await TokenAsync(beacon, 3, 1, at: Noon.AddSeconds(2));
        Assert.Equal(new AcceptedTokens(3, 2, Noon.AddSeconds(1), 0, 0), (await LastAsync()).Tokens);
        await TokenAsync(beacon, 5, 7, at: Noon.AddSeconds(3));
        await TokenAsync(beacon, 5, 8, at: Noon.AddSeconds(4));
        await TokenAsync(beacon, 4, 1, at: Noon.AddSeconds(5));
        await GrantAsync(beacon, 1, boot: 5);
        Assert.Equal(
            (new AcceptedTokens(5, 8, Noon.AddSeconds(4), 3, 2), Noon, Noon.ToUnixTimeMilliseconds() - 4000),
            await LastAsync());

        async Task<(AcceptedTokens Tokens, DateTimeOffset? At, long? TickZero)> LastAsync()
        {
            RegisteredBeacon registered = (await Store.FindBeaconAsync(beacon, None))!;
            return (registered.Tokens, registered.AttestedAt, registered.TickZeroUnixMs);
        }
    }

    private protected Task<AlarmView> RaiseAsync(
        BeaconId beacon, AlarmKind kind = AlarmKind.RecordConflict, long count = 1, string detail = "It happened.",
        DateTimeOffset? at = null, int tenant = 1) =>
        Store.RaiseAlarmAsync(tenant, beacon, kind, detail, count, at ?? Noon, None);

    private async Task AssertConflictsAsync(
        BeaconId beacon, bool[] expected, params (uint Sequence, long Fingerprint)[] records)
    {
        var batch = new IngestBatch();
        AddFrame(batch, beacon, 1, 1, []);
        foreach ((uint sequence, long fingerprint) in records)
            AddRecord(batch, sequence, fingerprint: fingerprint);
        await Store.CommitAsync(batch, Noon, None);
        Assert.Equal(expected, batch.Records.Select(record => record.IsConflict));
    }
}
