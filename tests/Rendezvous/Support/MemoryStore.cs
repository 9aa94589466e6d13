using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>
/// The store's contract in memory, for tests of what stands in front of it: it can be made to fail
/// and to hold a commit. That the real stores keep the same contract is their own suite's business.
/// </summary>
internal sealed partial class MemoryStore : IRendezvousStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<BeaconId, RegisteredBeacon> beacons = [];
    private readonly Dictionary<
        BeaconId, (uint Boot, uint Connect, byte[] Hash, string Client, DateTimeOffset At)> tokens = [];
    private readonly Dictionary<(BeaconId, uint), SessionRow> sessions = [];
    private readonly Dictionary<(string, long), SharedKeyRow> keys = [];
    private readonly Dictionary<string, byte[]> nonces = [];
    private readonly List<BeaconId> revocations = [];
    private readonly Dictionary<(BeaconId, uint, uint), long> fingerprints = [];

    /// <summary>Every call fails while this is set.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Commits fail while this is above zero, and count it down.</summary>
    public int FailingCommits { get; set; }

    /// <summary>Commits that were asked for.</summary>
    public int CommitCalls { get; private set; }

    /// <summary>When set, a commit says so here and then waits for <see cref="Release"/>.</summary>
    public TaskCompletionSource? CommitEntered { get; set; }

    public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<VerdictRow> Verdicts { get; } = [];

    public Dictionary<(BeaconId Beacon, uint Boot, uint Sequence), byte> Records { get; } = [];

    public List<SightingEntry> Sightings { get; } = [];

    public List<StatusEntry> Statuses { get; } = [];

    public List<DiagnosticsEntry> Diagnostics { get; } = [];

    public IEnumerable<SharedKeyRow> SharedKeys => keys.Values;

    public IEnumerable<SessionRow> Sessions => sessions.Values;

    private readonly Dictionary<int, long> packVersions = [];

    public string Engine => "memory";

    public Task<EnrolOutcome> EnrolAsync(
        BeaconEnrolment enrolment, byte[] eidKeyWrapped, string by, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        Assert.Null(enrolment.GroupId); // groups are the real stores' business
        byte[] hash = SHA256.HashData(enrolment.PublicKey);
        BeaconId id = BeaconId.FromBytes(hash);
        lock (gate)
        {
            if (beacons.TryGetValue(id, out RegisteredBeacon? known))
            {
                return Task.FromResult(
                    known.KeyHash.AsSpan().SequenceEqual(hash)
                        ? EnrolOutcome.AlreadyEnrolled
                        : EnrolOutcome.IdCollision);
            }

            beacons[id] = new RegisteredBeacon(id, hash, enrolment, null, eidKeyWrapped, 0);
        }

        return Task.FromResult(EnrolOutcome.Enrolled);
    }

    public Task<RegisteredBeacon?> FindBeaconAsync(BeaconId id, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        lock (gate)
            return Task.FromResult(beacons.GetValueOrDefault(id));
    }

    public Task<bool> RevokeAsync(
        BeaconId id, string requestedBy, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (!beacons.TryGetValue(id, out RegisteredBeacon? beacon))
                return Task.FromResult(false);
            if (beacon.RevokedAt is null)
                revocations.Add(id);
            beacons[id] = beacon with { RevokedAt = now };
            return Task.FromResult(true);
        }
    }

    public Task<PlaceOutcome> PlaceAsync(
        BeaconId id, BeaconPlace place, Func<BeaconPlace, bool>? admits, string by, DateTimeOffset now,
        CancellationToken cancellationToken) =>
        throw new NotSupportedException("nothing is moved here");

    /// <summary>Thrown by reads of revocations alone while it is set.</summary>
    public Exception? RevocationFailure { get; set; }

    public Task<RevocationNews> ReadRevocationsAsync(long? epoch, int limit, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        if (RevocationFailure is not null)
            throw RevocationFailure;
        lock (gate)
        {
            if (epoch is not { } seen)
                return Task.FromResult(new RevocationNews(revocations.Count, []));
            BeaconId[] since = [.. revocations.Skip((int)seen).Take(limit)];
            return Task.FromResult(new RevocationNews(seen + since.Length, since));
        }
    }

    public Task<TokenOutcome> AcceptTokenAsync(
        BeaconId beacon, uint boot, uint connect, byte[] tokenHash, string clientId, DateTimeOffset now,
        TimeSpan retryWindow, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        lock (gate)
        {
            AcceptedTokens before = beacons[beacon].Tokens;
            if (tokens.TryGetValue(beacon, out var last))
            {
                if (boot < last.Boot)
                    return Task.FromResult(TokenOutcome.EarlierBoot);
                if (boot == last.Boot && connect <= last.Connect)
                {
                    bool retry = last.Hash.AsSpan().SequenceEqual(tokenHash) && last.Client == clientId
                        && now - last.At <= retryWindow;
                    return Task.FromResult(retry ? TokenOutcome.Retry : TokenOutcome.Used);
                }
            }

            tokens[beacon] = (boot, connect, tokenHash, clientId, now);
            AcceptedTokens accepted = before.Boot < boot
                ? new AcceptedTokens(boot, connect, now, before.Boot, before.Connect)
                : before with { Connect = connect, At = now };
            beacons[beacon] = beacons[beacon] with { Tokens = accepted };
            return Task.FromResult(TokenOutcome.Accepted);
        }
    }

    public Task<VerdictCommit> CommitVerdictAsync(VerdictRow verdict, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        lock (gate)
        {
            string nonce = Convert.ToHexString(verdict.ServiceNonce);
            if (verdict.ConsumesNonce && !nonces.TryAdd(nonce, verdict.EvidenceHash))
            {
                if (nonces[nonce].AsSpan().SequenceEqual(verdict.EvidenceHash))
                    return Task.FromResult(VerdictCommit.Repeated);
                Verdicts.Add(verdict with { Outcome = AttestationOutcome.NonceUsed, Session = null });
                return Task.FromResult(VerdictCommit.NonceUsed);
            }

            Verdicts.Add(verdict);
            if (verdict.Session is { } session)
            {
                RegisteredBeacon beacon = beacons[verdict.Beacon];
                if (beacon.RevokedAt is not null)
                    return Task.FromResult(VerdictCommit.Revoked);
                if (verdict.Boot < beacon.HighestAttestedBoot)
                    return Task.FromResult(VerdictCommit.BootNotRising);
                beacons[verdict.Beacon] = beacon with
                {
                    HighestAttestedBoot = verdict.Boot,
                    AttestedAt = verdict.At,
                    TickZeroUnixMs = session.TickZeroUnixMs,
                };
                sessions.Add((session.Beacon, session.SessionId), session);
            }

            return Task.FromResult(VerdictCommit.Committed);
        }
    }

    public Task<SessionRow?> FindSessionAsync(BeaconId beacon, uint sessionId, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        lock (gate)
            return Task.FromResult(sessions.GetValueOrDefault((beacon, sessionId)));
    }

    public Task EndSessionAsync(
        BeaconId beacon, uint sessionId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        lock (gate)
            sessions.Remove((beacon, sessionId));
        return Task.CompletedTask;
    }

    public Task<SharedKeyRow> GetOrAddSharedKeyAsync(SharedKeyRow candidate, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        lock (gate)
        {
            if (!keys.TryGetValue((candidate.Purpose, candidate.Number), out SharedKeyRow? row))
                keys[(candidate.Purpose, candidate.Number)] = row = candidate;
            return Task.FromResult(row);
        }
    }

    public Task<SharedKeyRow?> FindSharedKeyAsync(string purpose, long number, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        lock (gate)
            return Task.FromResult(keys.GetValueOrDefault((purpose, number)));
    }

    public Task<int> PruneTrustAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            List<(string, long)> gone = [.. keys.Where(pair => pair.Value.NotAfter <= now).Select(pair => pair.Key)];
            gone.ForEach(key => keys.Remove(key));
            return Task.FromResult(gone.Count);
        }
    }

    public async Task CommitAsync(IngestBatch batch, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        CommitCalls++;
        if (CommitEntered is { } entered)
        {
            entered.TrySetResult();
            await Release.Task.WaitAsync(cancellationToken);
        }

        ThrowIfFailing();
        if (FailingCommits > 0)
        {
            FailingCommits--;
            throw new IOException("the disk is full");
        }

        lock (gate)
            Store(batch);
    }

    public Task<IUpkeepLock?> TryTakeUpkeepAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IUpkeepLock?>(new SoleUpkeep(this));

    public Task<int> PruneStatusesAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        Task.FromResult(0);

    public Task<int> RollUpAsync(DateTimeOffset now, TimeSpan retention, CancellationToken cancellationToken) =>
        Task.FromResult(0);

    public Task<int> RetainAsync(DateTimeOffset now, TimeSpan retention, CancellationToken cancellationToken) =>
        Task.FromResult(0);

    public Task<StoreHealth> CheckAsync(CancellationToken cancellationToken) =>
        Task.FromResult(Failure is null ? StoreHealth.Ok : StoreHealth.Unreachable);

    public Task<(ControlRequestOutcome Outcome, CommandView? Command)> AddCommandAsync(
        int tenantId, BeaconId beacon, BeaconCommand command, ushort argument, DateTimeOffset expiresAt,
        string requestedBy, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotSupportedException("nothing is asked of beacons here");

    public Task<(ControlRequestOutcome Outcome, ConfigurationView? Configuration)> AddConfigurationAsync(
        int tenantId, BeaconId beacon, string text, Func<uint, byte[]> sign, string requestedBy, DateTimeOffset now,
        CancellationToken cancellationToken, uint? after = null) =>
        throw new NotSupportedException("nothing is asked of beacons here");

    public Task<IReadOnlyList<BeaconId>> ListControlDueAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        return Task.FromResult<IReadOnlyList<BeaconId>>([]);
    }

    public Task<ControlDue> ClaimControlAsync(
        BeaconId beacon, uint sessionId, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("nothing waits for a beacon, so nothing is looked up");

    public Task<ControlAckOutcome> AcknowledgeAsync(
        ControlAck ack, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        return Task.FromResult(ControlAckOutcome.Unknown);
    }

    public Task<int> PruneControlAsync(DateTimeOffset now, CancellationToken cancellationToken) => Task.FromResult(0);

    public Task<long> RaisePackVersionAsync(int tenantId, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        lock (gate)
            return Task.FromResult(packVersions[tenantId] = packVersions.GetValueOrDefault(tenantId) + 1);
    }

    public Task<IReadOnlyList<SealedRow>> ListSealedAsync(
        SealedKind kind, byte[] head, SealedRow? after, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("no master key is changed here");

    public Task<int> ReplaceSealedAsync(
        IReadOnlyList<(SealedRow Row, byte[] Fresh)> rows, CancellationToken cancellationToken) =>
        throw new NotSupportedException("no master key is changed here");

    public Task<IReadOnlyList<SealedCount>> CountSealedAsync(int headBytes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SealedCount>>([]);

    public string AuditChain { get; } = new('0', 32);

    public Task AuditAsync(IReadOnlyList<AuditFact> facts, CancellationToken cancellationToken) =>
        Failure is null ? Task.CompletedTask : throw Failure;

    public Task<IReadOnlyList<AuditChain>> ListAuditChainsAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AuditChain>>([]);

    public Task AddAuditHeadAsync(AuditHead head, string jws, CancellationToken cancellationToken) =>
        throw new NotSupportedException("there is no chain here");

    public Task<IReadOnlyList<AuditEntry>> ListAuditEntriesAsync(
        AuditPosition? after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AuditEntry>>([]);

    public Task<IReadOnlyList<AuditHeadRow>> ListAuditHeadsAsync(
        long? afterId, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<AuditHeadRow>>([]);

    public Task<int> PruneAuditAsync(DateTimeOffset before, CancellationToken cancellationToken) => Task.FromResult(0);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void ThrowIfFailing()
    {
        if (Failure is not null)
            throw Failure;
    }

    private void Store(IngestBatch batch)
    {
        foreach (FrameEntry frame in batch.Frames)
        {
            bool revoked = beacons[frame.Beacon].RevokedAt is not null;
            bool live = sessions.ContainsKey((frame.Beacon, frame.SessionId));
            frame.Outcome = revoked ? CommitOutcome.Revoked
                : live ? CommitOutcome.Committed
                : CommitOutcome.SessionEnded;
        }

        for (int i = 0; i < batch.Records.Count; i++)
        {
            GroupEntry group = batch.Groups[batch.Records[i].Group];
            FrameEntry frame = batch.Frames[group.Frame];
            RecordEntry record = batch.Records[i];
            record.IsNew = frame.Outcome == CommitOutcome.Committed
                && Records.TryAdd((frame.Beacon, group.Boot, record.Sequence), record.Refused);
            if (record.IsNew)
                fingerprints.Add((frame.Beacon, group.Boot, record.Sequence), record.Fingerprint);
            record.IsConflict = frame.Outcome == CommitOutcome.Committed
                && fingerprints[(frame.Beacon, group.Boot, record.Sequence)] != record.Fingerprint;
        }

        Sightings.AddRange(batch.Sightings.Where(sighting => batch.Records[sighting.Record].IsNew));
        Statuses.AddRange(batch.Statuses.Where(status => batch.Records[status.Record].IsNew));
        Diagnostics.AddRange(batch.Diagnostics.Where(entry => batch.Records[entry.Record].IsNew));
        foreach (GroupEntry group in batch.Groups)
            Settle(group, batch.Frames[group.Frame].Beacon);
    }

    private void Settle(GroupEntry group, BeaconId beacon)
    {
        uint through = group.Floor - 1;
        while (Records.ContainsKey((beacon, group.Boot, through + 1)))
            through++;
        byte[] bitmap = new byte[32];
        int length = 0;
        for (uint i = 0; i < 256; i++)
        {
            if (!Records.ContainsKey((beacon, group.Boot, through + 1 + i)))
                continue;
            bitmap[i / 8] |= (byte)(1 << (int)(i % 8));
            length = (int)(i / 8) + 1;
        }

        group.SettledThrough = through;
        group.Bitmap = bitmap[..length];
    }
}
