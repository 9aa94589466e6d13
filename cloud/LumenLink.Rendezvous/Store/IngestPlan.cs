using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Store;

/// <summary>Identity of a record, in the order in which rows are written.</summary>
internal readonly record struct RecordKey(long Beacon, long Boot, long Sequence) : IComparable<RecordKey>
{
    /// <inheritdoc/>
    public int CompareTo(RecordKey other) =>
        (Beacon, Boot, Sequence).CompareTo((other.Beacon, other.Boot, other.Sequence));
}

/// <summary>A live session of a beacon.</summary>
/// <param name="beacon">Whose.</param>
/// <param name="grantNumber">Rises with every session granted.</param>
/// <param name="sessionId">Id within the beacon.</param>
/// <param name="isConfirmed">A frame under it was committed before.</param>
internal sealed class SessionState(long beacon, long grantNumber, uint sessionId, bool isConfirmed)
{
    public long Beacon => beacon;

    public long GrantNumber => grantNumber;

    public uint SessionId => sessionId;

    public bool WasConfirmed { get; } = isConfirmed;

    public bool IsConfirmed { get; set; } = isConfirmed;

    public bool IsEnded { get; set; }
}

/// <summary>A beacon of the batch, its row locked.</summary>
internal sealed class BeaconState(long beacon, int tenantId, bool isRevoked)
{
    public long Beacon => beacon;

    public int TenantId => tenantId;

    public bool IsRevoked => isRevoked;

    public List<SessionState> Sessions { get; } = [];

    public bool HasCommitted { get; set; }

    public long NewRecords { get; set; }

    public long NewSightings { get; set; }
}

/// <summary>A boot of a beacon of the batch.</summary>
internal sealed class BootState(BeaconState beacon, long boot)
{
    public BeaconState Beacon => beacon;

    public long Boot => boot;

    /// <summary>Mark as stored; -1 while there is no row.</summary>
    public long StoredMark { get; set; } = -1;

    /// <summary>Identities up to here are known without a row.</summary>
    public long PrunedThrough { get; set; }

    public long SettledThrough { get; set; }

    /// <summary>Stored sequences above the mark, rising; at most <see cref="SettledMarks.ReadAtOnce"/>.</summary>
    public List<long> Above { get; set; } = [];
}

/// <summary>
/// The decisions of a commit, apart from the statements that carry them out. Nothing is written into the batch before
/// <see cref="Publish"/>, so that a commit that is rolled back can be planned anew.
/// </summary>
internal sealed class IngestPlan(IngestBatch batch)
{
    private readonly CommitOutcome[] outcomes = new CommitOutcome[batch.Frames.Count];
    private readonly bool[] isNew = new bool[batch.Records.Count];
    private readonly bool[] isConflict = new bool[batch.Records.Count];
    private readonly SortedDictionary<long, BeaconState> beacons = [];
    private readonly Dictionary<(long Beacon, long Boot), BootState> boots = [];
    private readonly BootState?[] bootOfGroup = new BootState?[batch.Groups.Count];
    private readonly SortedDictionary<RecordKey, int> candidates = [];

    /// <summary>How long the parts of the commit take.</summary>
    public CommitTimes Times => batch.Times;

    /// <summary>Ids of the batch's beacons, sorted: the order in which they are locked.</summary>
    public long[] BeaconIds { get; } =
        [.. batch.Frames.Select(frame => unchecked((long)frame.Beacon.Value)).Distinct().Order()];

    /// <summary>Enrolled beacons, in order of id.</summary>
    public IReadOnlyCollection<BeaconState> Beacons => beacons.Values;

    /// <summary>Boots of committed frames, in order of (beacon, boot).</summary>
    public List<BootState> Boots { get; private set; } = [];

    /// <summary>Records that may be new, by identity: of several in the batch the first.</summary>
    public SortedDictionary<RecordKey, int> Candidates => candidates;

    /// <summary>Sessions that this batch confirms.</summary>
    public IEnumerable<SessionState> Confirmed => beacons.Values.SelectMany(beacon => beacon.Sessions)
        .Where(session => session.IsConfirmed && !session.WasConfirmed);

    /// <summary>Sessions that this batch ends.</summary>
    public IEnumerable<SessionState> Ended => beacons.Values.SelectMany(beacon => beacon.Sessions)
        .Where(session => session.IsEnded);

    /// <summary>The record at an index, as the batch has it.</summary>
    public RecordEntry Record(int index) => batch.Records[index];

    /// <summary>The boot of a committed record.</summary>
    public BootState BootOf(int record) => bootOfGroup[batch.Records[record].Group]!;

    /// <summary>Sightings of new records, in order of arrival.</summary>
    public IEnumerable<SightingEntry> NewSightings => batch.Sightings.Where(sighting => isNew[sighting.Record]);

    /// <summary>The status of each new status record; of each beacon in order, the newest last.</summary>
    public IEnumerable<(BootState Boot, long Sequence, StatusEntry Status)> NewStatuses => batch.Statuses
        .Where(status => isNew[status.Record])
        .Select(status =>
            (Boot: BootOf(status.Record), Sequence: (long)batch.Records[status.Record].Sequence, Status: status))
        .OrderBy(status => (status.Boot.Beacon.Beacon, status.Boot.Boot, status.Sequence));

    /// <summary>Diagnostics of new records.</summary>
    public IEnumerable<(BootState Boot, long Sequence, DiagnosticsEntry Entry)> NewDiagnostics => batch.Diagnostics
        .Where(entry => isNew[entry.Record])
        .Select(entry => (BootOf(entry.Record), (long)batch.Records[entry.Record].Sequence, entry));

    /// <summary>What is set aside of new records.</summary>
    public IEnumerable<(BootState Boot, long Sequence, PoisonedEntry Entry)> NewPoisoned => batch.Poisoned
        .Where(entry => isNew[entry.Record])
        .Select(entry => (BootOf(entry.Record), (long)batch.Records[entry.Record].Sequence, entry));

    /// <summary>
    /// Takes in the locked beacons and their live sessions, and decides every frame in order of arrival.
    /// </summary>
    public void Judge(IEnumerable<BeaconState> locked, IEnumerable<SessionState> sessions)
    {
        foreach (BeaconState beacon in locked)
            beacons.Add(beacon.Beacon, beacon);
        foreach (SessionState session in sessions)
            beacons[session.Beacon].Sessions.Add(session);
        for (int i = 0; i < batch.Frames.Count; i++)
            outcomes[i] = JudgeFrame(batch.Frames[i]);
        for (int i = 0; i < batch.Groups.Count; i++)
        {
            if (outcomes[batch.Groups[i].Frame] == CommitOutcome.Committed)
                bootOfGroup[i] = FindBoot(batch.Groups[i]);
        }
        Boots = [.. boots.Values.OrderBy(boot => (boot.Beacon.Beacon, boot.Boot))];
    }

    /// <summary>Applies the floors and finds the records that may be new. Marks as stored are known by now.</summary>
    public void SelectCandidates()
    {
        foreach (BootState boot in Boots)
            boot.SettledThrough = Math.Max(boot.StoredMark, 0);
        for (int i = 0; i < batch.Groups.Count; i++)
        {
            if (bootOfGroup[i] is { } boot)
                boot.SettledThrough = Math.Max(boot.SettledThrough, batch.Groups[i].Floor - 1L);
        }
        for (int i = 0; i < batch.Records.Count; i++)
        {
            RecordEntry record = batch.Records[i];
            if (bootOfGroup[record.Group] is not { } boot || record.Sequence <= boot.PrunedThrough)
                continue;
            RecordKey key = new(boot.Beacon.Beacon, boot.Boot, record.Sequence);
            if (!candidates.TryAdd(key, i))
                isConflict[i] = ClonePolicy.IsConflict(batch.Records[candidates[key]].Fingerprint, record.Fingerprint);
        }
    }

    /// <summary>A candidate was not stored before and is now.</summary>
    public void MarkNew(RecordKey key)
    {
        int record = candidates[key];
        isNew[record] = true;
        BootOf(record).Beacon.NewRecords++;
    }

    /// <summary>Candidates that were stored before. All new records are marked by now.</summary>
    public RecordKey[] Known =>
        [.. candidates.Where(candidate => !isNew[candidate.Value]).Select(candidate => candidate.Key)];

    /// <summary>A candidate is stored with this fingerprint.</summary>
    public void Compare(RecordKey key, long? fingerprint)
    {
        int record = candidates[key];
        isConflict[record] = ClonePolicy.IsConflict(fingerprint, batch.Records[record].Fingerprint);
    }

    /// <summary>Counts the sightings of new records. All new records are marked by now.</summary>
    public void CountSightings()
    {
        foreach (SightingEntry sighting in NewSightings)
            BootOf(sighting.Record).Beacon.NewSightings++;
    }

    /// <summary>Writes the results into the batch. The transaction is committed by now.</summary>
    public void Publish()
    {
        for (int i = 0; i < outcomes.Length; i++)
            batch.Frames[i].Outcome = outcomes[i];
        for (int i = 0; i < isNew.Length; i++)
            (batch.Records[i].IsNew, batch.Records[i].IsConflict) = (isNew[i], isConflict[i]);
        for (int i = 0; i < bootOfGroup.Length; i++)
        {
            if (bootOfGroup[i] is not { } boot)
                continue;
            batch.Groups[i].SettledThrough = (uint)boot.SettledThrough;
            batch.Groups[i].Bitmap = SettledMarks.Bitmap(boot.SettledThrough, boot.Above);
        }
    }

    private CommitOutcome JudgeFrame(FrameEntry frame)
    {
        if (!beacons.TryGetValue(unchecked((long)frame.Beacon.Value), out BeaconState? beacon))
            return CommitOutcome.SessionEnded;
        if (beacon.IsRevoked)
            return CommitOutcome.Revoked;
        SessionState? session = beacon.Sessions.Find(live => live.SessionId == frame.SessionId);
        if (session is not { IsEnded: false })
            return CommitOutcome.SessionEnded;
        if (!session.IsConfirmed)
        {
            session.IsConfirmed = true;
            foreach (SessionState older in beacon.Sessions.Where(live => live.GrantNumber < session.GrantNumber))
                older.IsEnded = true;
        }
        beacon.HasCommitted = true;
        return CommitOutcome.Committed;
    }

    private BootState FindBoot(GroupEntry group)
    {
        long beacon = unchecked((long)batch.Frames[group.Frame].Beacon.Value);
        if (!boots.TryGetValue((beacon, group.Boot), out BootState? boot))
            boots.Add((beacon, group.Boot), boot = new BootState(beacons[beacon], group.Boot));
        return boot;
    }
}
