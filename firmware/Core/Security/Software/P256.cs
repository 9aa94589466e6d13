using System;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// ECDSA (FIPS 186-5) and ECDH (SP 800-56A, section 5.7.1.2) with P-256, in managed code. Keys are X || Y and
    /// signatures R || S, 64 bytes, big-endian. Allocates nothing after construction. For one thread at a time.
    /// </summary>
    public sealed class P256
    {
        private const int Size = P256Modulus.Size;
        private const int MaxNonces = 8;

        private readonly P256Order _order = new P256Order();
        private readonly P256Field _field = new P256Field();
        private readonly P256Curve _curve;
        private readonly DeterministicNonce _nonce;
        private readonly int[] _a = new int[P256Modulus.Limbs];
        private readonly int[] _r = new int[P256Modulus.Limbs];
        private readonly int[] _s = new int[P256Modulus.Limbs];
        private readonly int[] _z = new int[P256Modulus.Limbs];
        private readonly byte[] _k = new byte[Size];
        private readonly byte[] _u = new byte[Size];

        /// <summary>The curve with its tables.</summary>
        /// <param name="crypto">HMAC, for nonces.</param>
        public P256(INativeCrypto crypto)
        {
            _curve = new P256Curve(_field);
            _nonce = new DeterministicNonce(crypto);
        }

        /// <summary>True if 32 bytes are a private key: 1 to n - 1.</summary>
        public bool IsPrivateKey(byte[] bytes)
        {
            bool isBelow = _order.FromBytes(bytes, 0, _a);
            return isBelow && !_order.IsZero(_a);
        }

        /// <summary>The public half of a private key.</summary>
        /// <param name="privateKey">1 to n - 1, 32 bytes.</param>
        /// <param name="key">Gets 64 bytes.</param>
        /// <param name="offset">Where they go.</param>
        public void PublicKey(byte[] privateKey, byte[] key, int offset)
        {
            _curve.MultiplyBase(privateKey);
            _curve.Write(key, offset, key, offset + Size);
            _curve.Clear();
        }

        /// <summary>Signs with the nonce of RFC 6979, so that no signature depends on a random generator.</summary>
        /// <param name="privateKey">1 to n - 1, 32 bytes.</param>
        /// <param name="digest32">SHA-256 of the message.</param>
        /// <param name="signature">Gets 64 bytes.</param>
        /// <param name="offset">Where they go.</param>
        /// <returns>False if no nonce would do, which only a broken HMAC brings about.</returns>
        public bool Sign(byte[] privateKey, byte[] digest32, byte[] signature, int offset)
        {
            _order.FromBytes(digest32, 0, _z);
            _order.Freeze(_z, _z);
            P256Modulus.ToBytes(_z, _u, 0);
            _nonce.Start(privateKey, _u);
            bool isSigned = false;
            for (int i = 0; i < MaxNonces && !isSigned; i++)
            {
                _nonce.Next(_k);
                isSigned = IsPrivateKey(_k) && TrySign(privateKey, signature, offset);
            }

            _nonce.Clear();
            _curve.Clear();
            Array.Clear(_k, 0, Size);
            Array.Clear(_a, 0, _a.Length);
            Array.Clear(_s, 0, _s.Length);
            return isSigned;
        }

        /// <summary>Checks a signature.</summary>
        /// <param name="key">Holds the public key.</param>
        /// <param name="keyOffset">Where it starts.</param>
        /// <param name="digest32">SHA-256 of the message.</param>
        /// <param name="signature">Holds the signature.</param>
        /// <param name="offset">Where it starts.</param>
        /// <returns>Ok; <see cref="ChipStatus.Miscompare"/> if it is wrong, <see cref="ChipStatus.EccFault"/> if the
        /// key is no point of the curve.</returns>
        public ChipStatus Verify(byte[] key, int keyOffset, byte[] digest32, byte[] signature, int offset)
        {
            if (!_curve.TakePeer(key, keyOffset))
            {
                return ChipStatus.EccFault;
            }

            bool isR = _order.FromBytes(signature, offset, _r) && !_order.IsZero(_r);
            bool isS = _order.FromBytes(signature, offset + Size, _s) && !_order.IsZero(_s);
            if (!isR || !isS)
            {
                return ChipStatus.Miscompare;
            }

            _order.Enter(_s, _s);
            _order.Invert(_s, _s);
            _order.FromBytes(digest32, 0, _z);
            _order.Multiply(_z, _s, _z);
            _order.Freeze(_z, _z);
            P256Modulus.ToBytes(_z, _u, 0);
            _order.Multiply(_r, _s, _s);
            _order.Freeze(_s, _s);
            P256Modulus.ToBytes(_s, _k, 0);
            _curve.MultiplyBoth(_u, _k);
            return _curve.Write(_u, 0, null, 0) && IsSameScalar(_u) ? ChipStatus.Ok : ChipStatus.Miscompare;
        }

        /// <summary>The x coordinate that a private key shares with another's public key.</summary>
        /// <param name="privateKey">1 to n - 1, 32 bytes.</param>
        /// <param name="peerKey">Holds the other's public key.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="secret32">Gets 32 bytes.</param>
        /// <returns>False if the key is no point of the curve.</returns>
        public bool Agree(byte[] privateKey, byte[] peerKey, int offset, byte[] secret32)
        {
            if (!_curve.TakePeer(peerKey, offset))
            {
                return false;
            }

            _curve.MultiplyPeer(privateKey);
            bool isShared = _curve.Write(secret32, 0, null, 0);
            _curve.Clear();
            return isShared;
        }

        /// <summary>r = x(kG), s = (z + r d) / k, with the hash in <c>_z</c> and the nonce in <c>_k</c>.</summary>
        private bool TrySign(byte[] privateKey, byte[] signature, int offset)
        {
            _curve.MultiplyBase(_k);
            _curve.Write(_u, 0, null, 0);
            _order.FromBytes(_u, 0, _r);
            _order.Freeze(_r, _r);
            P256Modulus.ToBytes(_r, signature, offset);
            _order.FromBytes(privateKey, 0, _a);
            _order.Enter(_a, _a);
            _order.Multiply(_r, _a, _a);
            for (int i = 0; i < P256Modulus.Limbs; i++)
            {
                _a[i] += _z[i];
            }

            _order.FromBytes(_k, 0, _s);
            _order.Enter(_s, _s);
            _order.Invert(_s, _s);
            _order.Multiply(_s, _a, _s);
            _order.Freeze(_s, _s);
            P256Modulus.ToBytes(_s, signature, offset + Size);
            return !_order.IsZero(_r) && !_order.IsZero(_s);
        }

        /// <summary>True if x modulo n is r.</summary>
        private bool IsSameScalar(byte[] x)
        {
            _order.FromBytes(x, 0, _a);
            _order.Freeze(_a, _a);
            for (int i = 0; i < P256Modulus.Limbs; i++)
            {
                if (_a[i] != _r[i])
                {
                    return false;
                }
            }

            return true;
        }
    }
}
