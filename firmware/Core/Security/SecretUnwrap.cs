using System;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>Decrypts the secrets of an AttestationResult under its wrap key, in place.</summary>
    internal sealed class SecretUnwrap
    {
        private readonly INativeCrypto _crypto;
        private readonly byte[] _key = new byte[WireSizes.Aes];
        private readonly byte[] _counter = new byte[SecretWrap.BlockSize];
        private readonly byte[] _stream = new byte[SecretWrap.BlockSize];

        internal SecretUnwrap(INativeCrypto crypto)
        {
            _crypto = crypto;
        }

        /// <summary>Decrypts all secrets, hands them to the store and forgets them.</summary>
        internal void Into(SecretStore store, AttestationResultFrame result, byte[] sessionKeys)
        {
            Array.Copy(sessionKeys, SessionKeyLayout.WrapKeyOffset, _key, 0, _key.Length);
            for (int index = 0; index < result.SecretCount; index++)
            {
                WrappedSecret secret = result.Secrets[index];
                Decrypt(secret, index);
                store.Take(secret.Id, secret.Data);
                Array.Clear(secret.Data, 0, secret.Data.Length);
            }

            Array.Clear(_key, 0, _key.Length);
            Array.Clear(_stream, 0, _stream.Length);
        }

        private void Decrypt(WrappedSecret secret, int index)
        {
            for (int at = 0; at < secret.Length; at++)
            {
                int inBlock = at % SecretWrap.BlockSize;
                if (inBlock == 0)
                {
                    SecretWrap.CounterBlock(_counter, 0, secret.Id, index, (uint)(at / SecretWrap.BlockSize));
                    _crypto.AesEncryptBlock(_key, _counter, _stream);
                }

                secret.Data[at] ^= _stream[inBlock];
            }
        }
    }
}
