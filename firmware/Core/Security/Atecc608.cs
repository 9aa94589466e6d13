using System;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// What a beacon wants of its ATECC608A/B: the identity key in slot 0, the boot counter, random numbers, ephemeral
    /// keys. Digests go through the message digest buffer, so that the ephemeral key in TempKey lives until
    /// <see cref="Sleep"/>. Allocates nothing after construction.
    /// </summary>
    public sealed class Atecc608 : ISecureElement
    {
        private const int SerialHeadSize = 4;
        private const int SerialTailInBlock = 8;
        private const int SerialTailSize = 5;

        private readonly Atecc608Link _link;
        private readonly Atecc608Keys _keys;
        private readonly Atecc608Device _device;
        private readonly byte[] _block = new byte[Atecc608Zones.BlockSize];
        private readonly Atecc608Zones _zones;

        /// <summary>A driver for the chip at address 0x60. Touches nothing yet.</summary>
        /// <param name="bus">The bus.</param>
        /// <param name="clock">For waits, and for the watchdog's budget.</param>
        public Atecc608(II2cBus bus, BoardClock clock)
            : this(new Atecc608Link(bus, clock))
        {
        }

        /// <summary>A driver on a link that others may use, too.</summary>
        /// <param name="link">The way to the chip.</param>
        public Atecc608(Atecc608Link link)
        {
            _link = link;
            _keys = new Atecc608Keys(link);
            _device = new Atecc608Device(link);
            _zones = new Atecc608Zones(link);
        }

        /// <inheritdoc/>
        public KeyHome Home
        {
            get { return KeyHome.SecureElement; }
        }

        /// <inheritdoc/>
        public ChipStatus ReadPublicKey(byte[] key, int offset)
        {
            return _keys.PublicKey(ChipConfiguration.IdentitySlot, key, offset);
        }

        /// <inheritdoc/>
        public ChipStatus IncrementBootCounter(out uint value)
        {
            return _device.IncrementCounter(ChipConfiguration.BootCounter, out value);
        }

        /// <inheritdoc/>
        public ChipStatus ReadSerial(byte[] serial, int offset)
        {
            ChipStatus status = _zones.ReadBlock(ChipZone.Configuration, 0, 0, _block, 0);
            if (status == ChipStatus.Ok)
            {
                Array.Copy(_block, 0, serial, offset, SerialHeadSize);
                Array.Copy(_block, SerialTailInBlock, serial, offset + SerialHeadSize, SerialTailSize);
            }

            return status;
        }

        /// <inheritdoc/>
        public ChipStatus Random(byte[] random, int offset)
        {
            return _keys.Random(random, offset);
        }

        /// <inheritdoc/>
        public ChipStatus Sign(byte[] digest32, byte[] signature, int offset)
        {
            return _keys.Sign(ChipConfiguration.IdentitySlot, digest32, signature, offset);
        }

        /// <inheritdoc/>
        public ChipStatus Verify(byte[] key, int keyOffset, byte[] digest32, byte[] signature, int signatureOffset)
        {
            return _keys.Verify(key, keyOffset, digest32, signature, signatureOffset);
        }

        /// <inheritdoc/>
        public ChipStatus GenerateEphemeral(byte[] key, int offset)
        {
            return _keys.GeneratePrivate(Atecc608Keys.TempKey, key, offset);
        }

        /// <inheritdoc/>
        public ChipStatus EphemeralEcdh(byte[] peerKey, int peerOffset, byte[] secret32)
        {
            return _keys.Ecdh(Atecc608Keys.TempKey, peerKey, peerOffset, secret32);
        }

        /// <inheritdoc/>
        public void Idle()
        {
            _link.Idle();
        }

        /// <inheritdoc/>
        public void Sleep()
        {
            _link.Sleep();
        }
    }
}
