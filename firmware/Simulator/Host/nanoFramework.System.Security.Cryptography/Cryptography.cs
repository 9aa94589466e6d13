using LumenLink.Simulator;

namespace System.Security.Cryptography;

/// <summary>How blocks are chained; only CBC and ECB work.</summary>
public enum CipherMode
{
    None = 0,
    CBC = 1,
    ECB = 2,
}

/// <summary>AES with keys of 128 bits, whole blocks only.</summary>
public class Aes
{
    private const int BlockBytes = 16;
    private byte[] _key = new byte[BlockBytes];
    private byte[] _iv = new byte[BlockBytes];
    private bool _hasKey;

    public Aes(CipherMode mode)
    {
        if (mode is not (CipherMode.CBC or CipherMode.ECB)) throw new NotSupportedException();
        Mode = mode;
    }

    public CipherMode Mode { get; set; }

    public byte[] Key
    {
        get => _key;
        set
        {
            _key = Block(value);
            _hasKey = true;
        }
    }

    public byte[] IV
    {
        get => _iv;
        set => _iv = Block(value);
    }

    public void GenerateIV() => Strand.HostCall().Run.Random.Fill(_iv);

    public byte[] Encrypt(byte[] data) => Run(data, encrypt: true);

    public byte[] Decrypt(byte[] data) => Run(data, encrypt: false);

    private static byte[] Block(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return bytes.Length == BlockBytes ? bytes : throw new ArgumentException();
    }

    private byte[] Run(byte[] data, bool encrypt)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (!_hasKey) throw new InvalidOperationException();
        if (data.Length == 0 || data.Length % BlockBytes != 0) throw new ArgumentException();
        return Mode == CipherMode.ECB
            ? HostCrypto.AesEcb(_key, data, encrypt)
            : HostCrypto.AesCbc(_key, _iv, data, encrypt);
    }
}

/// <summary>HMAC with SHA-256, in one call.</summary>
public class HMACSHA256 : IDisposable
{
    private HMACSHA256()
    {
    }

    public static byte[] HashData(byte[] key, byte[] source)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(source);
        return HostCrypto.HmacSha256(key, source);
    }

    public void Dispose()
    {
    }
}
