using LumenLink.Beacon.Security;
using LumenLink.Beacon.Status;
using LumenLink.Beacon.Supervision;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Bench.Device;

/// <summary>Virtual time.</summary>
internal sealed class StubClock : BoardClock
{
    private long _nowMs;
    private long _utcEpochMs;

    /// <inheritdoc/>
    public override long NowMs => _nowMs;

    /// <inheritdoc/>
    public override long LinkMs => _nowMs;

    /// <inheritdoc/>
    public override bool IsUtcSet => _utcEpochMs != 0;

    /// <inheritdoc/>
    public override long UtcEpochMs => _utcEpochMs;

    /// <inheritdoc/>
    public override void SetUtc(long unixMs) => _utcEpochMs = unixMs - _nowMs;

    /// <inheritdoc/>
    public override void Pause(int durationMs) => _nowMs += durationMs;
}

/// <summary>
/// Cryptography that is no secret: a MAC of zeros, a block that encrypts to itself, so that pseudonyms differ. Notes
/// what the native one would have allocated.
/// </summary>
internal sealed class StubCrypto(ListedAllocations listed) : INativeCrypto
{
    /// <inheritdoc/>
    public void HmacSha256(byte[] key, byte[] message, int offset, int count, byte[] mac32)
    {
        if (offset != 0 || count != message.Length) listed.Add(Listed.HmacSource, NanoModel.Bytes(count));
        listed.Add(Listed.HmacResult, NanoModel.Bytes(WireSizes.Hash));
        Array.Clear(mac32, 0, WireSizes.Hash);
    }

    /// <inheritdoc/>
    public void AesEncryptBlock(byte[] key16, byte[] block16, byte[] out16)
    {
        listed.Add(Listed.AesResult, NanoModel.Bytes(WireSizes.Aes));
        Array.Copy(block16, out16, WireSizes.Aes);
    }
}

/// <summary>A chip that answers zeros and believes every signature.</summary>
internal sealed class StubChip : ISecureElement
{
    private byte _nonce;

    /// <inheritdoc/>
    public KeyHome Home => KeyHome.SecureElement;

    /// <inheritdoc/>
    public ChipStatus ReadPublicKey(byte[] key, int offset) => ChipStatus.Ok;

    /// <inheritdoc/>
    public ChipStatus IncrementBootCounter(out uint value)
    {
        value = 1;
        return ChipStatus.Ok;
    }

    /// <inheritdoc/>
    public ChipStatus ReadSerial(byte[] serial, int offset) => ChipStatus.Ok;

    /// <inheritdoc/>
    public ChipStatus Random(byte[] random, int offset)
    {
        random[offset] = _nonce++;
        return ChipStatus.Ok;
    }

    /// <inheritdoc/>
    public ChipStatus Sign(byte[] digest32, byte[] signature, int offset) => ChipStatus.Ok;

    /// <inheritdoc/>
    public ChipStatus Verify(byte[] key, int keyOffset, byte[] digest32, byte[] signature, int signatureOffset) =>
        ChipStatus.Ok;

    /// <inheritdoc/>
    public ChipStatus GenerateEphemeral(byte[] key, int offset) => ChipStatus.Ok;

    /// <inheritdoc/>
    public ChipStatus EphemeralEcdh(byte[] peerKey, int peerOffset, byte[] secret32) => ChipStatus.Ok;

    /// <inheritdoc/>
    public void Idle()
    {
    }

    /// <inheritdoc/>
    public void Sleep()
    {
    }
}

/// <summary>A bus without anything on it.</summary>
internal sealed class StubBus : II2cBus
{
    /// <inheritdoc/>
    public bool Write(byte address7, byte[] data, int count) => false;

    /// <inheritdoc/>
    public bool Read(byte address7, byte[] buffer, int count) => false;
}

/// <summary>Values that nobody reads again: the beacon boots once.</summary>
internal sealed class StubValues(ListedAllocations listed) : IKeyValueStore
{
    /// <inheritdoc/>
    public byte[]? Read(string name) => null;

    /// <inheritdoc/>
    public bool Write(string name, byte[] value)
    {
        listed.Cross(Listed.StoredValue, value, NanoModel.Bytes(value.Length), NetSize.OfBytes(value.Length));
        return true;
    }
}

/// <summary>A board that knows nothing of itself.</summary>
internal sealed class StubHealth : IBoardHealth, IBoardPower
{
    /// <inheritdoc/>
    public void Reboot() => throw new BenchException("The beacon asked for a reboot.");

    /// <inheritdoc/>
    public void Describe(StatusBody status)
    {
    }
}

/// <summary>Sizes on the heap of .NET, 64 bits.</summary>
internal static class NetSize
{
    /// <summary>Of an array of bytes.</summary>
    public static long OfBytes(int length) => (24 + length + 7) / 8 * 8;
}
