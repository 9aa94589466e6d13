using System.Security.Cryptography;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Bench.Device;

/// <summary>
/// Broker and service behind the link: takes what comes up into arrays made beforehand, and answers later, outside of
/// what is measured. Its keys are zeros, as those of <see cref="StubChip"/> and <see cref="StubCrypto"/>.
/// </summary>
internal sealed class StubService(byte[] rootKey, ListedAllocations listed) : ILink
{
    private const int Places = 8;
    private const uint SessionLifetimeS = 3600;
    private const byte EidExponent = 10;
    private const long NowUnixMs = 1_767_225_600_000; // 2026-01-01

    private readonly byte[][] _up = [.. Enumerable.Range(0, Places).Select(_ => new byte[WireLimits.MaxFrameBytes])];
    private readonly int[] _lengths = new int[Places];
    private readonly byte[] _buffer = new byte[WireLimits.MaxFrameBytes];
    private int _count;
    private uint _session;

    /// <summary>Report records that came.</summary>
    public long Reports { get; private set; }

    /// <summary>Sightings in them.</summary>
    public long Sightings { get; private set; }

    /// <inheritdoc/>
    public bool IsConnected { get; private set; }

    /// <inheritdoc/>
    public TransportKind Kind => TransportKind.Mqtt;

    /// <inheritdoc/>
    public bool HasWork => false;

    /// <inheritdoc/>
    public int RetryAfterS => 0;

    /// <inheritdoc/>
    public LinkOutcome Connect(string clientId, string user, string password)
    {
        IsConnected = true;
        return LinkOutcome.Connected;
    }

    /// <inheritdoc/>
    public void Disconnect() => IsConnected = false;

    /// <inheritdoc/>
    public void Work()
    {
    }

    /// <inheritdoc/>
    public bool Publish(string topic, byte[] payload, int count)
    {
        if (_count == Places) return false;
        listed.Add(Listed.MqttPayload, NanoModel.Bytes(count));
        Array.Copy(payload, _up[_count], count);
        _lengths[_count++] = count;
        return true;
    }

    /// <summary>Answers to what came up since the last call.</summary>
    public IReadOnlyList<byte[]> Answers()
    {
        var answers = new List<byte[]>();
        for (int i = 0; i < _count; i++)
        {
            byte[] frame = _up[i][.._lengths[i]];
            byte[] answer = (FrameType)frame[1] switch
            {
                FrameType.Hello => Challenge(frame),
                FrameType.Evidence => Result(),
                FrameType.Records => Receipt(frame),
                _ => throw new BenchException($"The beacon sent a frame of type {frame[1]}."),
            };
            listed.Add(Listed.ReceivedFrame, NanoModel.Bytes(answer.Length));
            answers.Add(answer);
        }

        _count = 0;
        return answers;
    }

    private byte[] Challenge(byte[] hello)
    {
        var read = new HelloFrame();
        Check(read.Read(hello, 0, hello.Length));
        var challenge = new ChallengeFrame { IssuedUnixMs = NowUnixMs, EpochId = 1 };
        read.DeviceNonce.CopyTo(challenge.DeviceNonce, 0);
        challenge.Certificate.Version = 1;
        challenge.Certificate.KeyId = IdOf(challenge.Certificate.Key);
        challenge.Certificate.RootId = IdOf(rootKey);
        return _buffer[..challenge.Write(_buffer, 0)];
    }

    /// <summary>A session with an identifier key and the pseudonym key of the day.</summary>
    private byte[] Result()
    {
        var result = new AttestationResultFrame
        {
            SessionId = ++_session,
            ServiceUnixMs = NowUnixMs,
            LifetimeSeconds = SessionLifetimeS,
            SecretCount = 2,
        };
        byte[] eid = new byte[WrappedSecret.EidKeySize];
        eid[WireSizes.Aes] = EidExponent;
        Wrap(result.Secrets[0], SecretId.EidKey, 0, eid);
        byte[] pseudonym = new byte[WrappedSecret.PseudonymKeySize];
        ByteWriter.U16(pseudonym, 0, (ushort)(NowUnixMs / TimeSpan.MillisecondsPerDay));
        Wrap(result.Secrets[1], SecretId.PseudonymKey, 1, pseudonym);
        return _buffer[..result.Write(_buffer, 0)];
    }

    private byte[] Receipt(byte[] frame)
    {
        Check(RecordsFrameReader.Read(frame, out RecordsFrameReader reader, 1));
        var receipt = new ReceiptFrame();
        receipt.Begin(_buffer, 0, reader.SessionId);
        receipt.GrantsShortTopic = true;
        var reports = new ReportReader();
        foreach (RecordGroup group in reader)
        {
            uint last = 0;
            foreach (RecordView record in group)
            {
                last = record.Sequence;
                if (record.Kind != RecordKind.Report) continue;
                Check(reports.Read(record));
                Reports++;
                Sightings += reports.SightingCount;
            }

            var entry = new ReceiptEntry();
            entry.Reset(group.Boot, last);
            receipt.TryAdd(entry);
        }

        int length = receipt.Finish();
        Array.Clear(_buffer, FrameTag.Offset(length), FrameTag.Size);
        return _buffer[..length];
    }

    /// <summary>As the beacon will see it: a block encrypts to itself.</summary>
    private static void Wrap(WrappedSecret secret, SecretId id, int index, byte[] clear)
    {
        secret.Id = id;
        secret.Length = clear.Length;
        byte[] stream = new byte[SecretWrap.BlockSize];
        for (int at = 0; at < clear.Length; at++)
        {
            SecretWrap.CounterBlock(stream, 0, id, index, (uint)(at / SecretWrap.BlockSize));
            secret.Data[at] = (byte)(clear[at] ^ stream[at % SecretWrap.BlockSize]);
        }
    }

    private static uint IdOf(byte[] key) => ByteReader.U32(SHA256.HashData(key), 0);

    private static void Check(WireError error)
    {
        if (error != WireError.None) throw new BenchException($"The beacon sent a frame that is refused: {error}.");
    }
}
