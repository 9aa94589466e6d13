namespace LumenLink.Protocol
{
    /// <summary>
    /// The keyed fingerprint of an advertisement's payload (README section 4): AES-128-CBC under the key of the day
    /// over 0x03 || length u8 || payload || zeros to whole blocks; the first 4 bytes of the last block. Who calls
    /// computes AES, block after block.
    /// </summary>
    public static class PayloadFingerprint
    {
        /// <summary>Bytes of the AES input and output.</summary>
        public const int BlockSize = WireSizes.Aes;

        /// <summary>Bytes of a payload at most.</summary>
        public const int MaxPayload = byte.MaxValue;

        // No radio has this number, so no block of a pseudonym begins like this one.
        private const byte Prefix = 3;
        private const int Overhead = 2;

        /// <summary>Blocks that a payload of so many bytes takes.</summary>
        public static int BlockCount(int length)
        {
            return (Overhead + length + BlockSize - 1) / BlockSize;
        }

        /// <summary>Makes the 16 bytes that AES encrypts out of the output of the block before, in place.</summary>
        /// <param name="block">The output of AES for the block before; zeros before the first.</param>
        /// <param name="index">Number of the block, from 0.</param>
        /// <param name="payload">Holds the payload.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="length">Its bytes, at most <see cref="MaxPayload"/>.</param>
        public static void Mix(byte[] block, int index, byte[] payload, int offset, int length)
        {
            int at = (index * BlockSize) - Overhead;
            for (int i = 0; i < BlockSize; i++, at++)
            {
                int value = at == -Overhead ? Prefix : at == -1 ? length : at < length ? payload[offset + at] : 0;
                block[i] = (byte)(block[i] ^ value);
            }
        }

        /// <summary>Takes the fingerprint from AES' output for the last block.</summary>
        public static uint Take(byte[] output)
        {
            return ((uint)output[0] << 24) | ((uint)output[1] << 16) | ((uint)output[2] << 8) | output[3];
        }
    }
}
