using System.Buffers.Binary;
using System.Globalization;
using LumenLink.Protocol;
using LumenLink.Simulator;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>
/// Every record that was ever durable on a board's flash: a segment is read when it is about to be deleted, and the
/// rest at the end. Cuts the power at flash operations that the test asks for.
/// </summary>
internal sealed class DurableRecords(UplinkBoard board) : ISimFlashFaults
{
    // An entry: length of the record, CRC, record.
    private const int PrefixBytes = 6;

    private readonly SortedSet<(long Boot, long Sequence)> _found = [];
    private FlashFault _armed;

    /// <summary>Called when the power was cut.</summary>
    public Action OnCut { get; set; } = () => { };

    /// <summary>Power cuts that came about.</summary>
    public int Cuts { get; private set; }

    /// <summary>Cuts the power at the next operation.</summary>
    public void Arm(FlashFault fault) => _armed = fault;

    /// <inheritdoc/>
    public FlashFault Before(FlashOperation operation, string path, int bytes)
    {
        if (operation == FlashOperation.Delete)
            Read(Path.Combine(Folder, path[(path.LastIndexOf('\\') + 1)..]));
        FlashFault fault = _armed;
        _armed = FlashFault.None;
        if (fault != FlashFault.None)
        {
            Cuts++;
            OnCut();
        }

        return fault;
    }

    /// <summary>What was durable, up to now.</summary>
    public IReadOnlyCollection<(long Boot, long Sequence)> All()
    {
        foreach (string file in Directory.EnumerateFiles(Folder))
            Read(file);
        return _found;
    }

    private string Folder => Path.Combine(board.Board.Flash.Folder, "queue");

    private void Read(string file)
    {
        if (Path.GetExtension(file) != ".seg" || !File.Exists(file))
            return;
        long boot = long.Parse(Path.GetFileName(file)[..8], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        byte[] segment = File.ReadAllBytes(file);
        for (int at = 0, length; at < segment.Length; at += PrefixBytes + length)
        {
            length = BinaryPrimitives.ReadUInt16LittleEndian(segment.AsSpan(at));
            _found.Add((boot, RecordHeader.SequenceOf(segment, at + PrefixBytes)));
        }
    }
}
