using System;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// In the place of a secure element where a board has none: the identity key lies on flash and can be copied by
    /// whoever holds the board, and the curve is computed in managed code. The board makes the key in its first boot
    /// and uses it only once it is durable. Allocates nothing after construction but what the flash hands over.
    /// </summary>
    public sealed class SoftwareKey : ISecureElement
    {
        private const int KeySize = 32;
        private const int PublicSize = 64;

        private readonly P256 _curve;
        private readonly EntropyPool _pool;
        private readonly SoftwareKeyStore _store;
        private readonly BoardClock _clock;
        private readonly IRadioNoise _noise;
        private readonly byte[] _key = new byte[KeySize];
        private readonly byte[] _public = new byte[PublicSize];
        private readonly byte[] _ephemeral = new byte[KeySize];
        private readonly byte[] _drawn = new byte[KeySize];
        private bool _isLoaded;
        private bool _hasEphemeral;

        /// <summary>A key that is not loaded yet.</summary>
        /// <param name="crypto">HMAC.</param>
        /// <param name="values">Where key and boot counter lie: nothing else erases or replaces what is there.</param>
        /// <param name="hardware">The hardware's random generator.</param>
        /// <param name="noise">Needed while the key is made.</param>
        /// <param name="clock">Time.</param>
        /// <param name="boardAddress">What no other board has; at least one byte.</param>
        public SoftwareKey(
            INativeCrypto crypto,
            IKeyValueStore values,
            Random hardware,
            IRadioNoise noise,
            BoardClock clock,
            byte[] boardAddress)
        {
            _curve = new P256(crypto);
            _pool = new EntropyPool(crypto, hardware, clock, boardAddress);
            _store = new SoftwareKeyStore(values);
            _clock = clock;
            _noise = noise;
        }

        /// <inheritdoc/>
        public KeyHome Home
        {
            get { return KeyHome.SoftwareKey; }
        }

        /// <summary>The public half of the identity key, which is made if there is none.</summary>
        /// <inheritdoc/>
        public ChipStatus ReadPublicKey(byte[] key, int offset)
        {
            ChipStatus status = Load();
            if (status == ChipStatus.Ok)
            {
                Array.Copy(_public, 0, key, offset, PublicSize);
            }

            return status;
        }

        /// <inheritdoc/>
        public ChipStatus IncrementBootCounter(out uint value)
        {
            value = 0;
            ChipStatus status = Load();
            if (status != ChipStatus.Ok)
            {
                return status;
            }

            if (!_store.ReadBoot(out uint boot))
            {
                return ChipStatus.KeyDamaged;
            }

            if (!WireLimits.IsBoot(boot + 1))
            {
                return ChipStatus.ExecutionError;
            }

            if (!_store.WriteBoot(boot + 1))
            {
                return ChipStatus.StorageFailed;
            }

            value = boot + 1;
            return ChipStatus.Ok;
        }

        /// <summary>There is no serial number.</summary>
        /// <inheritdoc/>
        public ChipStatus ReadSerial(byte[] serial, int offset)
        {
            return ChipStatus.ExecutionError;
        }

        /// <inheritdoc/>
        public ChipStatus Random(byte[] random, int offset)
        {
            if (!_pool.Draw(_drawn))
            {
                return ChipStatus.HealthTestError;
            }

            Array.Copy(_drawn, 0, random, offset, KeySize);
            return ChipStatus.Ok;
        }

        /// <inheritdoc/>
        public ChipStatus Sign(byte[] digest32, byte[] signature, int offset)
        {
            ChipStatus status = Load();
            if (status == ChipStatus.Ok && !_curve.Sign(_key, digest32, signature, offset))
            {
                status = ChipStatus.EccFault;
            }

            return status;
        }

        /// <inheritdoc/>
        public ChipStatus Verify(byte[] key, int keyOffset, byte[] digest32, byte[] signature, int signatureOffset)
        {
            return _curve.Verify(key, keyOffset, digest32, signature, signatureOffset);
        }

        /// <inheritdoc/>
        public ChipStatus GenerateEphemeral(byte[] key, int offset)
        {
            _hasEphemeral = DrawPrivateKey(_ephemeral);
            if (!_hasEphemeral)
            {
                return ChipStatus.HealthTestError;
            }

            _curve.PublicKey(_ephemeral, key, offset);
            return ChipStatus.Ok;
        }

        /// <inheritdoc/>
        public ChipStatus EphemeralEcdh(byte[] peerKey, int peerOffset, byte[] secret32)
        {
            if (!_hasEphemeral)
            {
                return ChipStatus.ExecutionError;
            }

            return _curve.Agree(_ephemeral, peerKey, peerOffset, secret32) ? ChipStatus.Ok : ChipStatus.EccFault;
        }

        /// <inheritdoc/>
        public void Idle()
        {
        }

        /// <inheritdoc/>
        public void Sleep()
        {
            _hasEphemeral = false;
            Array.Clear(_ephemeral, 0, KeySize);
        }

        private ChipStatus Load()
        {
            if (_isLoaded)
            {
                return ChipStatus.Ok;
            }

            if (!_store.HasKey)
            {
                ChipStatus status = Make();
                if (status != ChipStatus.Ok)
                {
                    return status;
                }
            }

            // What is used is what can be read back.
            if (!_store.ReadKey(_key) || !_curve.IsPrivateKey(_key))
            {
                return ChipStatus.KeyDamaged;
            }

            _curve.PublicKey(_key, _public, 0);
            _isLoaded = true;
            return ChipStatus.Ok;
        }

        private ChipStatus Make()
        {
            if (!_noise.Start())
            {
                return ChipStatus.HealthTestError;
            }

            bool isDrawn = true;
            for (int i = 0; i < DeviceLimits.NoiseDraws && isDrawn; i++)
            {
                _clock.Pause(DeviceLimits.NoisePauseMs);
                isDrawn = DrawPrivateKey(_key);
            }

            _noise.Stop();
            if (!isDrawn)
            {
                return ChipStatus.HealthTestError;
            }

            return _store.WriteKey(_key) ? ChipStatus.Ok : ChipStatus.StorageFailed;
        }

        private bool DrawPrivateKey(byte[] key32)
        {
            // One in 2^32 draws is no key.
            return (_pool.Draw(key32) && _curve.IsPrivateKey(key32))
                || (_pool.Draw(key32) && _curve.IsPrivateKey(key32));
        }
    }
}
