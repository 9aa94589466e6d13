namespace LumenLink.Beacon.Security
{
    /// <summary>What the board computes in native code.</summary>
    public interface INativeCrypto
    {
        /// <summary>HMAC-SHA-256.</summary>
        /// <param name="key">The whole array is the key.</param>
        /// <param name="message">Holds the message.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="count">Its length in bytes.</param>
        /// <param name="mac32">Gets 32 bytes from its start.</param>
        void HmacSha256(byte[] key, byte[] message, int offset, int count, byte[] mac32);

        /// <summary>AES-128 of one block, without chaining.</summary>
        /// <param name="key16">The key.</param>
        /// <param name="block16">What is encrypted.</param>
        /// <param name="out16">Gets 16 bytes; not the same array as <paramref name="block16"/>.</param>
        void AesEncryptBlock(byte[] key16, byte[] block16, byte[] out16);
    }
}
