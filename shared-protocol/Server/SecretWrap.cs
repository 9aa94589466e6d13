using System;
using System.Security.Cryptography;

namespace LumenLink.Protocol
{
    public static partial class SecretWrap
    {
        /// <summary>Encrypts or decrypts one secret in place with .NET's AES.</summary>
        /// <param name="wrapKey">16-byte wrap key of the session.</param>
        /// <param name="id">What the secret is.</param>
        /// <param name="index">Its place in the AttestationResult, from 0.</param>
        /// <param name="data">The secret, at most 32 bytes.</param>
        public static void Apply(ReadOnlySpan<byte> wrapKey, SecretId id, int index, Span<byte> data)
        {
            using Aes aes = Aes.Create();
            aes.SetKey(wrapKey);
            byte[] counter = new byte[BlockSize];
            Span<byte> stream = stackalloc byte[BlockSize];
            for (int at = 0; at < data.Length; at += BlockSize)
            {
                CounterBlock(counter, 0, id, index, (uint)(at / BlockSize));
                aes.EncryptEcb(counter, stream, PaddingMode.None);
                for (int i = 0; i < BlockSize && at + i < data.Length; i++)
                {
                    data[at + i] ^= stream[i];
                }
            }

            CryptographicOperations.ZeroMemory(stream);
        }
    }
}
