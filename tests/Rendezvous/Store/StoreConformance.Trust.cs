using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    [StoreFact]
    public async Task A_token_must_rise()
    {
        BeaconId beacon = await EnrolAsync();
        Assert.Equal(TokenOutcome.Accepted, await TokenAsync(beacon, 3, 1));
        Assert.Equal(TokenOutcome.Accepted, await TokenAsync(beacon, 3, 2));
        Assert.Equal(TokenOutcome.Used, await TokenAsync(beacon, 3, 1));
        Assert.Equal(TokenOutcome.Accepted, await TokenAsync(beacon, 4, 1));
        Assert.Equal(TokenOutcome.EarlierBoot, await TokenAsync(beacon, 3, 9));
        Assert.Equal(TokenOutcome.Accepted, await TokenAsync(beacon, uint.MaxValue, uint.MaxValue));
        Assert.Equal(TokenOutcome.BeaconUnknown, await TokenAsync(new BeaconId(beacon.Value ^ 1), 1, 1));
    }

    [StoreFact]
    public async Task The_same_token_again_is_a_retry_for_its_client_and_for_a_while()
    {
        BeaconId beacon = await EnrolAsync();
        await TokenAsync(beacon, 3, 1, at: Noon);
        Assert.Equal(TokenOutcome.Retry, await TokenAsync(beacon, 3, 1, at: Noon + RetryWindow));
        Assert.Equal(TokenOutcome.Used, await TokenAsync(beacon, 3, 1, client: "another"));
        Assert.Equal(TokenOutcome.Used, await TokenAsync(beacon, 3, 1, hash: 77));
        DateTimeOffset late = Noon + RetryWindow + TimeSpan.FromMilliseconds(1);
        Assert.Equal(TokenOutcome.Used, await TokenAsync(beacon, 3, 1, at: late));
    }

    [StoreFact]
    public async Task A_boot_that_attested_rules_out_tokens_of_earlier_ones()
    {
        BeaconId beacon = await EnrolAsync();
        await GrantAsync(beacon, 1, boot: 5);
        Assert.Equal(TokenOutcome.EarlierBoot, await TokenAsync(beacon, 4, 1));
        Assert.Equal(TokenOutcome.Accepted, await TokenAsync(beacon, 5, 1));
    }

    [StoreFact]
    public async Task A_revoked_beacon_gets_no_token_accepted()
    {
        BeaconId beacon = await EnrolAsync();
        await TokenAsync(beacon, 3, 1);
        await Store.RevokeAsync(beacon, "test", Noon, None);
        Assert.Equal(TokenOutcome.Revoked, await TokenAsync(beacon, 3, 1));
        Assert.Equal(TokenOutcome.Revoked, await TokenAsync(beacon, 3, 2));
    }

    [StoreFact]
    public async Task Of_many_that_present_one_token_at_once_one_is_accepted()
    {
        BeaconId beacon = await EnrolAsync();
        for (uint connect = 1; connect <= 10; connect++)
        {
            uint now = connect;
            List<TokenOutcome> outcomes = await AtOnceAsync(8, (store, i) => store.AcceptTokenAsync(
                beacon, 1, now, new byte[32], $"client {i}", Noon, RetryWindow, None));
            Assert.Equal(1, outcomes.Count(outcome => outcome == TokenOutcome.Accepted));
            Assert.Equal(7, outcomes.Count(outcome => outcome == TokenOutcome.Used));
        }
    }

    [StoreFact]
    public async Task An_accepted_verdict_grants_its_session()
    {
        BeaconId beacon = await EnrolAsync();
        VerdictRow verdict = NewVerdict(beacon, 7, boot: 4);
        Assert.Equal(VerdictCommit.Committed, await Store.CommitVerdictAsync(verdict, None));
        SessionRow? found = await Store.FindSessionAsync(beacon, 7, None);
        Assert.Equal(verdict.Session!.KeysWrapped, found!.KeysWrapped);
        Assert.Equal(verdict.Session with { KeysWrapped = found.KeysWrapped }, found);
        Assert.Equal(4u, (await Store.FindBeaconAsync(beacon, None))!.HighestAttestedBoot);
        Assert.Null(await Store.FindSessionAsync(beacon, 8, None));
        Assert.Null(await Store.FindSessionAsync(await EnrolAsync(), 7, None));
    }

    [StoreFact]
    public async Task A_refused_verdict_leaves_an_audit_row_and_no_session()
    {
        BeaconId beacon = await EnrolAsync();
        VerdictRow verdict = NewVerdict(beacon, 7) with
        {
            Outcome = AttestationOutcome.VersionTooOld,
            Detail = "1.2.3 < 2",
        };
        Assert.Equal(VerdictCommit.Committed, await Store.CommitVerdictAsync(verdict, None));
        Assert.Null(await Store.FindSessionAsync(beacon, 7, None));
        AttestationView view = Assert.Single(await Store.ListAttestationsAsync(1, beacon, 9, None));
        Assert.Equal(new AttestationView(Noon, AttestationOutcome.VersionTooOld, "1.2.3 < 2", 9, "1.2.3"), view);
        Assert.Equal(0u, (await Store.FindBeaconAsync(beacon, None))!.HighestAttestedBoot);
    }

    [StoreFact]
    public async Task A_verdict_over_an_unknown_beacon_is_kept_without_a_tenant()
    {
        var stranger = new BeaconId(0xFFEEDDCCBBAA9988);
        VerdictRow verdict = NewVerdict(stranger, 7) with
        {
            TenantId = null,
            Outcome = AttestationOutcome.BeaconUnknown,
            Session = null,
        };
        Assert.Equal(VerdictCommit.Committed, await Store.CommitVerdictAsync(verdict, None));
        Assert.Equal(1, await Database.CountAsync("attestations WHERE tenant_id IS NULL"));
        Assert.Empty(await Store.ListAttestationsAsync(1, stranger, 9, None));
    }

    [StoreFact]
    public async Task An_accepted_boot_never_falls_and_may_attest_again()
    {
        BeaconId beacon = await EnrolAsync();
        Assert.Equal(VerdictCommit.Committed, await GrantAsync(beacon, 1, boot: 5));
        Assert.Equal(VerdictCommit.BootNotRising, await GrantAsync(beacon, 2, boot: 4));
        Assert.Equal(VerdictCommit.Committed, await GrantAsync(beacon, 3, boot: 5));
        Assert.Null(await Store.FindSessionAsync(beacon, 2, None));
        Assert.Equal(
            [AttestationOutcome.Accepted, AttestationOutcome.BootNotRising, AttestationOutcome.Accepted],
            (await Store.ListAttestationsAsync(1, beacon, 9, None)).Select(view => view.Outcome));
    }

    [StoreFact]
    public async Task What_stands_of_a_beacon_is_neither_of_other_bytes_nor_from_before_it_was_accepted()
    {
        BeaconId beacon = await EnrolAsync();
        VerdictRow refusal = NewVerdict(beacon, 9) with { Outcome = AttestationOutcome.MeasurementUnknown };
        VerdictRow ofBytes = NewVerdict(beacon, 9) with
        {
            Outcome = AttestationOutcome.SignatureInvalid,
            ChallengedAt = null,
        };
        await AssertStandsAsync(null, ofBytes);
        await AssertStandsAsync(refusal.Outcome, refusal);
        await AssertStandsAsync(refusal.Outcome, ofBytes with { ServiceNonce = refusal.ServiceNonce });
        await AssertStandsAsync(AttestationOutcome.Accepted, NewVerdict(beacon, 1) with { At = Noon.AddMinutes(1) });
        await AssertStandsAsync(
            AttestationOutcome.Accepted, NewVerdict(beacon, 2) with { Outcome = AttestationOutcome.BootNotRising });
        await AssertStandsAsync(
            AttestationOutcome.Accepted, NewVerdict(beacon, 3, boot: 8) with { At = Noon.AddMinutes(2) });
        await AssertStandsAsync(
            refusal.Outcome, NewVerdict(beacon, 9) with
            {
                Outcome = refusal.Outcome,
                ChallengedAt = Noon.AddMinutes(1),
            });
        Assert.Equal(7, (await Store.ListAttestationsAsync(1, beacon, 9, None)).Count);

        async Task AssertStandsAsync(AttestationOutcome? stands, VerdictRow verdict)
        {
            await Store.CommitVerdictAsync(verdict, None);
            Assert.Equal(stands, (await Store.GetBeaconAsync(1, beacon, None))!.LastOutcome);
        }
    }

    [StoreFact]
    public async Task A_beacon_revoked_meanwhile_gets_no_session()
    {
        BeaconId beacon = await EnrolAsync();
        await Store.RevokeAsync(beacon, "test", Noon, None);
        Assert.Equal(VerdictCommit.Revoked, await GrantAsync(beacon, 1));
        Assert.Null(await Store.FindSessionAsync(beacon, 1, None));
        Assert.Equal(AttestationOutcome.Revoked, (await Store.ListAttestationsAsync(1, beacon, 1, None))[0].Outcome);
    }

    [StoreFact]
    public async Task Of_many_that_use_one_nonce_at_once_one_succeeds()
    {
        BeaconId beacon = await EnrolAsync();
        VerdictRow verdict = NewVerdict(beacon, 1);
        List<VerdictCommit> commits = await AtOnceAsync(8, (store, i) => store.CommitVerdictAsync(
            verdict with { Session = NewSession(beacon, (uint)i + 1), EvidenceHash = [(byte)i] }, None));
        Assert.Equal(1, commits.Count(commit => commit == VerdictCommit.Committed));
        Assert.Equal(7, commits.Count(commit => commit == VerdictCommit.NonceUsed));
        Assert.Equal(1, await Database.CountAsync("sessions"));
        Assert.Equal(7, await Database.CountAsync($"attestations WHERE outcome = {(int)AttestationOutcome.NonceUsed}"));
    }

    [StoreFact]
    public async Task Of_one_Evidence_delivered_many_times_at_once_one_verdict_is_kept()
    {
        BeaconId beacon = await EnrolAsync();
        VerdictRow verdict = NewVerdict(beacon, 1);
        List<VerdictCommit> commits = await AtOnceAsync(8, (store, i) => store.CommitVerdictAsync(
            verdict with { Session = NewSession(beacon, (uint)i + 1) }, None));
        Assert.Equal(1, commits.Count(commit => commit == VerdictCommit.Committed));
        Assert.Equal(7, commits.Count(commit => commit == VerdictCommit.Repeated));
        Assert.Equal(1, await Database.CountAsync("sessions"));
        Assert.Equal(1, await Database.CountAsync("attestations"));
        Assert.Equal(AttestationOutcome.Accepted, (await Store.ListAttestationsAsync(1, beacon, 1, None))[0].Outcome);
    }

    [StoreFact]
    public async Task A_nonce_that_was_not_proven_ours_is_not_consumed()
    {
        BeaconId beacon = await EnrolAsync();
        VerdictRow verdict = NewVerdict(beacon, 1);
        await Store.CommitVerdictAsync(
            verdict with { ConsumesNonce = false, Outcome = AttestationOutcome.NonceNotOurs, Session = null }, None);
        Assert.Equal(VerdictCommit.Committed, await Store.CommitVerdictAsync(verdict, None));
    }

    [StoreFact]
    public async Task An_ended_session_is_not_found()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        await Store.EndSessionAsync(beacon, FirstSession, Noon, None);
        await Store.EndSessionAsync(beacon, 999, Noon, None);
        Assert.Null(await Store.FindSessionAsync(beacon, FirstSession, None));
    }

    [StoreFact]
    public async Task Replicas_agree_on_a_shared_key()
    {
        List<SharedKeyRow> rows = await AtOnceAsync(8, (store, i) =>
            store.GetOrAddSharedKeyAsync(new SharedKeyRow("epoch", 5, [(byte)i], Noon.AddHours(1)), None));
        Assert.Single(rows.Select(row => row.Wrapped[0]).Distinct());
        Assert.Equal(rows[0].Wrapped, (await Store.FindSharedKeyAsync("epoch", 5, None))!.Wrapped);
        Assert.Equal(Noon.AddHours(1), rows[0].NotAfter);
        Assert.Null(await Store.FindSharedKeyAsync("epoch", 6, None));
        Assert.Null(await Store.FindSharedKeyAsync("challenge", 5, None));
    }

    [StoreFact]
    public async Task What_is_over_is_forgotten_and_nothing_else()
    {
        BeaconId beacon = await EnrolAsync();
        await GrantAsync(beacon, 1);
        await GrantAsync(beacon, 2);
        await Store.EndSessionAsync(beacon, 1, Noon, None);
        await Store.GetOrAddSharedKeyAsync(new SharedKeyRow("epoch", 1, [1], Noon.AddMinutes(10)), None);
        await Store.GetOrAddSharedKeyAsync(new SharedKeyRow("epoch", 2, [2], Noon.AddMinutes(30)), None);
        Assert.Equal(1, await Store.PruneTrustAsync(Noon, None));
        Assert.Equal(2 + 1, await Store.PruneTrustAsync(Noon.AddMinutes(10), None));
        Assert.NotNull(await Store.FindSessionAsync(beacon, 2, None));
        Assert.NotNull(await Store.FindSharedKeyAsync("epoch", 2, None));
        Assert.Equal(1 + 1, await Store.PruneTrustAsync(Noon.AddHours(12), None));
    }

    private Task<TokenOutcome> TokenAsync(
        BeaconId beacon, uint boot, uint connect, string client = "beacon", byte hash = 1, DateTimeOffset? at = null)
    {
        byte[] tokenHash = new byte[32];
        tokenHash[0] = hash;
        tokenHash[1] = (byte)boot;
        tokenHash[2] = (byte)connect;
        return Store.AcceptTokenAsync(beacon, boot, connect, tokenHash, client, at ?? Noon, RetryWindow, None);
    }
}
