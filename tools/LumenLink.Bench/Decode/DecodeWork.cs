using System.Security.Cryptography;
using LumenLink.Bench.Baselines;
using LumenLink.Bench.Input;
using LumenLink.Protocol;

namespace LumenLink.Bench.Decode;

/// <summary>
/// What is measured: each method does its work once for all reports of the synthetic crowd and ends in columns of
/// window, address and strength, reused: LumenLink's in those of its reader, every other format's in the same ones.
/// </summary>
internal sealed class DecodeWork : IDisposable
{
    private const int SessionStep = 7919;
    private static readonly ReportShape Shape = new(10_000, 6);

    private readonly LumenLinkCoder _lumenLink = new(Shape);
    private readonly SessionTable _sessions = new();
    private readonly SightingColumns _columns = new();
    private readonly byte[][] _records;
    private readonly byte[][] _frames;
    private readonly Dictionary<Type, byte[][]> _payloads = [];
    private readonly ProtobufColumns _protobuf = new();
    private readonly MessagePackColumns _messagePack = new();
    private readonly MemoryPackColumns _memoryPack = new();
    private readonly CborArrays _cbor = new();
    private readonly ProtobufObjects _protobufObjects = new();
    private readonly CborObjects _cborObjects = new();
    private readonly JsonArrays _json = new();

    public DecodeWork()
    {
        ReportInput input = ReportInput.FromCrowd(Shape);
        ISightingFormat[] baselines =
            [_protobufObjects, _protobuf, _messagePack, _memoryPack, _cborObjects, _cbor, _json];
        SelfCheck.Run([_lumenLink, .. baselines], input.Reports);
        Sightings = input.SightingCount;

        // Neighbours in time are strangers in the table.
        _frames = [.. input.Reports.SelectMany(
            (report, i) => _lumenLink.Frames(report, _sessions.IdAt(i * SessionStep)))];
        foreach (byte[] frame in _frames) _sessions.Seal(frame);
        _records = [.. _frames.Select(frame => LumenLinkCoder.RecordOf(frame))];
        foreach (ISightingFormat format in baselines)
        {
            _payloads[format.GetType()] =
                [.. input.Reports.SelectMany(report => format.Encode(report)).Select(message => message.Payload)];
        }
    }

    /// <summary>Sightings that each decoder reads.</summary>
    public int Sightings { get; }

    /// <summary>Frames of LumenLink.</summary>
    public int Frames => _frames.Length;

    /// <summary>LumenLink's report bodies.</summary>
    public void DecodeBodies()
    {
        foreach (byte[] record in _records) _lumenLink.ReadRecord(record);
    }

    /// <summary>The HMAC of each of LumenLink's frames, its session's key looked up.</summary>
    public void HmacFrames()
    {
        Span<byte> mac = stackalloc byte[WireSizes.Hash];
        foreach (byte[] frame in _frames) _sessions.Hmac(frame, mac);
    }

    /// <summary>LumenLink's frames: authenticated, checked, decoded.</summary>
    public void AuthenticateAndDecodeFrames()
    {
        foreach (byte[] frame in _frames)
        {
            if (!_sessions.Opens(frame)) throw new CryptographicException("a frame has a wrong tag");
            _lumenLink.ReadFrame(frame);
        }
    }

    /// <summary>Protobuf, a message per sighting.</summary>
    public void DecodeProtobufObjects() => Decode(_protobufObjects);

    /// <summary>CBOR into objects.</summary>
    public void DecodeCborObjects() => Decode(_cborObjects);

    /// <summary>Protobuf messages.</summary>
    public void DecodeProtobuf() => Decode(_protobuf);

    /// <summary>MessagePack messages.</summary>
    public void DecodeMessagePack() => Decode(_messagePack);

    /// <summary>MemoryPack messages.</summary>
    public void DecodeMemoryPack() => Decode(_memoryPack);

    /// <summary>CBOR messages.</summary>
    public void DecodeCbor() => Decode(_cbor);

    /// <summary>JSON messages.</summary>
    public void DecodeJson() => Decode(_json);

    /// <inheritdoc/>
    public void Dispose() => _sessions.Dispose();

    private void Decode<T>(T format)
        where T : class, ISightingFormat
    {
        foreach (byte[] payload in _payloads[typeof(T)])
        {
            _columns.Clear();
            format.Decode(payload, _columns);
        }
    }
}
