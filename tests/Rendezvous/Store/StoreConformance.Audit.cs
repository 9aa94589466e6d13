using LumenLink.Protocol;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    [StoreFact]
    public async Task Every_verdict_and_change_has_its_entry()
    {
        BeaconId beacon = await EnrolAsync();
        VerdictRow verdict = NewVerdict(beacon, 7);
        await Store.CommitVerdictAsync(verdict, None);
        await Store.CommitVerdictAsync(verdict, None); // delivered twice: one verdict, one entry
        await Store.AddCommandAsync(
            1, beacon, BeaconCommand.Identify, 30, Noon.AddHours(1), "admin token", Noon, None);
        await Store.AddConfigurationAsync(1, beacon, "region=a\n", _ => [1, 2, 3], "dashboard", Noon, None);
        await Store.RevokeAsync(beacon, "loopback", Noon, None);
        await Store.RevokeAsync(beacon, "loopback", Noon, None); // asking again changes nothing
        await Store.AuditAsync(
            [new AuditFact(Noon, null, AuditKind.Keys, "", AuditFact.Service, "Signing", "audit-1", [])], None);
        IReadOnlyList<AuditEntry> entries = await CheckedEntriesAsync();
        Assert.Equal(
            [
                (AuditKind.Started, "service", "Started"), (AuditKind.Enrolment, "x", "Enrolled"),
                (AuditKind.Verdict, "service", "Accepted"), (AuditKind.Command, "admin token", "Added"),
                (AuditKind.Configuration, "dashboard", "Added"), (AuditKind.Revocation, "loopback", "Revoked"),
                (AuditKind.Keys, "service", "Signing"),
            ],
            entries.Select(entry => (entry.Fact.Kind, entry.Fact.Actor, entry.Fact.Outcome)));
        Assert.All(entries.Skip(1).Take(5), entry => Assert.Equal(
            (1, beacon.ToString(), Noon), (entry.Fact.TenantId, entry.Fact.Subject, entry.Fact.At)));
        Assert.Equal(verdict.EvidenceHash, entries[2].Fact.Judged);
    }

    [StoreFact]
    public async Task Verdicts_of_two_replicas_at_once_are_two_whole_chains()
    {
        const int Count = 60;
        BeaconId[] beacons = [await EnrolAsync(), await EnrolAsync(), await EnrolAsync()];
        List<VerdictCommit> commits = await AtOnceAsync(Count, (store, i) => store.CommitVerdictAsync(
            NewVerdict(beacons[i % 3], (uint)i + 1), None));
        Assert.All(commits, commit => Assert.Equal(VerdictCommit.Committed, commit));
        IReadOnlyList<AuditEntry> entries = await CheckedEntriesAsync();
        Assert.Equal(2, entries.Select(entry => entry.Chain).Distinct().Count());
        AuditEntry[] verdicts = [.. entries.Where(entry => entry.Fact.Kind == AuditKind.Verdict)];
        Assert.Equal(Count, verdicts.Length);
        Assert.Equal(Count, verdicts.DistinctBy(entry => Convert.ToHexString(entry.Fact.Judged)).Count());
        Assert.Equal(Count, await Database.CountAsync("attestations"));
    }

    /// <summary>Each statement of the transaction fails once, as if the process or the server ended there.</summary>
    [StoreFact]
    public async Task A_failure_at_any_step_leaves_neither_verdict_nor_entry()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        uint session = 200;
        foreach ((string verb, string table) in ((string, string)[])
            [
                ("INSERT", "used_nonces"), ("INSERT", "attestations"), ("UPDATE", "beacons"), ("INSERT", "sessions"),
                ("INSERT", "audit_entries"), ("UPDATE", "audit_chains"),
            ])
        {
            long before = await Database.CountAsync("audit_entries");
            await Database.ExecuteAsync(Database.Break(verb, table));
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => GrantAsync(beacon, ++session));
            await Database.ExecuteAsync(Database.Mend(table));
            Assert.Equal(before, await Database.CountAsync("audit_entries"));
            Assert.Equal(VerdictCommit.Committed, await GrantAsync(beacon, ++session));
            Assert.Equal(before + 1, (await CheckedEntriesAsync()).Count);
        }

        Assert.Equal(
            await Database.CountAsync("attestations"),
            await Database.CountAsync("audit_entries WHERE kind = 'verdict'"));
    }

    [StoreFact]
    public async Task Of_verdicts_at_once_one_that_cannot_be_stored_fails_alone()
    {
        const int Count = 40;
        BeaconId beacon = await EnrolAsync();
        List<bool> stored = await AtOnceAsync(Count, async (store, i) =>
        {
            VerdictRow verdict = NewVerdict(beacon, (uint)i + 1);
            try
            {
                await store.CommitVerdictAsync(i % 10 == 3 ? verdict with { TenantId = 77 } : verdict, None);
                return true;
            }
            catch (System.Data.Common.DbException)
            {
                return false;
            }
        });
        Assert.Equal([.. Enumerable.Range(0, Count).Select(i => i % 10 != 3)], stored);
        Assert.Equal(Count - 4, (await CheckedEntriesAsync()).Count(entry => entry.Fact.Kind == AuditKind.Verdict));
    }

    [StoreFact]
    public async Task Retention_takes_what_an_old_head_covers_and_leaves_that_head()
    {
        BeaconId beacon = await EnrolAsync();
        await GrantAsync(beacon, 1);
        await AddHeadAsync(AuditHeadKind.Hourly, Noon);
        await GrantAsync(beacon, 2);
        await AddHeadAsync(AuditHeadKind.Hourly, Noon.AddHours(1));
        await GrantAsync(beacon, 3);
        await AddHeadAsync(AuditHeadKind.Stop, Noon.AddHours(2));
        Assert.Equal(0, await Store.PruneAuditAsync(Noon, None));
        Assert.Equal(3, await Store.PruneAuditAsync(Noon.AddMinutes(1), None));
        Assert.Equal(3, (await Store.ListAuditHeadsAsync(null, 9, None)).Count);
        Assert.Equal([4L, 5L], (await Store.ListAuditEntriesAsync(null, 9, None)).Select(entry => entry.Number));
        Assert.Equal(1, await Store.PruneAuditAsync(Noon.AddHours(1).AddMinutes(1), None));
        Assert.Equal(2, (await Store.ListAuditHeadsAsync(null, 9, None)).Count);
        Assert.Equal(1, await Store.PruneAuditAsync(Noon.AddDays(1), None));
        Assert.Empty(await Store.ListAuditChainsAsync(None));
        Assert.Empty(await Store.ListAuditHeadsAsync(null, 9, None));
        await GrantAsync(beacon, 4); // a chain that is gone and goes on begins anew
        Assert.Equal([1L, 2L], (await CheckedEntriesAsync()).Select(entry => entry.Number));
    }

    [StoreFact]
    public async Task Entries_and_heads_are_read_in_pages()
    {
        BeaconId beacon = await EnrolAsync();
        for (uint session = 1; session <= 5; session++)
            await GrantAsync(beacon, session);
        IReadOnlyList<AuditEntry> all = await CheckedEntriesAsync();
        IReadOnlyList<AuditEntry> some = await Store.ListAuditEntriesAsync(null, 3, None);
        IReadOnlyList<AuditEntry> rest = await Store.ListAuditEntriesAsync(
            new AuditPosition(some[2].Chain, some[2].Number), 99, None);
        Assert.Equal(all.Select(entry => entry.Number), some.Concat(rest).Select(entry => entry.Number));
        await AddHeadAsync(AuditHeadKind.Hourly, Noon);
        await AddHeadAsync(AuditHeadKind.Hourly, Noon.AddHours(1));
        AuditHeadRow first = Assert.Single(await Store.ListAuditHeadsAsync(null, 1, None));
        Assert.Single(await Store.ListAuditHeadsAsync(first.Id, 9, None));
    }

    /// <summary>All entries, after nothing was found wrong with their chains.</summary>
    private async Task<IReadOnlyList<AuditEntry>> CheckedEntriesAsync()
    {
        IReadOnlyList<AuditEntry> entries = await Store.ListAuditEntriesAsync(null, 9999, None);
        AuditReport report = AuditVerifier.Verify(
            new AuditEvidence(entries, [], [], Noon),
            new AuditPins([], new Dictionary<uint, DateTimeOffset>(), TimeSpan.FromDays(1), AuditPolicy.Kept));
        Assert.Empty(report.Findings);
        Assert.All(await Store.ListAuditChainsAsync(None), chain => Assert.Equal(
            (chain.Number, Convert.ToHexString(chain.Hash)),
            entries.Where(entry => entry.Chain == chain.Chain)
                .Select(entry => (entry.Number, Convert.ToHexString(entry.Hash))).Last()));
        return entries;
    }

    private async Task AddHeadAsync(AuditHeadKind kind, DateTimeOffset at)
    {
        AuditChain chain = (await Store.ListAuditChainsAsync(None)).Single(one => one.Chain == Store.AuditChain);
        await Store.AddAuditHeadAsync(new AuditHead(chain.Chain, chain.Number, chain.Hash, at, kind), "jws", None);
    }
}
