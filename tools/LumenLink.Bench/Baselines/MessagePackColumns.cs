using System.Buffers;
using LumenLink.Bench.Input;
using MessagePack;

namespace LumenLink.Bench.Baselines;

/// <summary>
/// MessagePack, one message per report, as packed columns:
/// <c>[boot, sequence, open, window_ms, [sightings per window], addresses as one bin, [rssi + 128]]</c>. Read with
/// MessagePack for C#'s own reader, without objects.
/// </summary>
internal sealed class MessagePackColumns : ISightingFormat
{
    private const int Fields = 7;

    /// <inheritdoc/>
    public string Name => "MessagePack columns";

    /// <inheritdoc/>
    public bool CarriesTime => true;

    /// <inheritdoc/>
    public IReadOnlyList<Publish> Encode(ScanReport report)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(Fields);
        writer.Write(Receiver.Boot);
        writer.Write(report.Sequence);
        writer.Write(report.OpenUnixMs);
        writer.Write(report.Shape.WindowMs);
        writer.WriteArrayHeader(report.Shape.Windows);
        foreach (int count in report.CountByWindow()) writer.Write(count);
        writer.Write(ByteColumns.Addresses(report));
        writer.WriteArrayHeader(report.Sightings.Count);
        foreach (HeardSighting sighting in report.Sightings)
            writer.Write(sighting.RssiDbm + ByteColumns.RssiOffset);
        writer.Flush();
        return [Publish.OnTopicOf(report, buffer.WrittenSpan.ToArray())];
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlyMemory<byte> payload, SightingColumns sightings)
    {
        var reader = new MessagePackReader(payload);
        if (reader.ReadArrayHeader() != Fields) throw new FormatException($"a report has {Fields} fields");
        reader.ReadUInt32();
        reader.ReadUInt32();
        reader.ReadInt64();
        reader.ReadInt32();
        int windows = reader.ReadArrayHeader();
        if (windows > Protocol.WireLimits.MaxWindowsPerBlock) throw new FormatException("too many windows");
        Span<int> counts = stackalloc int[windows];
        int total = 0;
        for (int i = 0; i < windows; i++)
        {
            counts[i] = reader.ReadInt32();
            total += counts[i];
        }

        ReadOnlySpan<byte> addresses =
            reader.ReadBytes() is { } bytes ? bytes.FirstSpan : throw new FormatException("no addresses");
        if (addresses.Length != total * ByteColumns.AddressBytes || reader.ReadArrayHeader() != total)
            throw new FormatException("columns of different length");
        int at = 0;
        for (int window = 0; window < windows; window++)
        {
            for (int end = at + counts[window]; at < end; at++)
            {
                ulong address = ByteColumns.ReadAddress(addresses[(at * ByteColumns.AddressBytes)..]);
                sightings.Add((byte)window, address, (sbyte)(reader.ReadByte() - ByteColumns.RssiOffset));
            }
        }
    }
}
