using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Trust;

/// <summary>What one Evidence came to.</summary>
/// <param name="Outcome">The committed outcome, or CouldNotCheck.</param>
/// <param name="Detail">Sentence for operators.</param>
/// <param name="Frame">
/// What to send down: AttestationResult or AttestationRefusal; null when nobody can be answered.
/// </param>
internal sealed record AttestationAnswer(AttestationOutcome Outcome, string Detail, byte[]? Frame);

/// <summary>
/// Takes Evidence through the verifier and its verdict into the store. Everything that may
/// fail is fetched before the commit; after it the answer is only built. When the store cannot
/// be asked, or a revocation list says nothing, the outcome is CouldNotCheck, which is no verdict: it is neither stored
/// nor final, and the challenge may be answered again.
/// </summary>
internal sealed class AttestationService(
    IRegistryStore registry, ITrustStore store, TrustMaterial material, OperatorKeys serviceKeys, EpochKeys epochs,
    ChallengeKeys challengeKeys, GrantWriter grants, RefusalWriter refusals, SessionCache sessions, CloneWatch clones,
    LiveFeed live, LumenMetrics metrics, TimeProvider time, ILogger<AttestationService> logger)
{
    /// <summary>
    /// Judges an Evidence frame that came from <paramref name="beacon"/>. Null if this very frame was judged before:
    /// links deliver more than once, and the verdict that was given stands. If the sender is not authenticated, a
    /// verdict that anybody could bring about is answered and not kept: it would stand against a beacon that had no
    /// part in it.
    /// </summary>
    public async Task<AttestationAnswer?> JudgeAsync(
        BeaconId beacon, byte[] frame, bool isAuthenticated, CancellationToken cancellationToken)
    {
        AttestationAnswer? answer;
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TrustPolicy.StoreTimeout);
            answer = await CheckAndCommitAsync(beacon, frame, isAuthenticated, limit.Token);
            if (answer is null)
                return null;
            logger.Attested(beacon, answer.Outcome, answer.Detail);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.NotAttested(beacon, exception);
            answer = new AttestationAnswer(
                AttestationOutcome.CouldNotCheck, "The store did not answer.",
                refusals.Write(frame, AttestationOutcome.CouldNotCheck));
        }

        metrics.Attestations(answer.Outcome).Inc();
        return answer;
    }

    private async Task<AttestationAnswer?> CheckAndCommitAsync(
        BeaconId beacon, byte[] frame, bool isAuthenticated, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        EvidenceFrame evidence = new();
        bool isEvidence = evidence.Read(frame, 0, frame.Length) == WireError.None;
        RegisteredBeacon? registered = await registry.FindBeaconAsync(beacon, cancellationToken);
        Verdict verdict = AttestationVerifier.Verify(new EvidenceCase(
            frame,
            registered,
            isEvidence ? await challengeKeys.ForCheckAsync(evidence.IssuedUnixMs, cancellationToken) : null,
            isEvidence ? await epochs.FindAsync(evidence.EpochId, cancellationToken) : null,
            serviceKeys.AttestationCertificates, material.DeviceCas.Current(now), material.Policy,
            material.MinimumPolicyVersion, material.Environment, now));
        if (verdict.Outcome == AttestationOutcome.CouldNotCheck)
            return new AttestationAnswer(verdict.Outcome, verdict.Detail, refusals.Write(frame, verdict.Outcome));
        if (!isAuthenticated && !TrustPolicy.IsOfTheBeacon(verdict.Outcome))
        {
            AttestationOutcome told = TrustPolicy.ToldToAnybody(verdict.Outcome);
            return new AttestationAnswer(
                told, "The sender is not authenticated: nothing was kept.", refusals.Write(frame, told));
        }

        using SessionKeys? keys = verdict.Keys;
        Grant? grant = keys is null
            ? null
            : await grants.PrepareAsync(registered!, evidence, keys, now, cancellationToken);
        VerdictRow row = new(
            beacon, registered?.Enrolment.TenantId, now, verdict.Outcome, verdict.Detail,
            isEvidence ? evidence.Boot : 0,
            evidence.ServiceNonce, verdict.NonceIsOurs, now + TrustPolicy.NonceLifetime + TrustPolicy.ReplicaClockSkew,
            isEvidence ? evidence.Claims.SwVersion.ToText() : "", SHA256.HashData(frame),
            TrustPolicy.Stands(verdict.Outcome) ? DateTimeOffset.FromUnixTimeMilliseconds(evidence.IssuedUnixMs) : null,
            grant?.Session, TrustPolicy.IsOfTheBeacon(verdict.Outcome) ? frame : null);
        VerdictCommit commit = await store.CommitVerdictAsync(row, cancellationToken);
        if (commit == VerdictCommit.Repeated)
            return null;
        if (commit != VerdictCommit.NonceUsed && registered is not null
            && ClonePolicy.OfEvidence(registered, row.Outcome, evidence, now) is { } kind)
        {
            await clones.RaiseAsync(
                beacon, registered.Enrolment.TenantId, kind,
                $"Boot {evidence.Boot} attested with {evidence.UptimeMs / 1000} s of uptime, boot "
                + $"{registered.HighestAttestedBoot} was accepted before.", 1, cancellationToken);
        }

        return Conclude(row, grant, frame, commit);
    }

    private AttestationAnswer Conclude(VerdictRow row, Grant? grant, byte[] frame, VerdictCommit commit)
    {
        (AttestationOutcome outcome, string detail) = commit switch
        {
            VerdictCommit.Committed => (row.Outcome, row.Detail),
            VerdictCommit.NonceUsed => (AttestationOutcome.NonceUsed, "The challenge was answered before."),
            VerdictCommit.BootNotRising =>
                (AttestationOutcome.BootNotRising, "A higher boot of the beacon attested meanwhile."),
            VerdictCommit.Revoked => (AttestationOutcome.Revoked, "The beacon was revoked meanwhile."),
            _ => throw new InvalidOperationException($"unknown commit result {commit}"),
        };
        live.Publish(new AttestationEvent(row.At, row.TenantId, row.Beacon, outcome, detail));
        if (outcome != AttestationOutcome.Accepted)
            return new AttestationAnswer(outcome, detail, refusals.Write(frame, outcome));
        LiveSession session = sessions.Add(sessions.Open(grant!.Session));
        session.Seal(grant.Frame);
        return new AttestationAnswer(outcome, detail, grant.Frame);
    }
}
