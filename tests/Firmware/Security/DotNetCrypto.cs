using System.Security.Cryptography;
using LumenLink.Beacon.Security;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>The board's native cryptography, by .NET.</summary>
internal sealed class DotNetCrypto : INativeCrypto
{
    public void HmacSha256(byte[] key, byte[] message, int offset, int count, byte[] mac32) =>
        HMACSHA256.HashData(key, message.AsSpan(offset, count), mac32);

    public void AesEncryptBlock(byte[] key16, byte[] block16, byte[] out16)
    {
        using Aes aes = Aes.Create();
        aes.Key = key16;
        aes.EncryptEcb(block16, out16, PaddingMode.None);
    }
}
