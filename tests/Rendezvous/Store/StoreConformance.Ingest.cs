using System.Data.Common;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    [StoreFact]
    public async Task A_record_is_stored_once_whatever_comes()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        AssertNew(await CommitAsync(beacon, 1, 1, [1, 2]), true, true);
        AssertNew(await CommitAsync(beacon, 1, 1, [2, 3]), false, true);
        AssertNew(await CommitAsync(beacon, 1, 1, [4, 4]), true, false);
        AssertNew(await CommitAsync(beacon, 2, 1, [4]), true);
        Assert.Equal(5, await Database.CountAsync("frames"));
        Assert.Equal(5, await Database.CountAsync("sightings"));
    }

    [StoreFact]
    public async Task Records_of_one_batch_are_told_apart_by_beacon_and_boot()
    {
        BeaconId one = await EnrolWithSessionAsync();
        BeaconId two = await EnrolWithSessionAsync();
        var batch = new IngestBatch();
        AddFrame(batch, two, 2, 1, [1, 2]);
        AddFrame(batch, one, 1, 1, [1]);
        AddGroup(batch, 2, 1, [1]);
        AddFrame(batch, one, 1, 1, [1]);
        await Store.CommitAsync(batch, Noon, None);
        Assert.All(batch.Frames, frame => Assert.Equal(CommitOutcome.Committed, frame.Outcome));
        AssertNew(batch, true, true, true, true, false);
        Assert.Equal([2u, 1u, 1u, 1u], batch.Groups.Select(group => group.SettledThrough));
        Assert.Equal(4, await Database.CountAsync("sightings"));
    }

    [StoreFact]
    public async Task A_late_record_below_the_floor_is_still_stored()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        Assert.Equal(8u, (await CommitAsync(beacon, 1, 9, [])).Groups[0].SettledThrough);
        IngestBatch late = await CommitAsync(beacon, 1, 5, [5]);
        AssertNew(late, true);
        Assert.Equal(8u, late.Groups[0].SettledThrough);
        AssertNew(await CommitAsync(beacon, 1, 5, [5]), false);
    }

    [StoreFact]
    public async Task A_refused_record_is_settled_and_leaves_no_rows()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        var batch = new IngestBatch();
        AddFrame(batch, beacon, 1, 1, []);
        AddRecord(batch, 1, kind: 77, refused: 1);
        await Store.CommitAsync(batch, Noon, None);
        Assert.Equal(1u, batch.Groups[0].SettledThrough);
        Assert.Equal(1, await Database.CountAsync("frames WHERE kind = 77 AND refused = 1"));
        Assert.Equal(0, await Database.CountAsync("sightings"));
    }

    [StoreFact]
    public async Task A_long_gap_that_closes_settles_everything_at_once()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        for (uint first = 2; first < 1600; first += 32)
        {
            IngestBatch ahead = await CommitAsync(beacon, 1, 0, Range(first, first + 31));
            Assert.Equal(0u, ahead.Groups[0].SettledThrough);
            Assert.True(ahead.Groups[0].Bitmap.Length <= 32);
        }
        IngestBatch closing = await CommitAsync(beacon, 1, 0, [1, 1700]);
        Assert.Equal(1601u, closing.Groups[0].SettledThrough);
        byte[] expected = new byte[13];
        expected[98 / 8] = 1 << (98 % 8);
        Assert.Equal(expected, closing.Groups[0].Bitmap);
    }

    [StoreFact]
    public async Task The_highest_numbers_do_not_overflow()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        IngestBatch batch = await CommitAsync(beacon, uint.MaxValue, uint.MaxValue, [uint.MaxValue]);
        Assert.Equal(uint.MaxValue, batch.Groups[0].SettledThrough);
        Assert.Empty(batch.Groups[0].Bitmap);
        AssertNew(await CommitAsync(beacon, uint.MaxValue, uint.MaxValue, [uint.MaxValue]), false);
    }

    [StoreFact]
    public async Task Writers_at_once_store_the_same_records_once()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        BeaconId other = await EnrolWithSessionAsync();
        List<IngestBatch> batches = await AtOnceAsync(12, async (store, i) =>
        {
            var batch = new IngestBatch();
            BeaconId[] order = i % 3 == 0 ? [beacon, other] : [other, beacon];
            foreach (BeaconId sender in order)
                AddFrame(batch, sender, 1, 1, i % 2 == 0 ? Range(1, 20) : [.. Range(1, 20).Reverse()]);
            await store.CommitAsync(batch, Noon, None);
            return batch;
        });
        Assert.Equal(40, batches.Sum(batch => NewOf(batch).Count(isNew => isNew)));
        Assert.All(batches.SelectMany(batch => batch.Groups), group => Assert.Equal(20u, group.SettledThrough));
        Assert.Equal(40, await Database.CountAsync("frames"));
        Assert.Equal(40, await Database.CountAsync("sightings"));
        Assert.All(
            await Store.ListBeaconsAsync(1, None),
            view => Assert.Equal((20, 20), (view.RecordCount, view.SightingCount)));
    }

    [StoreFact]
    public async Task Writers_at_once_leave_the_mark_at_the_end_of_what_is_stored()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await AtOnceAsync(16, async (store, i) =>
        {
            var batch = new IngestBatch();
            AddFrame(batch, beacon, 1, 1, [(uint)i + 1]);
            await store.CommitAsync(batch, Noon, None);
            return 0;
        });
        Assert.Equal(1, await Database.CountAsync("boot_progress WHERE settled_through = 16"));
    }

    [StoreFact]
    public async Task An_unknown_or_ended_session_stores_nothing()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        var batch = new IngestBatch();
        AddFrame(batch, beacon, 1, 1, [1], session: 999);
        AddFrame(batch, new BeaconId(beacon.Value ^ 1), 1, 1, [1]);
        AddFrame(batch, beacon, 1, 2, [2]);
        await Store.CommitAsync(batch, Noon, None);
        Assert.Equal(
            [CommitOutcome.SessionEnded, CommitOutcome.SessionEnded, CommitOutcome.Committed],
            batch.Frames.Select(frame => frame.Outcome));
        AssertNew(batch, false, false, true);
        await Store.EndSessionAsync(beacon, FirstSession, Noon, None);
        Assert.Equal(CommitOutcome.SessionEnded, (await CommitAsync(beacon, 1, 1, [3])).Frames[0].Outcome);
        Assert.Equal(1, await Database.CountAsync("frames"));
        Assert.Equal(1, await Database.CountAsync("sightings"));
    }

    [StoreFact]
    public async Task The_old_session_lives_until_a_frame_under_the_new_one()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await GrantAsync(beacon, 102);
        Assert.Equal(CommitOutcome.Committed, (await CommitAsync(beacon, 1, 1, [1])).Frames[0].Outcome);
        Assert.Equal(CommitOutcome.Committed, (await CommitAsync(beacon, 1, 1, [2], session: 102)).Frames[0].Outcome);
        Assert.Equal(CommitOutcome.SessionEnded, (await CommitAsync(beacon, 1, 1, [3])).Frames[0].Outcome);
        Assert.Null(await Store.FindSessionAsync(beacon, FirstSession, None));
        Assert.NotNull(await Store.FindSessionAsync(beacon, 102, None));
    }

    [StoreFact]
    public async Task A_newer_session_that_was_never_used_does_not_end_the_one_in_use()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await CommitAsync(beacon, 1, 1, [1]);
        await GrantAsync(beacon, 102);
        await GrantAsync(beacon, 103);
        Assert.Equal(CommitOutcome.Committed, (await CommitAsync(beacon, 1, 1, [2], session: 102)).Frames[0].Outcome);
        Assert.NotNull(await Store.FindSessionAsync(beacon, 103, None));
        Assert.Null(await Store.FindSessionAsync(beacon, FirstSession, None));
    }

    [StoreFact]
    public async Task Within_a_batch_frames_count_in_order_of_arrival()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await GrantAsync(beacon, 102);
        var batch = new IngestBatch();
        AddFrame(batch, beacon, 1, 1, [1]);
        AddFrame(batch, beacon, 1, 1, [2], session: 102);
        AddFrame(batch, beacon, 1, 1, [3]);
        await Store.CommitAsync(batch, Noon, None);
        Assert.Equal(
            [CommitOutcome.Committed, CommitOutcome.Committed, CommitOutcome.SessionEnded],
            batch.Frames.Select(frame => frame.Outcome));
        Assert.Equal(2u, batch.Groups[0].SettledThrough);
    }

    [StoreFact]
    public async Task After_a_revocation_nothing_commits_even_while_frames_pour_in()
    {
        for (int round = 0; round < 5; round++)
        {
            BeaconId beacon = await EnrolWithSessionAsync();
            uint sequence = 0;
            List<(CommitOutcome Outcome, bool WasAfter)> outcomes = [];
            bool isRevoked = false;
            await AtOnceAsync(2, async (opened, i) =>
            {
                // One process serves SQLite: within it writers take turns, beside it one may wait for long.
                IRendezvousStore store = opened.Engine == "sqlite" ? Store : opened;
                if (i == 0)
                {
                    try
                    {
                        await store.RevokeAsync(beacon, "test", Noon, None);
                    }
                    finally
                    {
                        Volatile.Write(ref isRevoked, true); // or the frames would never end
                    }

                    return 0;
                }

                while (outcomes.Count(outcome => outcome.WasAfter) < 3)
                {
                    bool wasAfter = Volatile.Read(ref isRevoked);
                    var batch = new IngestBatch();
                    AddFrame(batch, beacon, 1, 1, [++sequence]);
                    await store.CommitAsync(batch, Noon, None);
                    outcomes.Add((batch.Frames[0].Outcome, wasAfter));
                }
                return 0;
            });
            Assert.All(
                outcomes.Where(outcome => outcome.WasAfter),
                outcome => Assert.Equal(CommitOutcome.Revoked, outcome.Outcome));
            Assert.Equal(
                outcomes.Count(outcome => outcome.Outcome == CommitOutcome.Committed),
                await Database.CountAsync($"frames WHERE beacon_id = {unchecked((long)beacon.Value)}"));
        }
    }

    [StoreFact]
    public async Task A_commit_that_fails_at_its_end_leaves_nothing()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await GrantAsync(beacon, 102);
        await Database.ExecuteAsync(Database.BreakCommits);
        var batch = new IngestBatch();
        AddFrame(batch, beacon, 1, 1, [1, 2], session: 102);
        await Assert.ThrowsAnyAsync<DbException>(() => Store.CommitAsync(batch, Noon, None));
        AssertNew(batch, false, false);
        Assert.Equal(0u, batch.Groups[0].SettledThrough);
        string[] empty = ["frames", "sightings", "boot_progress", "sessions WHERE confirmed_at IS NOT NULL"];
        foreach (string table in empty)
            Assert.Equal(0, await Database.CountAsync(table));
        await Database.ExecuteAsync("DROP TRIGGER broken" + (Store.Engine == "sqlite" ? "" : " ON beacon_activity"));
        await Store.CommitAsync(batch, Noon, None);
        AssertNew(batch, true, true);
        Assert.Equal(2, await Database.CountAsync("sightings"));
    }

    [StoreFact]
    public async Task Rows_belong_to_the_tenant_of_the_registry_not_of_the_caller()
    {
        await Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        BeaconId beacon = await EnrolWithSessionAsync(tenant: 2);
        await CommitAsync(beacon, 1, 1, [1]);
        foreach (string table in (string[])["frames", "sightings", "boot_progress", "beacon_activity", "sessions"])
            Assert.Equal(1, await Database.CountAsync($"{table} WHERE tenant_id = 2"));
    }
}
