using LumenLink.Beacon;
using LumenLink.Protocol;
using LumenLink.Simulator;
using LumenLink.Simulator.Fleet;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>
/// The books of one board: every record that was ever durable on its flash, read before its segment is deleted and at
/// each look; which of them gave way to the queue's bound; and which are known to be stored. Cuts the power at flash
/// operations that the test asks for.
/// </summary>
/// <param name="board">The board.</param>
/// <param name="isStored">Whether the service has a record.</param>
internal sealed class BoardLedger(UplinkBoard board, Func<UplinkBoard, long, long, bool> isStored) : ISimFlashFaults
{
    private readonly ReportReader _reports = new();
    private readonly Dictionary<(long Boot, long Sequence), RecordSums> _open = [];
    private readonly HashSet<(long Boot, long Sequence)> _dropped = [];
    private HashSet<(long Boot, long Sequence)> _storedAndOnFlash = [];
    private FlashFault _armed;

    /// <summary>Called when the power was cut.</summary>
    public Action OnCut { get; set; } = () => { };

    /// <summary>Called before the power is cut.</summary>
    public Action BeforeCut { get; set; } = () => { };

    /// <summary>Called with each record when it is first seen on the flash.</summary>
    public Action<(long Boot, long Sequence), byte[]> OnDurable { get; set; } = (_, _) => { };

    /// <summary>Power cuts inside flash operations that came about.</summary>
    public int Cuts { get; private set; }

    /// <summary>Records that were durable.</summary>
    public long Durable { get; private set; }

    /// <summary>Records of them that are known to be stored once.</summary>
    public long Stored { get; private set; }

    /// <summary>Records that were stored again, or never were durable.</summary>
    public long StoredTwice { get; private set; }

    /// <summary>Sightings in those that are known to be stored once.</summary>
    public long Sightings { get; private set; }

    /// <summary>Records that gave way to the bound before they were stored.</summary>
    public IReadOnlyCollection<(long Boot, long Sequence)> Dropped => _dropped;

    /// <summary>Records that are durable, and neither known to be stored nor dropped.</summary>
    public IEnumerable<(long Boot, long Sequence)> Missing => _open.Keys.Where(record => !_dropped.Contains(record));

    /// <summary>Largest flash that the queue took, bytes: whole blocks.</summary>
    public long LargestQueueBytes { get; private set; }

    /// <summary>What is wrong with the queue; empty when nothing is.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Cuts the power at the next operation.</summary>
    public void Arm(FlashFault fault) => _armed = fault;

    /// <inheritdoc/>
    public FlashFault Before(FlashOperation operation, string path, int bytes)
    {
        FlashFault fault = _armed;
        _armed = FlashFault.None;
        if (operation == FlashOperation.Delete)
            BeforeDelete(board.Board.Flash.Folder + path[2..].Replace('\\', '/'), fault);
        if (fault != FlashFault.None)
        {
            Cuts++;
            BeforeCut();
            OnCut();
        }

        return fault;
    }

    /// <summary>Takes in what is on the flash now.</summary>
    public void Look()
    {
        HashSet<(long Boot, long Sequence)> onFlash = [];
        long bytes = 0;
        foreach (string file in Segments())
        {
            bytes += Blocks(new FileInfo(file).Length);
            foreach ((long, long) record in Read(file))
                onFlash.Add(record);
        }

        LargestQueueBytes = Math.Max(LargestQueueBytes, bytes);
        _storedAndOnFlash.IntersectWith(onFlash);
    }

    /// <summary>The service has stored this record since the last look.</summary>
    /// <param name="record">Which.</param>
    /// <param name="sums">Its sightings there.</param>
    public void TakeStored((long Boot, long Sequence) record, RecordSums sums)
    {
        if (!_open.Remove(record, out RecordSums wanted))
        {
            StoredTwice++;
            Complaints.Add($"{board.Name}: record {record} is stored again, or never was durable");
            return;
        }

        if (sums != wanted)
            Complaints.Add($"{board.Name}: record {record} says {wanted}, its rows {sums}");
        _storedAndOnFlash.Add(record);
        _dropped.Remove(record);
        Stored++;
        Sightings += sums.Count;
    }

    private IEnumerable<string> Segments() => QueueSegments.Of(board.Board.Flash.Folder);

    private static long Blocks(long bytes) =>
        (bytes + DeviceLimits.FlashBlockBytes - 1) / DeviceLimits.FlashBlockBytes * DeviceLimits.FlashBlockBytes;

    /// <summary>What is not stored yet may go only when the queue is as full as it may be.</summary>
    private void BeforeDelete(string file, FlashFault fault)
    {
        if (!file.EndsWith(".seg", StringComparison.Ordinal) || !File.Exists(file))
            return;
        List<(long Boot, long Sequence)> gone = Read(file);
        LargestQueueBytes = Math.Max(LargestQueueBytes, Segments().Sum(one => Blocks(new FileInfo(one).Length)));
        gone.RemoveAll(record => !_open.ContainsKey(record) || isStored(board, record.Boot, record.Sequence));
        if (gone.Count == 0 || fault == FlashFault.PowerCutBefore)
            return;
        if (Segments().Count() < board.QueueSegments)
            Complaints.Add($"{board.Name}: {gone.Count} records from {gone[0]} were deleted, not stored, within bound");
        else
            _dropped.UnionWith(gone);
    }

    private List<(long Boot, long Sequence)> Read(string file)
    {
        List<(long Boot, long Sequence)> records = [];
        foreach ((long boot, long sequence, byte[] record) in QueueSegments.Read(file))
        {
            records.Add((boot, sequence));
            if (!_storedAndOnFlash.Contains((boot, sequence))
                && _open.TryAdd((boot, sequence), RecordSums.Of(record, _reports)))
            {
                Durable++;
                OnDurable((boot, sequence), record);
            }
        }

        return records;
    }
}
