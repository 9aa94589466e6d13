using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    protected static readonly TimeSpan Week = TimeSpan.FromDays(7);

    [StoreFact]
    public async Task Sightings_leave_by_whole_days_after_retention()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await Store.RetainAsync(Noon, Week, None);
        await CommitAsync(beacon, 1, 1, [1, 2], at: Noon);
        await Store.RetainAsync(Noon.AddDays(1), Week, None);
        await CommitAsync(beacon, 1, 1, [3], at: Noon.AddDays(1));
        Assert.Equal(0, await Store.RetainAsync(Noon.AddDays(7).AddHours(11), Week, None));
        Assert.Equal(3, (await Store.GetBeaconAsync(1, beacon, None))!.SightingCount);
        Assert.Equal(2, await Store.RetainAsync(Noon.AddDays(8), Week, None));
        Assert.Equal(0, await Store.RetainAsync(Noon.AddDays(8), Week, None));
        Assert.Equal(1, await Database.CountAsync("sightings"));
        BeaconView view = (await Store.GetBeaconAsync(1, beacon, None))!;
        Assert.Equal((1, 3), (view.SightingCount, view.RecordCount));
    }

    [StoreFact]
    public async Task A_pruned_record_that_comes_again_is_not_stored_twice()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await CommitAsync(beacon, 1, 1, [1, 2, 4], at: Noon);
        await Store.RetainAsync(Noon.AddDays(8), Week, None);
        Assert.Equal(1, await Database.CountAsync("frames"));
        IngestBatch again = await CommitAsync(beacon, 1, 1, [1, 2, 3, 4], at: Noon.AddDays(8));
        AssertNew(again, false, false, true, false);
        Assert.Equal(4u, again.Groups[0].SettledThrough);
        Assert.Equal(1, await Database.CountAsync("sightings"));
    }

    [StoreFact]
    public async Task The_window_for_late_records_ends_at_the_newest_one_that_was_pruned()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await CommitAsync(beacon, 1, 9, [9], at: Noon.AddDays(8));
        await CommitAsync(beacon, 1, 5, [5], at: Noon);
        await Store.RetainAsync(Noon.AddDays(8), Week, None);
        IngestBatch late = await CommitAsync(beacon, 1, 1, [4, 5, 6, 9, 10], at: Noon.AddDays(8));
        AssertNew(late, false, false, true, false, true);
        Assert.Equal(10u, late.Groups[0].SettledThrough);
    }

    [StoreFact]
    public async Task Identities_above_the_settled_mark_are_kept_for_ever()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await CommitAsync(beacon, 1, 1, [5], at: Noon);
        await Store.RetainAsync(Noon.AddDays(100), Week, None);
        AssertNew(await CommitAsync(beacon, 1, 1, [5], at: Noon.AddDays(100)), false);
    }

    [StoreFact]
    public async Task Retention_and_ingest_at_once_neither_lose_nor_double()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await Store.RetainAsync(Noon, Week, None);
        await CommitAsync(beacon, 1, 1, Range(1, 30), at: Noon);
        List<int> fresh = await AtOnceAsync(6, async (store, i) =>
        {
            if (i == 0)
                return 0 * await store.RetainAsync(Noon.AddDays(9), Week, None);
            var batch = new IngestBatch();
            AddFrame(batch, beacon, 1, 1, Range(11, 42));
            await store.CommitAsync(batch, Noon.AddDays(9), None);
            return NewOf(batch).Count(isNew => isNew);
        });
        Assert.Equal(12, fresh.Sum());
        Assert.Equal(12, await Database.CountAsync("sightings"));
        Assert.Equal(12, (await Store.GetBeaconAsync(1, beacon, None))!.SightingCount);
    }
}
