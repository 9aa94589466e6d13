using Google.Protobuf;
using LumenLink.Bench.Input;

namespace LumenLink.Bench.Baselines;

/// <summary>
/// Protobuf by Google.Protobuf, one message per report: <c>sightings.proto</c>, compiled by protoc, read by the
/// generated parser and copied into the columns.
/// </summary>
internal sealed class ProtobufColumns : ISightingFormat
{
    /// <inheritdoc/>
    public string Name => "Protobuf, packed columns";

    /// <inheritdoc/>
    public bool CarriesTime => true;

    /// <inheritdoc/>
    public IReadOnlyList<Publish> Encode(ScanReport report)
    {
        var message = new SightingReport
        {
            Boot = Receiver.Boot,
            Sequence = report.Sequence,
            OpenUnixMs = (ulong)report.OpenUnixMs,
            WindowMs = (uint)report.Shape.WindowMs,
            Addresses = UnsafeByteOperations.UnsafeWrap(ByteColumns.Addresses(report)),
        };
        message.SightingsPerWindow.AddRange(report.CountByWindow().Select(count => (uint)count));
        message.RssiPlus128.AddRange(
            report.Sightings.Select(sighting => (uint)(sighting.RssiDbm + ByteColumns.RssiOffset)));
        return [Publish.OnTopicOf(report, message.ToByteArray())];
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlyMemory<byte> payload, SightingColumns sightings)
    {
        SightingReport message = SightingReport.Parser.ParseFrom(payload.Span);
        ReadOnlySpan<byte> addresses = message.Addresses.Span;
        if (addresses.Length != message.RssiPlus128.Count * ByteColumns.AddressBytes
            || message.SightingsPerWindow.Sum(count => count) != message.RssiPlus128.Count)
            throw new FormatException("columns of different length");
        int at = 0;
        for (int window = 0; window < message.SightingsPerWindow.Count; window++)
        {
            for (int left = (int)message.SightingsPerWindow[window]; left > 0; left--, at++)
            {
                ulong address = ByteColumns.ReadAddress(addresses[(at * ByteColumns.AddressBytes)..]);
                sightings.Add((byte)window, address, (sbyte)((int)message.RssiPlus128[at] - ByteColumns.RssiOffset));
            }
        }
    }
}
