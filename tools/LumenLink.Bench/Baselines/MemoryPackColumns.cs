using LumenLink.Bench.Input;
using MemoryPack;

namespace LumenLink.Bench.Baselines;

/// <summary>
/// The MemoryPack baseline's schema: columns of unmanaged values, which MemoryPack copies as they are.
/// </summary>
[MemoryPackable]
internal sealed partial class MemoryPackReport
{
    /// <summary>Boot of the receiver.</summary>
    public uint Boot { get; set; }

    /// <summary>Number of the report.</summary>
    public uint Sequence { get; set; }

    /// <summary>When the first window opened.</summary>
    public long OpenUnixMs { get; set; }

    /// <summary>Length of a window.</summary>
    public int WindowMs { get; set; }

    /// <summary>Number of each sighting's window.</summary>
    public byte[] Windows { get; set; } = [];

    /// <summary>Addresses.</summary>
    public ulong[] Addresses { get; set; } = [];

    /// <summary>Signal strengths, dBm.</summary>
    public sbyte[] RssiDbm { get; set; } = [];
}

/// <summary>
/// MemoryPack, one message per report: <see cref="MemoryPackReport"/>, read into a reused object and copied into the
/// columns. Made for speed, not for size.
/// </summary>
internal sealed class MemoryPackColumns : ISightingFormat
{
    private MemoryPackReport? _reused = new();

    /// <inheritdoc/>
    public string Name => "MemoryPack columns";

    /// <inheritdoc/>
    public bool CarriesTime => true;

    /// <inheritdoc/>
    public IReadOnlyList<Publish> Encode(ScanReport report)
    {
        var message = new MemoryPackReport
        {
            Boot = Receiver.Boot,
            Sequence = report.Sequence,
            OpenUnixMs = report.OpenUnixMs,
            WindowMs = report.Shape.WindowMs,
            Windows = [.. report.Sightings.Select(sighting => sighting.Window)],
            Addresses = [.. report.Sightings.Select(sighting => sighting.Address)],
            RssiDbm = [.. report.Sightings.Select(sighting => sighting.RssiDbm)],
        };
        return [Publish.OnTopicOf(report, MemoryPackSerializer.Serialize(message))];
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlyMemory<byte> payload, SightingColumns sightings)
    {
        MemoryPackSerializer.Deserialize(payload.Span, ref _reused);
        MemoryPackReport message = _reused ?? throw new FormatException("no report");
        if (message.Windows.Length != message.Addresses.Length || message.Windows.Length != message.RssiDbm.Length)
            throw new FormatException("columns of different length");
        for (int i = 0; i < message.Windows.Length; i++)
            sightings.Add(message.Windows[i], message.Addresses[i], message.RssiDbm[i]);
    }
}
