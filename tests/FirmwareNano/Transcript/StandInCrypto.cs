using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// Stands where the board has native code, on hosts that have none. HMAC is as RFC 2104 has it; what stands for AES
    /// mixes every byte of its input into every byte of its output, and is no cryptography.
    /// </summary>
    internal sealed class StandInCrypto : INativeCrypto
    {
        private const int Block = 64;
        private const byte Inner = 0x36;
        private const byte Outer = 0x5C;

        private readonly Sha256 sha = new Sha256();
        private readonly byte[] pad = new byte[Block];
        private readonly byte[] hash = new byte[Sha256.Size];

        /// <inheritdoc/>
        public void HmacSha256(byte[] key, byte[] message, int offset, int count, byte[] mac32)
        {
            Begin(key, Inner);
            sha.Update(message, offset, count);
            sha.Finish(hash, 0);
            Begin(key, Outer);
            sha.Update(hash, 0, hash.Length);
            sha.Finish(mac32, 0);
        }

        /// <inheritdoc/>
        public void AesEncryptBlock(byte[] key16, byte[] block16, byte[] out16)
        {
            sha.Update(key16, 0, WireSizes.Aes);
            sha.Update(block16, 0, WireSizes.Aes);
            sha.Finish(hash, 0);
            for (int i = 0; i < WireSizes.Aes; i++)
            {
                out16[i] = hash[i];
            }
        }

        private void Begin(byte[] key, byte mask)
        {
            for (int i = 0; i < Block; i++)
            {
                pad[i] = (byte)((i < key.Length ? key[i] : 0) ^ mask);
            }

            sha.Update(pad, 0, Block);
        }
    }
}
