using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

/// <summary>What the commit said of one frame.</summary>
public enum CommitOutcome
{
    /// <summary>Its records are durable (or were already).</summary>
    Committed,

    /// <summary>Its session is not live any more: nothing of it was stored.</summary>
    SessionEnded,

    /// <summary>The beacon is revoked: nothing of it was stored.</summary>
    Revoked,
}

/// <summary>
/// One transaction's worth of authenticated frames. Filled by ingest, committed by the store, reused. Sightings and
/// statuses are columns that name their record by index; records name their group, groups their frame.
/// </summary>
public sealed class IngestBatch
{
    /// <summary>Frames in order of arrival.</summary>
    public List<FrameEntry> Frames { get; } = [];

    /// <summary>Groups (one boot each) of all frames.</summary>
    public List<GroupEntry> Groups { get; } = [];

    /// <summary>
    /// Records of all groups, refused ones included (they are remembered too, so that they are settled).
    /// </summary>
    public List<RecordEntry> Records { get; } = [];

    /// <summary>Sightings of all records.</summary>
    public List<SightingEntry> Sightings { get; } = [];

    /// <summary>Status bodies of status records.</summary>
    public List<StatusEntry> Statuses { get; } = [];

    /// <summary>Texts of diagnostics records.</summary>
    public List<DiagnosticsEntry> Diagnostics { get; } = [];

    /// <summary>Records that are set aside: refused ones, without a body here.</summary>
    public List<PoisonedEntry> Poisoned { get; } = [];

    /// <summary>Set by the store: how long the parts of its commit took.</summary>
    public CommitTimes Times { get; } = new();

    /// <summary>Empties the batch, keeping its memory.</summary>
    public void Clear()
    {
        Frames.Clear();
        Groups.Clear();
        Records.Clear();
        Sightings.Clear();
        Statuses.Clear();
        Diagnostics.Clear();
        Poisoned.Clear();
    }
}

/// <summary>One authenticated Records frame.</summary>
public sealed class FrameEntry
{
    /// <summary>Sender.</summary>
    public required BeaconId Beacon { get; init; }

    /// <summary>Owner, from the registry.</summary>
    public required int TenantId { get; init; }

    /// <summary>Session that sealed it; the commit checks it, confirms it, and ends the beacon's older ones.</summary>
    public required uint SessionId { get; init; }

    /// <summary>Set by the store.</summary>
    public CommitOutcome Outcome { get; set; }
}

/// <summary>The records of one boot within a frame, and after the commit what is settled of that boot.</summary>
public sealed class GroupEntry
{
    /// <summary>Index into <see cref="IngestBatch.Frames"/>.</summary>
    public required int Frame { get; init; }

    /// <summary>Boot number.</summary>
    public required uint Boot { get; init; }

    /// <summary>The beacon's floor: nothing below it will come.</summary>
    public required uint Floor { get; init; }

    /// <summary>Set by the store: every sequence up to here is settled.</summary>
    public uint SettledThrough { get; set; }

    /// <summary>Set by the store: bit i says that SettledThrough + 1 + i is settled; at most 32 bytes.</summary>
    public byte[] Bitmap { get; set; } = [];
}

/// <summary>One record.</summary>
public sealed class RecordEntry
{
    /// <summary>Index into <see cref="IngestBatch.Groups"/>.</summary>
    public required int Group { get; init; }

    /// <summary>Sequence within the boot.</summary>
    public required uint Sequence { get; init; }

    /// <summary>Record kind as sent (also an unknown one).</summary>
    public required byte Kind { get; init; }

    /// <summary>Refusal reason, or 0.</summary>
    public byte Refused { get; init; }

    /// <summary>First 8 bytes of SHA-256 of the whole record.</summary>
    public long Fingerprint { get; init; }

    /// <summary>Set by the store: false when this record was there before (stored once, whatever comes).</summary>
    public bool IsNew { get; set; }

    /// <summary>
    /// Set by the store: true when another record is known under this number (a fingerprint is kept with its row).
    /// </summary>
    public bool IsConflict { get; set; }
}

/// <summary>How well a capture time is known.</summary>
public enum CaptureQuality
{
    /// <summary>By the beacon's set clock.</summary>
    DeviceClock = 0,

    /// <summary>Placed from ticks by the session's uptime claim.</summary>
    Placed = 1,

    /// <summary>Not known: captured_at is when the frame arrived, shortly before its commit (received_at).</summary>
    Received = 2,
}

/// <summary>One sighting, as a store row.</summary>
/// <param name="Record">Index into <see cref="IngestBatch.Records"/>.</param>
/// <param name="WindowOpenUnixMs">When the scan window opened.</param>
/// <param name="DurationMs">Length of the window.</param>
/// <param name="Quality">How well that time is known.</param>
/// <param name="Radio">1 BLE, 2 Wi-Fi.</param>
/// <param name="Address">48-bit address or pseudonym.</param>
/// <param name="AddressType">As on the wire.</param>
/// <param name="KeyDay">Day of the pseudonym key; 0 when the address is raw.</param>
/// <param name="RssiDbm">Signal strength.</param>
public readonly record struct SightingEntry(
    int Record, long WindowOpenUnixMs, int DurationMs, CaptureQuality Quality, byte Radio, long Address,
    byte AddressType,
    ushort KeyDay, sbyte RssiDbm);

/// <summary>One status body.</summary>
/// <param name="Record">Index into <see cref="IngestBatch.Records"/>.</param>
/// <param name="CapturedUnixMs">When it was made.</param>
/// <param name="UptimeMs">Milliseconds since boot.</param>
/// <param name="QueueRecords">Records held.</param>
/// <param name="QueueBytes">Bytes held.</param>
/// <param name="DroppedRecords">Records dropped by the queue's bound, this boot.</param>
/// <param name="DroppedSightings">Sightings lost to a full table, this boot.</param>
/// <param name="HeapFreeBytes">Free heap; null not known.</param>
/// <param name="HeapLargestBytes">Largest free block; null not known.</param>
/// <param name="WifiRssiDbm">Signal of the access point; null not known.</param>
/// <param name="BootReason">As on the wire.</param>
/// <param name="FirmwareVersion">Firmware version.</param>
/// <param name="Details">What else it said.</param>
public readonly record struct StatusEntry(
    int Record, long CapturedUnixMs, long UptimeMs, long QueueRecords, long QueueBytes, long DroppedRecords,
    long DroppedSightings, long? HeapFreeBytes, long? HeapLargestBytes, short? WifiRssiDbm, byte BootReason,
    string FirmwareVersion, StatusDetailValues Details = default);

/// <summary>One diagnostics text.</summary>
/// <param name="Record">Index into <see cref="IngestBatch.Records"/>.</param>
/// <param name="CapturedUnixMs">When it was made.</param>
/// <param name="Text">Lines for people.</param>
public readonly record struct DiagnosticsEntry(int Record, long CapturedUnixMs, string Text);

/// <summary>A record that the store refused, to be set aside.</summary>
/// <param name="Record">Index into <see cref="IngestBatch.Records"/>.</param>
/// <param name="Reason">What the store said.</param>
/// <param name="Frame">The whole frame in which it came.</param>
public readonly record struct PoisonedEntry(int Record, string Reason, byte[] Frame);

/// <summary>The one write path of records.</summary>
public interface IIngestStore
{
    /// <summary>
    /// Commits a batch in one durable transaction: checks every frame's session and revocation, stores each new record
    /// with its rows once per (beacon, boot, sequence) whatever the order, advances what is settled, and fills in the
    /// entries' results. A status that tells that the newest configuration is not in effect any more opens that again.
    /// What is to be set aside is, if the record is new and there is room. When it throws, nothing was committed and
    /// the caller may try again.
    /// </summary>
    Task CommitAsync(IngestBatch batch, DateTimeOffset receivedAt, CancellationToken cancellationToken);

    /// <summary>
    /// What the store said of a commit that failed because of what was in it, so that it would fail again; null when
    /// the same commit may do later. One line for operators, no secrets.
    /// </summary>
    string? RefusalOf(Exception error);

    /// <summary>
    /// Makes partitions ahead of time and drops those past retention (PostgreSQL); deletes by received_at (SQLite).
    /// Record identities are pruned only below the settled mark of their boot.
    /// </summary>
    Task<int> RetainAsync(DateTimeOffset now, TimeSpan retention, CancellationToken cancellationToken);

    /// <summary>Forgets statuses of the history that were stored before; returns how many.</summary>
    Task<int> PruneStatusesAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
