using System.Security.Cryptography;

namespace LumenLink.Simulator.Atecc608;

/// <summary>The chip's SRAM: kept in idle, lost in sleep and with power.</summary>
internal sealed class VolatileMemory
{
    internal const int WordSize = 32;

    internal TempKey TempKey { get; } = new();

    /// <summary>The message digest buffer; null when it holds nothing.</summary>
    internal byte[]? MessageDigest { get; set; }

    internal byte[]? AlternateKey { get; set; }

    /// <summary>The running SHA-256 or HMAC; null when none runs.</summary>
    internal IncrementalHash? Hash { get; private set; }

    /// <summary>A random number was drawn with a seed update since the chip woke from sleep.</summary>
    internal bool FreshRandom { get; set; }

    /// <summary>The volatile key permission latch, which opens keys with PersistentDisable.</summary>
    internal bool KeyPermission { get; set; }

    internal void StartHash(IncrementalHash hash)
    {
        StopHash();
        Hash = hash;
    }

    internal void StopHash()
    {
        Hash?.Dispose();
        Hash = null;
    }

    internal void Clear()
    {
        TempKey.Invalidate();
        MessageDigest = null;
        AlternateKey = null;
        StopHash();
        FreshRandom = false;
        KeyPermission = false;
    }
}

/// <summary>TempKey and the flags that say where its content came from.</summary>
internal sealed class TempKey
{
    private byte[] value = [];

    internal bool IsValid => value.Length > 0;

    /// <summary>32 or 64 bytes; empty when invalid.</summary>
    internal ReadOnlySpan<byte> Value => value;

    internal int KeyId { get; private set; }

    /// <summary>False: a random nonce. True: a value from the host or computed from one.</summary>
    internal bool FixedSource { get; private set; }

    internal bool IsGenKeyDigest { get; private set; }

    /// <summary>It holds an ephemeral P-256 private key, usable by ECDH alone.</summary>
    internal bool IsPrivateKey { get; private set; }

    /// <summary>
    /// b0-3 key id, b4 source, b5 GenDig, b6 GenKey, b7 NoMac, as Sign(Internal) and Info(State) give it.
    /// </summary>
    internal byte Flags => (byte)(KeyId | (FixedSource ? 0x10 : 0) | (IsGenKeyDigest ? 0x40 : 0));

    /// <summary>Usable as 32 or 64 bytes of data: valid and not a private key.</summary>
    internal bool IsData => IsValid && !IsPrivateKey;

    internal void Load(ReadOnlySpan<byte> data, bool fixedSource)
    {
        Invalidate();
        value = data.ToArray();
        FixedSource = fixedSource;
    }

    /// <summary>Puts 32 bytes after the first 32; false when it holds no data to put them after.</summary>
    internal bool TryLoadUpper(ReadOnlySpan<byte> upper)
    {
        if (!IsData) return false;
        Load([.. value.AsSpan(0, VolatileMemory.WordSize), .. upper], fixedSource: true);
        return true;
    }

    internal void LoadGenKeyDigest(ReadOnlySpan<byte> digest, int keyId)
    {
        bool source = FixedSource;
        Load(digest, source);
        KeyId = keyId & 0x0F;
        IsGenKeyDigest = true;
    }

    internal void LoadPrivateKey(ReadOnlySpan<byte> scalar)
    {
        Load(scalar, fixedSource: false);
        IsPrivateKey = true;
    }

    internal void Invalidate()
    {
        CryptographicOperations.ZeroMemory(value);
        value = [];
        KeyId = 0;
        FixedSource = false;
        IsGenKeyDigest = false;
        IsPrivateKey = false;
    }
}
