using System.Formats.Cbor;
using LumenLink.Bench.Input;

namespace LumenLink.Bench.Baselines;

/// <summary>
/// The message of <see cref="CborArrays"/>, read by a new System.Formats.Cbor reader into an object per sighting, as
/// most users would.
/// </summary>
internal sealed class CborObjects : ISightingFormat
{
    private readonly CborArrays _arrays = new();

    /// <inheritdoc/>
    public string Name => "CBOR, objects";

    /// <inheritdoc/>
    public bool CarriesTime => true;

    /// <inheritdoc/>
    public IReadOnlyList<Publish> Encode(ScanReport report) => _arrays.Encode(report);

    /// <inheritdoc/>
    public void Decode(ReadOnlyMemory<byte> payload, SightingColumns sightings)
    {
        var reader = new CborReader(payload, CborConformanceMode.Lax);
        reader.ReadStartArray();
        reader.ReadUInt32();
        reader.ReadUInt32();
        reader.ReadInt64();
        reader.ReadInt32();
        var list = new List<CborSighting>(reader.ReadStartArray() ?? 0);
        while (reader.PeekState() != CborReaderState.EndArray)
        {
            reader.ReadStartArray();
            list.Add(new CborSighting(reader.ReadByteString(), reader.ReadInt32(), reader.ReadInt32()));
            reader.ReadEndArray();
        }

        foreach (CborSighting one in list)
            sightings.Add((byte)one.Window, ByteColumns.ReadAddress(one.Address), (sbyte)one.RssiDbm);
    }

    private sealed record CborSighting(byte[] Address, int Window, int RssiDbm);
}
