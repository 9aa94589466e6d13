using System.Security.Cryptography;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    [StoreFact]
    public async Task A_group_is_found_as_it_was_made_and_its_name_is_taken()
    {
        EnrolmentGroup group = NewGroup("spring");
        (GroupOutcome made, EnrolmentGroup? there) = await Store.AddGroupAsync(group, "x", None);
        Assert.Equal(GroupOutcome.Created, made);
        (GroupOutcome again, EnrolmentGroup? same) =
            await Store.AddGroupAsync(NewGroup("spring") with { MaxBoards = 99 }, "x", None);
        Assert.Equal(GroupOutcome.Exists, again);
        AssertSame(there!, same!);
        EnrolmentGroup found = (await Store.FindGroupAsync(1, "spring", None))!;
        AssertSame(there!, found);
        AssertSame(group with { Id = found.Id }, found);
        EnrolmentGroup other = NewGroup("autumn") with { HardwareModel = null };
        await Store.AddGroupAsync(other, "x", None);
        Assert.Equal(["autumn", "spring"], (await Store.ListGroupsAsync(1, None)).Select(each => each.Name));
        Assert.Null((await Store.FindGroupAsync(1, "autumn", None))!.HardwareModel);
        Assert.Null(await Store.FindGroupAsync(1, "winter", None));
    }

    [StoreFact]
    public async Task Groups_are_of_their_tenant()
    {
        await Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        await Store.AddGroupAsync(NewGroup("spring"), "x", None);
        Assert.Equal(
            GroupOutcome.Created,
            (await Store.AddGroupAsync(NewGroup("spring") with { TenantId = 2 }, "x", None)).Outcome);
        Assert.Equal(2, Assert.Single(await Store.ListGroupsAsync(2, None)).TenantId);
        await Store.CloseGroupAsync(2, "spring", "x", Noon, None);
        Assert.Null((await Store.FindGroupAsync(1, "spring", None))!.ClosedAt);
    }

    [StoreFact]
    public async Task There_are_so_many_groups_and_no_more()
    {
        for (int i = 0; i < EnrolmentPolicy.MaxGroups; i++)
            await Store.AddGroupAsync(NewGroup($"group-{i}"), "x", None);
        (GroupOutcome outcome, EnrolmentGroup? group) = await Store.AddGroupAsync(NewGroup("one-more"), "x", None);
        Assert.Equal((GroupOutcome.TooManyGroups, null), (outcome, group));
        Assert.Equal(GroupOutcome.Exists, (await Store.AddGroupAsync(NewGroup("group-7"), "x", None)).Outcome);
    }

    /// <summary>Half of them through another store: the row of the group is the lock, not the process.</summary>
    [StoreFact]
    public async Task Of_many_boards_at_once_a_group_takes_as_many_as_it_may()
    {
        const int Boards = 24;
        EnrolmentGroup group = (await Store.AddGroupAsync(NewGroup("spring") with { MaxBoards = 7 }, "x", None)).Group!;
        List<EnrolOutcome> outcomes = await AtOnceAsync(
            Boards, (store, i) => store.EnrolAsync(NewBoard(group, $"board {i}"), [1], "x", Noon, None));
        Assert.Equal(7, outcomes.Count(outcome => outcome == EnrolOutcome.Enrolled));
        Assert.Equal(Boards - 7, outcomes.Count(outcome => outcome == EnrolOutcome.GroupFull));
        Assert.Equal(7, await Database.CountAsync($"beacons WHERE group_id = {group.Id}"));
        Assert.Equal(7, await Database.CountAsync("beacon_activity"));
        Assert.Equal(7, (await Store.FindGroupAsync(1, "spring", None))!.Enrolled);
    }

    [StoreFact]
    public async Task One_board_many_times_at_once_takes_one_place()
    {
        EnrolmentGroup group = (await Store.AddGroupAsync(NewGroup("spring"), "x", None)).Group!;
        BeaconEnrolment board = NewBoard(group);
        List<EnrolOutcome> outcomes =
            await AtOnceAsync(12, (store, _) => store.EnrolAsync(board, [1], "x", Noon, None));
        Assert.Single(outcomes, outcome => outcome == EnrolOutcome.Enrolled);
        Assert.All(outcomes, outcome => Assert.True(outcome <= EnrolOutcome.AlreadyEnrolled));
        Assert.Equal(1, (await Store.FindGroupAsync(1, "spring", None))!.Enrolled);
        Assert.Equal(group.Id, (await Store.FindBeaconAsync(IdOf(board), None))!.Enrolment.GroupId);
    }

    [StoreFact]
    public async Task Past_its_time_or_its_end_a_group_takes_no_board_and_those_in_it_stay()
    {
        EnrolmentGroup group = (await Store.AddGroupAsync(NewGroup("spring"), "x", None)).Group!;
        BeaconEnrolment first = NewBoard(group);
        await Store.EnrolAsync(first, [1], "x", Noon, None);
        Assert.Equal(
            EnrolOutcome.Enrolled,
            await Store.EnrolAsync(NewBoard(group), [1], "x", group.OpenUntil.AddMilliseconds(-1), None));
        Assert.Equal(EnrolOutcome.GroupOver, await Store.EnrolAsync(NewBoard(group), [1], "x", group.OpenUntil, None));
        EnrolmentGroup closed = (await Store.CloseGroupAsync(1, "spring", "x", Noon.AddHours(1), None))!;
        Assert.Equal(Noon.AddHours(1), closed.ClosedAt);
        Assert.Equal(
            Noon.AddHours(1), (await Store.CloseGroupAsync(1, "spring", "x", Noon.AddHours(2), None))!.ClosedAt);
        Assert.Equal(EnrolOutcome.GroupClosed, await Store.EnrolAsync(NewBoard(group), [1], "x", Noon, None));
        Assert.Equal(EnrolOutcome.AlreadyEnrolled, await Store.EnrolAsync(first, [1], "x", group.OpenUntil, None));
        Assert.Equal(2, await Database.CountAsync("beacons"));
        Assert.Null(await Store.CloseGroupAsync(1, "winter", "x", Noon, None));
    }

    [StoreFact]
    public async Task Other_weights_are_for_boards_to_come()
    {
        EnrolmentGroup group = (await Store.AddGroupAsync(NewGroup("spring"), "x", None)).Group!;
        BeaconEnrolment board = NewBoard(group) with { Region = "hall-1" };
        await Store.EnrolAsync(board, [1], "x", Noon, None);
        EnrolmentGroup weighed =
            (await Store.WeighGroupAsync(1, "spring", new Dictionary<string, int> { ["barn"] = 9 }, "x", Noon, None))!;
        Assert.Equal([KeyValuePair.Create("barn", 9)], weighed.Regions);
        AssertSame(weighed, (await Store.FindGroupAsync(1, "spring", None))!);
        Assert.Equal("hall-1", (await Store.FindBeaconAsync(IdOf(board), None))!.Enrolment.Region);
        Assert.Null(await Store.WeighGroupAsync(1, "winter", weighed.Regions, "x", Noon, None));
    }

    private protected static EnrolmentGroup NewGroup(string name) => new(
        0, 1, name, RandomNumberGenerator.GetBytes(32), SecurityLevel.EmulatedChip, 0xFFFF,
        new Dictionary<string, int> { ["hall-1"] = 3, ["hall-2"] = 1 }, "{region}-{id}", 20, Noon.AddDays(1), Noon);

    private static BeaconEnrolment NewBoard(EnrolmentGroup group, string name = "board") =>
        NewEnrolment(name) with { GroupId = group.Id };

    private static void AssertSame(EnrolmentGroup expected, EnrolmentGroup found)
    {
        Assert.Equal(expected.CaSha256, found.CaSha256);
        Assert.Equal(expected.Regions.OrderBy(pair => pair.Key), found.Regions.OrderBy(pair => pair.Key));
        Assert.Equal(expected with { CaSha256 = found.CaSha256, Regions = found.Regions }, found);
    }
}
