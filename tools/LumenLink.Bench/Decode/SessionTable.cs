using System.Buffers.Binary;
using System.Security.Cryptography;
using LumenLink.Protocol;

namespace LumenLink.Bench.Decode;

/// <summary>
/// The sessions of a service: by id, each with its HMAC keyed once and used again, as the rendezvous service has them.
/// </summary>
internal sealed class SessionTable : IDisposable
{
    /// <summary>Sessions in the table.</summary>
    public const int Count = 10_000;

    private const int SessionIdOffset = 2;

    private readonly Dictionary<uint, IncrementalHash> _sessions = new(Count);
    private readonly uint[] _ids = new uint[Count];

    public SessionTable()
    {
        Span<byte> seed = stackalloc byte[sizeof(int)];
        for (int i = 0; i < Count; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(seed, i);
            byte[] key = SHA256.HashData(seed);
            uint id = BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(key)) | 1;
            while (!_sessions.TryAdd(id, IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key))) id += 2;
            _ids[i] = id;
        }
    }

    /// <summary>Id of one of the sessions.</summary>
    public uint IdAt(int index) => _ids[index % Count];

    /// <summary>Looks the session of a frame up and computes the HMAC of the bytes before its tag.</summary>
    /// <exception cref="FormatException">There is no such session.</exception>
    public void Hmac(ReadOnlySpan<byte> frame, Span<byte> mac)
    {
        uint id = BinaryPrimitives.ReadUInt32LittleEndian(frame[SessionIdOffset..]);
        if (!_sessions.TryGetValue(id, out IncrementalHash? hmac)) throw new FormatException("no such session");
        hmac.AppendData(frame[..FrameTag.Offset(frame.Length)]);
        hmac.GetHashAndReset(mac);
    }

    /// <summary>Puts the tag into a frame that was written with room for it.</summary>
    public void Seal(Span<byte> frame)
    {
        Span<byte> mac = stackalloc byte[WireSizes.Hash];
        Hmac(frame, mac);
        mac[..FrameTag.Size].CopyTo(frame[FrameTag.Offset(frame.Length)..]);
    }

    /// <summary>True if the frame ends in the tag of its session.</summary>
    public bool Opens(ReadOnlySpan<byte> frame)
    {
        Span<byte> mac = stackalloc byte[WireSizes.Hash];
        Hmac(frame, mac);
        return CryptographicOperations.FixedTimeEquals(mac[..FrameTag.Size], frame[FrameTag.Offset(frame.Length)..]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IncrementalHash hmac in _sessions.Values) hmac.Dispose();
    }
}
