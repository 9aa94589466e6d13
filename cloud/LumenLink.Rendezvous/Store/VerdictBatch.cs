using System.Globalization;
using System.Text;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;
using LumenLink.Rendezvous.Webhooks;

namespace LumenLink.Rendezvous.Store;

/// <summary>
/// Verdicts of one transaction, step by step: nonces, what each becomes against what was committed since it was judged,
/// rows. The beacons are locked.
/// </summary>
/// <param name="verdicts">In the order in which they were asked for.</param>
/// <param name="beacons">Those of them that are enrolled.</param>
internal sealed class VerdictBatch(IReadOnlyList<VerdictRow> verdicts, Dictionary<BeaconId, LockedBeacon> beacons)
{
    private readonly VerdictCommit?[] nonces = new VerdictCommit?[verdicts.Count];
    private readonly List<VerdictRow> stored = [];
    private readonly List<WebhookEvent> refusals = [];

    /// <summary>What the audit says of those that are stored.</summary>
    public IEnumerable<AuditFact> Facts => stored.Select(verdict => new AuditFact(
        verdict.At, verdict.TenantId, AuditKind.Verdict, verdict.Beacon.ToString(), AuditFact.Service,
        $"{verdict.Outcome}", DetailOf(verdict), verdict.EvidenceHash));

    /// <summary>Those refusals that stand of an enrolled beacon, for whoever asked to be told.</summary>
    public IReadOnlyList<WebhookEvent> Refusals => refusals;

    /// <summary>
    /// Consumes every nonce that nobody consumed before, in order, so that two batches cannot wait for each other.
    /// </summary>
    public async Task ConsumeNoncesAsync(SqlWork work)
    {
        SqlRows rows = new("used_nonces", "service_nonce", "tenant_id", "expires_at", "evidence_hash");
        foreach (VerdictRow verdict in verdicts.Where(verdict => verdict.ConsumesNonce)
            .DistinctBy(NonceOf).OrderBy(NonceOf, StringComparer.Ordinal))
        {
            rows.Add(verdict.ServiceNonce, verdict.TenantId, verdict.NonceExpiresAt, verdict.EvidenceHash);
        }

        if (rows.Count == 0)
            return;
        HashSet<string> fresh =
        [
            .. await rows.On(work, " ON CONFLICT DO NOTHING RETURNING service_nonce")
                .ListAsync(row => Convert.ToHexString(row.Bytes(0))),
        ];
        for (int i = 0; i < verdicts.Count; i++)
        {
            if (!verdicts[i].ConsumesNonce || fresh.Remove(NonceOf(verdicts[i])))
                continue;
            nonces[i] = await IsRepeatAsync(work, verdicts[i]) ? VerdictCommit.Repeated : VerdictCommit.NonceUsed;
        }
    }

    /// <summary>What becomes of each, in their order.</summary>
    public VerdictCommit[] Judge()
    {
        VerdictCommit[] commits = new VerdictCommit[verdicts.Count];
        for (int i = 0; i < commits.Length; i++)
        {
            (commits[i], VerdictRow becomes) = Judge(verdicts[i], nonces[i]);
            if (commits[i] == VerdictCommit.Repeated)
                continue;
            stored.Add(becomes);
            if (!beacons.TryGetValue(becomes.Beacon, out LockedBeacon? beacon))
                continue;
            if (becomes.Session is not null)
                beacons[becomes.Beacon] = beacon with { AttestedBoot = becomes.Boot, AttestedAt = becomes.At };
            else if (IsRefusalOf(beacon, becomes))
                refusals.Add(WebhookEvent.Refused(beacon.TenantId, becomes.Beacon, becomes.At, becomes.Outcome));
        }

        return commits;
    }

    /// <summary>Writes what is stored, in one trip.</summary>
    public async Task WriteAsync(SqlWork work)
    {
        if (stored.Count == 0)
            return;
        SqlRows attestations = new(
            "attestations", "tenant_id", "beacon_id", "at", "outcome", "detail", "boot", "service_nonce",
            "firmware_version", "evidence_hash");
        SqlRows sessions = new(
            "sessions", "tenant_id", "beacon_id", "session_id", "boot", "keys_wrapped", "created_at", "expires_at",
            "tick_zero_unix_ms");
        foreach (VerdictRow verdict in stored)
        {
            attestations.Add(
                verdict.TenantId, SqlStore.ToColumn(verdict.Beacon), verdict.At, (int)verdict.Outcome, verdict.Detail,
                verdict.Boot, verdict.ServiceNonce, verdict.FirmwareVersion, verdict.EvidenceHash);
            if (verdict.Session is { } session)
            {
                sessions.Add(
                    session.TenantId, SqlStore.ToColumn(session.Beacon), session.SessionId, session.Boot,
                    session.KeysWrapped, session.CreatedAt, session.ExpiresAt, session.TickZeroUnixMs);
            }
        }

        VerdictRow[] known = [.. stored.Where(
            verdict => verdict.ChallengedAt is not null && beacons.ContainsKey(verdict.Beacon))];
        StringBuilder text = new();
        attestations.AppendTo(text);
        for (int i = 0; i < known.Length; i++)
            AppendUpdate(text, known[i], i);
        if (sessions.Count > 0)
            text.Append("; ");
        sessions.AppendTo(text);
        SqlStatement statement = sessions.Fill(attestations.Fill(work.Sql(text.ToString())));
        for (int i = 0; i < known.Length; i++)
            FillUpdate(statement, known[i], i);
        await statement.ExecuteAsync();
    }

    private (VerdictCommit Commit, VerdictRow Stored) Judge(VerdictRow verdict, VerdictCommit? nonce)
    {
        if (nonce == VerdictCommit.Repeated)
            return (VerdictCommit.Repeated, verdict);
        if (nonce == VerdictCommit.NonceUsed)
        {
            return (VerdictCommit.NonceUsed,
                Refuse(verdict, AttestationOutcome.NonceUsed, "The challenge was answered before.")
                with
                { ChallengedAt = null });
        }

        LockedBeacon? beacon = beacons.GetValueOrDefault(verdict.Beacon);
        if (verdict.Outcome != AttestationOutcome.Accepted || beacon == null)
            return (VerdictCommit.Committed, verdict with { Session = null });
        if (beacon.IsRevoked)
        {
            return (VerdictCommit.Revoked,
                Refuse(verdict, AttestationOutcome.Revoked, "The beacon was revoked while it attested."));
        }
        if (verdict.Boot < beacon.AttestedBoot)
        {
            return (VerdictCommit.BootNotRising,
                Refuse(verdict, AttestationOutcome.BootNotRising, "A later boot attested meanwhile."));
        }
        return (VerdictCommit.Committed, verdict);
    }

    /// <summary>As <see cref="AppendUpdate"/> has it: not if the beacon was accepted since the challenge.</summary>
    private static bool IsRefusalOf(LockedBeacon beacon, VerdictRow verdict) =>
        verdict.Outcome != AttestationOutcome.Accepted && verdict.ChallengedAt is { } challenged
        && !(beacon.AttestedAt > challenged);

    private static VerdictRow Refuse(VerdictRow verdict, AttestationOutcome outcome, string detail) =>
        verdict with { Outcome = outcome, Detail = detail, Session = null, Evidence = null };

    /// <summary>Whether the nonce was consumed by these very bytes: a link delivers more than once.</summary>
    private static async Task<bool> IsRepeatAsync(SqlWork work, VerdictRow verdict) => (await work
        .Sql("SELECT service_nonce FROM used_nonces WHERE service_nonce = @nonce AND evidence_hash = @hash")
        .With("nonce", verdict.ServiceNonce).With("hash", verdict.EvidenceHash)
        .ListAsync(row => row.Bytes(0))).Count > 0;

    /// <summary>
    /// The verdict becomes what stands of the beacon; a refusal does not, if the beacon was accepted after that
    /// challenge was given: who carries frames can hold Evidence back.
    /// </summary>
    private static void AppendUpdate(StringBuilder text, VerdictRow verdict, int i)
    {
        text.Append(CultureInfo.InvariantCulture, $"""
            ; UPDATE beacons SET last_outcome = @u_outcome{i}, last_outcome_at = @u_at{i},
            last_outcome_detail = @u_detail{i}
            """);
        if (verdict.Session is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"""
                , attested_boot = @u_boot{i}, attested_at = @u_at{i}, firmware_version = @u_version{i},
                tick_zero_unix_ms = @u_zero{i}
                """);
        }

        string stands = verdict.Outcome == AttestationOutcome.Accepted
            ? $" WHERE beacon_id = @u_beacon{i}"
            : $" WHERE beacon_id = @u_beacon{i} AND (attested_at IS NULL OR attested_at <= @u_challenged{i})";
        text.Append(stands);
        if (verdict.Evidence is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $"""
                ; INSERT INTO evidence (beacon_id, tenant_id, at, outcome, frame)
                SELECT beacon_id, tenant_id, @u_at{i}, @u_outcome{i}, @u_frame{i} FROM beacons{stands}
                ON CONFLICT (beacon_id) DO UPDATE
                SET at = excluded.at, outcome = excluded.outcome, frame = excluded.frame
                """);
        }
    }

    private static void FillUpdate(SqlStatement statement, VerdictRow verdict, int i)
    {
        statement.With($"u_outcome{i}", (int)verdict.Outcome).With($"u_at{i}", verdict.At)
            .With($"u_detail{i}", verdict.Detail).With($"u_beacon{i}", SqlStore.ToColumn(verdict.Beacon));
        if (verdict.Session is { } session)
        {
            statement.With($"u_boot{i}", verdict.Boot).With($"u_version{i}", verdict.FirmwareVersion)
                .With($"u_zero{i}", session.TickZeroUnixMs);
        }

        if (verdict.Outcome != AttestationOutcome.Accepted)
            statement.With($"u_challenged{i}", verdict.ChallengedAt);
        if (verdict.Evidence is { } evidence)
            statement.With($"u_frame{i}", evidence);
    }

    private static string NonceOf(VerdictRow verdict) => Convert.ToHexString(verdict.ServiceNonce);

    private static string DetailOf(VerdictRow verdict) => verdict.FirmwareVersion.Length == 0
        ? verdict.Detail
        : string.Create(
            CultureInfo.InvariantCulture, $"boot {verdict.Boot}, firmware {verdict.FirmwareVersion}: {verdict.Detail}");
}
