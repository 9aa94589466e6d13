using System.Formats.Cbor;
using LumenLink.Bench.Input;

namespace LumenLink.Bench.Baselines;

/// <summary>
/// CBOR (RFC 8949) by System.Formats.Cbor, one message per report:
/// <c>[boot, sequence, open, window_ms, [[h'a1b2c3d4e5f6', window, rssi], …]]</c>, all lengths definite. The time of a
/// sighting is the number of its window: one byte. The reader is reset, not made anew.
/// </summary>
internal sealed class CborArrays : ISightingFormat
{
    private const int Fields = 5;
    private const int SightingFields = 3;

    private readonly CborReader _reader = new(new byte[] { 0x80 }, CborConformanceMode.Lax);
    private readonly byte[] _address = new byte[ByteColumns.AddressBytes];

    /// <inheritdoc/>
    public string Name => "CBOR arrays";

    /// <inheritdoc/>
    public bool CarriesTime => true;

    /// <inheritdoc/>
    public IReadOnlyList<Publish> Encode(ScanReport report)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        writer.WriteStartArray(Fields);
        writer.WriteUInt32(Receiver.Boot);
        writer.WriteUInt32(report.Sequence);
        writer.WriteInt64(report.OpenUnixMs);
        writer.WriteInt32(report.Shape.WindowMs);
        writer.WriteStartArray(report.Sightings.Count);
        foreach (HeardSighting sighting in report.Sightings)
        {
            ByteColumns.WriteAddress(_address, sighting.Address);
            writer.WriteStartArray(SightingFields);
            writer.WriteByteString(_address);
            writer.WriteInt32(sighting.Window);
            writer.WriteInt32(sighting.RssiDbm);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndArray();
        return [Publish.OnTopicOf(report, writer.Encode())];
    }

    /// <inheritdoc/>
    public void Decode(ReadOnlyMemory<byte> payload, SightingColumns sightings)
    {
        _reader.Reset(payload);
        if (_reader.ReadStartArray() != Fields) throw new FormatException($"a report has {Fields} fields");
        _reader.ReadUInt32();
        _reader.ReadUInt32();
        _reader.ReadInt64();
        _reader.ReadInt32();
        int count = _reader.ReadStartArray() ?? throw new FormatException("lengths are definite");
        Span<byte> address = stackalloc byte[ByteColumns.AddressBytes];
        for (int i = 0; i < count; i++)
        {
            _reader.ReadStartArray();
            if (!_reader.TryReadByteString(address, out _)) throw new FormatException("an address has 6 bytes");
            byte window = (byte)_reader.ReadInt32();
            sightings.Add(window, ByteColumns.ReadAddress(address), (sbyte)_reader.ReadInt32());
            _reader.ReadEndArray();
        }
    }
}
