using System;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// The nonces of one signature after RFC 6979, section 3.2: from the private key and the hash, by HMAC-SHA-256. For
    /// one thread at a time.
    /// </summary>
    internal sealed class DeterministicNonce
    {
        private const int Size = 32;

        private readonly INativeCrypto _crypto;
        private readonly byte[] _k = new byte[Size];
        private readonly byte[] _v = new byte[Size];
        private readonly byte[] _mac = new byte[Size];
        private readonly byte[] _seed = new byte[Size + 1 + Size + Size];
        private readonly byte[] _step = new byte[Size + 1];
        private bool _isFirst;

        internal DeterministicNonce(INativeCrypto crypto)
        {
            _crypto = crypto;
        }

        /// <summary>Begins.</summary>
        /// <param name="privateKey">32 bytes.</param>
        /// <param name="hash">The hash modulo n, 32 bytes.</param>
        internal void Start(byte[] privateKey, byte[] hash)
        {
            for (int i = 0; i < Size; i++)
            {
                _k[i] = 0;
                _v[i] = 1;
            }

            Array.Copy(privateKey, 0, _seed, Size + 1, Size);
            Array.Copy(hash, 0, _seed, Size + 1 + Size, Size);
            Stir(_seed, 0);
            Stir(_seed, 1);
            _isFirst = true;
        }

        /// <summary>The next candidate; the caller takes it if it is 1 to n - 1 and gives a signature.</summary>
        internal void Next(byte[] candidate32)
        {
            if (!_isFirst)
            {
                Stir(_step, 0);
            }

            _isFirst = false;
            Turn();
            Array.Copy(_v, 0, candidate32, 0, Size);
        }

        /// <summary>Forgets everything.</summary>
        internal void Clear()
        {
            Array.Clear(_k, 0, Size);
            Array.Clear(_v, 0, Size);
            Array.Clear(_mac, 0, Size);
            Array.Clear(_seed, 0, _seed.Length);
            Array.Clear(_step, 0, _step.Length);
        }

        /// <summary>K = HMAC(K, V || separator || the rest of the message); V = HMAC(K, V).</summary>
        private void Stir(byte[] message, byte separator)
        {
            Array.Copy(_v, 0, message, 0, Size);
            message[Size] = separator;
            _crypto.HmacSha256(_k, message, 0, message.Length, _mac);
            Array.Copy(_mac, 0, _k, 0, Size);
            Turn();
        }

        private void Turn()
        {
            _crypto.HmacSha256(_k, _v, 0, Size, _mac);
            Array.Copy(_mac, 0, _v, 0, Size);
        }
    }
}
