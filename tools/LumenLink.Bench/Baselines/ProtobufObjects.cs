using Google.Protobuf;
using LumenLink.Bench.Input;

namespace LumenLink.Bench.Baselines;

/// <summary>
/// Protobuf by Google.Protobuf, a message per sighting in one per report: <c>sighting_objects.proto</c>, compiled by
/// protoc, read by the generated parser into its objects.
/// </summary>
internal sealed class ProtobufObjects : ISightingFormat
{
    /// <inheritdoc/>
    public string Name => "Protobuf, a message per sighting";

    /// <inheritdoc/>
    public bool CarriesTime => true;

    /// <inheritdoc/>
    public IReadOnlyList<Publish> Encode(ScanReport report)
    {
        var list = new SightingList
        {
            Boot = Receiver.Boot,
            Sequence = report.Sequence,
            OpenUnixMs = (ulong)report.OpenUnixMs,
            WindowMs = (uint)report.Shape.WindowMs,
        };
        list.Sightings.AddRange(report.Sightings.Select(
            one => new SightingMessage { Address = one.Address, Window = one.Window, RssiDbm = one.RssiDbm }));
        return [Publish.OnTopicOf(report, list.ToByteArray())];
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlyMemory<byte> payload, SightingColumns sightings)
    {
        foreach (SightingMessage one in SightingList.Parser.ParseFrom(payload.Span).Sightings)
            sightings.Add((byte)one.Window, one.Address, (sbyte)one.RssiDbm);
    }
}
