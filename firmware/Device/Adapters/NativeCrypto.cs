using System;
using System.Security.Cryptography;
using LumenLink.Beacon.Security;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>
    /// HMAC and AES of the firmware image. Its interface takes and gives whole arrays, which costs copies.
    /// </summary>
    public sealed class NativeCrypto : INativeCrypto
    {
        private readonly Aes _aes = new Aes(CipherMode.ECB);

        /// <inheritdoc/>
        public void HmacSha256(byte[] key, byte[] message, int offset, int count, byte[] mac32)
        {
            byte[] source = message;
            if (offset != 0 || count != message.Length)
            {
                source = new byte[count];
                Array.Copy(message, offset, source, 0, count);
            }

            byte[] mac = HMACSHA256.HashData(key, source);
            Array.Copy(mac, 0, mac32, 0, mac.Length);
        }

        /// <inheritdoc/>
        public void AesEncryptBlock(byte[] key16, byte[] block16, byte[] out16)
        {
            _aes.Key = key16;
            byte[] encrypted = _aes.Encrypt(block16);
            Array.Copy(encrypted, 0, out16, 0, out16.Length);
        }
    }
}
