using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    private static readonly StatusFilter AllStatuses = new(null, null, null, 100);

    [StoreFact]
    public async Task Every_status_is_kept_once_and_listed_newest_first()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        BeaconId other = await EnrolWithSessionAsync();
        StatusEntry status = new(0, 1, 2, 3, 4, 5, 6, null, null, -9, 1, "1.0");
        await CommitStatusAsync(beacon, 2, (5, status with { UptimeMs = 5 }), (4, status with { UptimeMs = 4 }));
        await CommitStatusAsync(beacon, 1, (9, status with { UptimeMs = 9 }));
        await CommitStatusAsync(beacon, 2, (5, status with { UptimeMs = 99 })); // the same record again
        await CommitStatusAsync(other, 1, (1, status));
        IReadOnlyList<StatusRecordView> all = await Store.ListStatusesAsync(1, beacon, AllStatuses, None);
        Assert.Equal(
            [(2u, 5u, 5L), (2u, 4u, 4L), (1u, 9u, 9L)],
            all.Select(one => (one.Boot, one.Sequence, one.View.Status.UptimeMs)));
        Assert.Equal(new StatusView(Noon, status with { UptimeMs = 5 }), all[0].View);
        Assert.Empty(await Store.ListStatusesAsync(2, beacon, AllStatuses, None));
        Assert.Equal(4, await Database.CountAsync("beacon_statuses"));
    }

    [StoreFact]
    public async Task Statuses_are_filtered_by_time_paged_by_place_and_forgotten()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        StatusEntry status = new(0, 1, 2, 3, 4, 5, 6, null, null, null, 1, "1.0");
        for (uint i = 1; i <= 6; i++)
            await CommitStatusAtAsync(beacon, i, status, Noon.AddMinutes(i / 2)); // two in each minute but the first
        List<uint> walked = [];
        StatusPosition? before = null;
        while (true)
        {
            IReadOnlyList<StatusRecordView> page =
                await Store.ListStatusesAsync(1, beacon, AllStatuses with { Before = before, Limit = 1 }, None);
            if (page.Count == 0)
                break;
            walked.Add(page[0].Sequence);
            before = new StatusPosition(page[0].View.ReceivedAt, page[0].Boot, page[0].Sequence);
        }

        Assert.Equal([6u, 5, 4, 3, 2, 1], walked);
        Assert.Equal([3u, 2], await SequencesAsync(new StatusFilter(Noon.AddMinutes(1), Noon.AddMinutes(2), null, 9)));
        Assert.Equal(1, await Store.PruneStatusesAsync(Noon.AddMinutes(1), None));
        Assert.Equal([6u, 5, 4, 3, 2], await SequencesAsync(AllStatuses));
        Assert.NotNull(await Store.GetStatusAsync(1, beacon, None));

        async Task<IEnumerable<uint>> SequencesAsync(StatusFilter filter) =>
            (await Store.ListStatusesAsync(1, beacon, filter, None)).Select(one => one.Sequence);
    }

    [StoreFact]
    public async Task A_view_tells_how_much_waits_on_a_beacon_by_its_newest_status()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        Assert.Null((await Store.GetBeaconAsync(1, beacon, None))!.QueueRecords);
        StatusEntry status = new(0, 1, 2, 33, 4, 5, 6, null, null, null, 1, "1.0");
        await CommitStatusAsync(beacon, 1, (2, status));
        await CommitStatusAsync(beacon, 1, (1, status with { QueueRecords = 7 }));
        Assert.Equal(33, Assert.Single(await Store.ListBeaconsAsync(1, None)).QueueRecords);
    }

    private protected async Task CommitStatusAtAsync(
        BeaconId beacon, uint sequence, StatusEntry status, DateTimeOffset at)
    {
        var batch = new IngestBatch();
        AddFrame(batch, beacon, 1, 1, []);
        AddRecord(batch, sequence, kind: 2);
        batch.Statuses.Add(status);
        await Store.CommitAsync(batch, at, None);
    }
}
