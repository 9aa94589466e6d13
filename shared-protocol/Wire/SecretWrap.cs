using System;

namespace LumenLink.Protocol
{
    /// <summary>
    /// How secrets of an AttestationResult are encrypted (README section 3): data XOR AES-128(wrap key, block) for block 0, 1, …
    /// The index of the secret is part of the block, so that no two secrets of a result share key stream.
    /// </summary>
    public static partial class SecretWrap
    {
        /// <summary>Bytes of a block.</summary>
        public const int BlockSize = WireSizes.Aes;

        private const int IndexOffset = 1;
        private const int BlockNumberOffset = 12;

        /// <summary>Writes the AES input for one block of key stream: id u8 || index u8 || 10 zero bytes || block u32.</summary>
        public static void CounterBlock(byte[] buffer, int offset, SecretId id, int index, uint block)
        {
            Array.Clear(buffer, offset, BlockSize);
            buffer[offset] = (byte)id;
            buffer[offset + IndexOffset] = (byte)index;
            ByteWriter.U32(buffer, offset + BlockNumberOffset, block);
        }
    }
}
