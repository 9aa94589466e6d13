using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    [StoreFact]
    public async Task An_hour_is_counted_once_however_often_and_from_wherever_it_is_counted()
    {
        BeaconId[] beacons = [await EnrolWithSessionAsync(), await EnrolWithSessionAsync()];
        await CommitAsync(beacons[0], 1, 1, [1, 2, 3], at: Noon.AddMinutes(-1));
        await CommitAsync(beacons[0], 1, 1, [4, 5], at: Noon);
        await CommitAsync(beacons[0], 1, 1, [2, 5, 6], at: Noon.AddMinutes(59));
        await CommitAsync(beacons[1], 1, 1, [1], at: Noon.AddMinutes(30));
        await CommitAsync(beacons[0], 1, 1, [7], at: Noon.AddMinutes(60));

        // The hour from 12 is over, and is not counted before nothing can come any more.
        Assert.Equal(167, await Store.RollUpAsync(Noon.AddMinutes(69), Week, None));
        Assert.Equal([new HourView(Noon.AddHours(-1), 3, 3)], await HoursAsync(beacons[0]));
        List<int> counted = await AtOnceAsync(
            4, (store, _) => store.RollUpAsync(Noon.AddMinutes(70), Week, None));
        Assert.True(counted.Sum() >= 1);
        Assert.Equal(0, await Store.RollUpAsync(Noon.AddMinutes(71), Week, None));
        Assert.Equal(
            [new HourView(Noon.AddHours(-1), 3, 3), new HourView(Noon, 3, 3)], await HoursAsync(beacons[0]));
        Assert.Equal([new HourView(Noon, 1, 1)], await HoursAsync(beacons[1]));
    }

    /// <summary>A commit that took longer than the margin is in the counts when its raw rows go.</summary>
    [StoreFact]
    public async Task What_came_late_is_counted_before_its_rows_go_and_counts_outlive_them()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await Store.RetainAsync(Noon, Week, None);
        await CommitAsync(beacon, 1, 1, [1, 2], at: Noon);
        await Store.RollUpAsync(Noon.AddHours(2), Week, None);
        await CommitAsync(beacon, 1, 1, [3], at: Noon.AddMinutes(1));
        await Store.RetainAsync(Noon.AddDays(8), Week, None);
        Assert.Equal(0, await Database.CountAsync("sightings"));
        Assert.Equal([new HourView(Noon, 3, 3)], await HoursAsync(beacon));

        // Rows that are gone take nothing away, and the hours in between were empty.
        await Store.RollUpAsync(Noon.AddDays(8), TimeSpan.FromDays(9), None);
        Assert.Equal([new HourView(Noon, 3, 3)], await HoursAsync(beacon));
    }

    [StoreFact]
    public async Task Counts_of_hours_go_when_they_are_old_and_a_wrong_clock_leaves_no_gap()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await CommitAsync(beacon, 1, 1, [1], at: Noon);
        await Store.RollUpAsync(Noon.AddHours(2), Week, None);
        await Store.RollUpAsync(Noon + UpkeepPolicy.HoursKept, Week, None);
        Assert.Single(await HoursAsync(beacon));

        // Counted through a far day by a clock that was wrong: what came since is counted all the same.
        await CommitAsync(beacon, 1, 1, [2], at: Noon.AddHours(3));
        await Store.RollUpAsync(Noon.AddHours(5), Week, None);
        Assert.Equal(2, (await HoursAsync(beacon)).Count);
        await Store.RollUpAsync(Noon + UpkeepPolicy.HoursKept + TimeSpan.FromMilliseconds(1), Week, None);
        Assert.Equal([new HourView(Noon.AddHours(3), 1, 1)], await HoursAsync(beacon));
    }

    [StoreFact]
    public async Task The_hours_of_another_tenant_are_not_told()
    {
        await Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        BeaconId beacon = await EnrolWithSessionAsync(tenant: 2);
        await CommitAsync(beacon, 1, 1, [1]);
        await Store.RollUpAsync(Noon.AddHours(2), Week, None);
        Assert.Empty(await HoursAsync(beacon));
        Assert.Single(await Store.ListHoursAsync(2, beacon, Noon, Noon.AddHours(1), None));
        Assert.Empty(await Store.ListHoursAsync(2, beacon, Noon.AddHours(1), Noon.AddHours(2), None));
    }

    private Task<IReadOnlyList<HourView>> HoursAsync(BeaconId beacon) =>
        Store.ListHoursAsync(1, beacon, DateTimeOffset.UnixEpoch, Noon.AddYears(1), None);
}
