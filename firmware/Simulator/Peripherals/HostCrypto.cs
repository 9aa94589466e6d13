using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace LumenLink.Simulator;

/// <summary>
/// The native cryptography of the board: HMAC-SHA-256, AES-128 in ECB and CBC without padding, CRC-32.
/// </summary>
internal static class HostCrypto
{
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(index => CrcOf((uint)index))];

    public static byte[] HmacSha256(byte[] key, byte[] source) => HMACSHA256.HashData(key, source);

    [SuppressMessage("Security", "CA5358", Justification = "The board offers ECB; EIDs are defined on it.")]
    public static byte[] AesEcb(byte[] key, byte[] data, bool encrypt)
    {
        using Aes aes = Create(key);
        return encrypt ? aes.EncryptEcb(data, PaddingMode.None) : aes.DecryptEcb(data, PaddingMode.None);
    }

    public static byte[] AesCbc(byte[] key, byte[] iv, byte[] data, bool encrypt)
    {
        using Aes aes = Create(key);
        return encrypt ? aes.EncryptCbc(data, iv, PaddingMode.None) : aes.DecryptCbc(data, iv, PaddingMode.None);
    }

    /// <summary>Takes bytes into a CRC-32 (IEEE) register; begins and ends with all bits inverted.</summary>
    public static uint Crc32(uint register, byte[] data)
    {
        foreach (byte one in data) register = CrcTable[(byte)(register ^ one)] ^ (register >> 8);
        return register;
    }

    private static Aes Create(byte[] key)
    {
        Aes aes = Aes.Create();
        aes.Key = key;
        return aes;
    }

    private static uint CrcOf(uint value)
    {
        for (int bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
        return value;
    }
}
