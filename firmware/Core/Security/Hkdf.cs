using System;

namespace LumenLink.Beacon.Security
{
    /// <summary>HKDF with SHA-256 (RFC 5869). Reused; allocates nothing of its own per use. For one thread at a
    /// time.</summary>
    public sealed class Hkdf
    {
        /// <summary>The most bytes of info.</summary>
        public const int MaxInfoSize = 64;

        private const int HashSize = Sha256.Size;

        private readonly INativeCrypto _crypto;
        private readonly byte[] _extracted = new byte[HashSize];
        private readonly byte[] _block = new byte[HashSize];
        private readonly byte[] _message = new byte[HashSize + MaxInfoSize + 1];

        /// <summary>HKDF over the board's HMAC.</summary>
        public Hkdf(INativeCrypto crypto)
        {
            _crypto = crypto;
        }

        /// <summary>Extracts and expands.</summary>
        /// <param name="salt">The whole array is the salt.</param>
        /// <param name="secret">The whole array is the input keying material.</param>
        /// <param name="info">Holds the info.</param>
        /// <param name="infoCount">Its length, at most <see cref="MaxInfoSize"/>.</param>
        /// <param name="output">Filled to its end; at most 255 x 32 bytes.</param>
        public void Derive(byte[] salt, byte[] secret, byte[] info, int infoCount, byte[] output)
        {
            _crypto.HmacSha256(salt, secret, 0, secret.Length, _extracted);
            int previous = 0;
            byte number = 1;
            for (int at = 0; at < output.Length; at += HashSize)
            {
                Array.Copy(_block, 0, _message, 0, previous);
                Array.Copy(info, 0, _message, previous, infoCount);
                _message[previous + infoCount] = number++;
                _crypto.HmacSha256(_extracted, _message, 0, previous + infoCount + 1, _block);
                int room = output.Length - at;
                Array.Copy(_block, 0, output, at, room < HashSize ? room : HashSize);
                previous = HashSize;
            }

            Array.Clear(_extracted, 0, HashSize);
            Array.Clear(_block, 0, HashSize);
            Array.Clear(_message, 0, _message.Length);
        }
    }
}
