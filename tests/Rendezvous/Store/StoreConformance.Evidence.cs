using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    [StoreFact]
    public async Task The_newest_evidence_of_each_beacon_is_kept_and_listed_in_pages()
    {
        BeaconId[] beacons = [await EnrolAsync("a"), await EnrolAsync("b"), await EnrolAsync("c")];
        await Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        BeaconId theirs = await EnrolAsync("theirs", tenant: 2);
        foreach (BeaconId beacon in beacons)
            await Store.CommitVerdictAsync(NewVerdict(beacon, 1) with { Evidence = [1] }, None);
        await Store.CommitVerdictAsync(
            NewVerdict(beacons[0], 2) with
            {
                At = Noon.AddHours(1),
                Outcome = AttestationOutcome.VersionTooOld,
                Session = null,
                Evidence = [2, 3],
            },
            None);
        // One that anybody could have sent changes nothing.
        await Store.CommitVerdictAsync(
            NewVerdict(beacons[1], 3) with { Outcome = AttestationOutcome.SignatureInvalid, Session = null }, None);
        await Store.CommitVerdictAsync(NewVerdict(theirs, 1, tenant: 2) with { Evidence = [9] }, None);
        await Store.RevokeAsync(beacons[2], "x", Noon, None);

        IReadOnlyList<EvidenceView> first = await Store.ListEvidenceAsync(1, null, 1, None);
        IReadOnlyList<EvidenceView> second = await Store.ListEvidenceAsync(1, first[0].Beacon, 9, None);
        Dictionary<BeaconId, EvidenceView> all = first.Concat(second).ToDictionary(view => view.Beacon);
        Assert.Equal(beacons[..2].Order(), all.Keys.Order());
        EvidenceView refused = all[beacons[0]];
        Assert.Equal(
            (Noon.AddHours(1), AttestationOutcome.VersionTooOld, SecurityLevel.EmulatedChip, 0xFFFF),
            (refused.At, refused.Outcome, refused.Level, refused.HardwareModel));
        Assert.Equal([2, 3], refused.Frame);
        Assert.Equal([1], all[beacons[1]].Frame);
    }

    [StoreFact]
    public async Task Evidence_whose_verdict_did_not_stand_is_not_kept()
    {
        BeaconId beacon = await EnrolAsync();
        VerdictRow verdict = NewVerdict(beacon, 1) with { Evidence = [1] };
        await Store.CommitVerdictAsync(verdict, None);
        await Store.CommitVerdictAsync(
            verdict with { Evidence = [2], EvidenceHash = new byte[32], Session = NewSession(beacon, 2) }, None);
        EvidenceView kept = Assert.Single(await Store.ListEvidenceAsync(1, null, 9, None));
        Assert.Equal(AttestationOutcome.Accepted, kept.Outcome);
        Assert.Equal([1], kept.Frame);
    }
}
