using System;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// ATECC608A/B driver. Every operation wakes the chip and leaves it idle, so that its watchdog never runs between
    /// two operations and the ephemeral key in TempKey lives until <see cref="Sleep"/>. Digests go through the message
    /// digest buffer for the same reason. Allocates nothing after construction.
    /// </summary>
    public sealed class Atecc608 : ISecureElement
    {
        private const int KeySize = 64;
        private const int SignatureSize = 64;
        private const int BlockSize = 32;
        private const int CounterSize = 4;

        private const ushort IdentitySlot = 0;
        private const ushort BootCounter = 0;
        private const ushort TempKeySlot = 0xFFFF;
        private const ushort ConfigBlock0 = 0;
        private const ushort KeyTypeP256 = 0x0004;

        private const byte ReadConfigBlock = 0x80;
        private const byte RandomUpdateSeed = 0x00;
        private const byte CounterIncrement = 0x01;
        private const byte GenKeyPublic = 0x00;
        private const byte GenKeyPrivate = 0x04;
        private const byte NonceToDigestBuffer = 0x43;
        private const byte SignExternalFromDigestBuffer = 0xA0;
        private const byte VerifyExternalFromDigestBuffer = 0x22;
        private const byte EcdhTempKeyToOutput = 0x0D;

        private const int SerialHeadSize = 4;
        private const int SerialTailInBlock = 8;
        private const int SerialTailSize = 5;

        private readonly Atecc608Transport _transport;
        private readonly Atecc608Packet _packet = new Atecc608Packet();

        /// <summary>A driver for the chip at address 0x60. Touches nothing yet.</summary>
        /// <param name="bus">The bus.</param>
        /// <param name="clock">For waits, and for the watchdog's budget.</param>
        public Atecc608(II2cBus bus, BoardClock clock)
        {
            _transport = new Atecc608Transport(bus, clock);
        }

        /// <inheritdoc/>
        public ChipStatus ReadPublicKey(byte[] key, int offset)
        {
            _packet.Start(Atecc608Opcode.GenKey, GenKeyPublic, IdentitySlot).Finish();
            return Rest(Fetch(key, offset, KeySize));
        }

        /// <inheritdoc/>
        public ChipStatus IncrementBootCounter(out uint value)
        {
            _packet.Start(Atecc608Opcode.Counter, CounterIncrement, BootCounter).Finish();
            ChipStatus status = _transport.Execute(_packet, CounterSize);
            value = 0;
            if (status == ChipStatus.Ok)
            {
                value = ByteReader.U32(_transport.Response, Atecc608Packet.ResponseDataOffset);
            }

            return Rest(status);
        }

        /// <inheritdoc/>
        public ChipStatus ReadSerial(byte[] serial, int offset)
        {
            _packet.Start(Atecc608Opcode.Read, ReadConfigBlock, ConfigBlock0).Finish();
            ChipStatus status = _transport.Execute(_packet, BlockSize);
            if (status == ChipStatus.Ok)
            {
                byte[] response = _transport.Response;
                int block = Atecc608Packet.ResponseDataOffset;
                Array.Copy(response, block, serial, offset, SerialHeadSize);
                Array.Copy(response, block + SerialTailInBlock, serial, offset + SerialHeadSize, SerialTailSize);
            }

            return Rest(status);
        }

        /// <inheritdoc/>
        public ChipStatus Random(byte[] random, int offset)
        {
            _packet.Start(Atecc608Opcode.Random, RandomUpdateSeed, 0).Finish();
            return Rest(Fetch(random, offset, BlockSize));
        }

        /// <inheritdoc/>
        public ChipStatus Sign(byte[] digest32, byte[] signature, int offset)
        {
            ChipStatus status = ChipStatus.ExecutionError;
            for (int i = 0; i < Atecc608Timing.MaxSequences && status == ChipStatus.ExecutionError; i++)
            {
                status = TrySign(digest32, signature, offset);
            }

            return Rest(status);
        }

        /// <inheritdoc/>
        public ChipStatus Verify(byte[] key, int keyOffset, byte[] digest32, byte[] signature, int signatureOffset)
        {
            ChipStatus status = ChipStatus.ExecutionError;
            for (int i = 0; i < Atecc608Timing.MaxSequences && status == ChipStatus.ExecutionError; i++)
            {
                status = TryVerify(key, keyOffset, digest32, signature, signatureOffset);
            }

            return Rest(status);
        }

        /// <inheritdoc/>
        public ChipStatus GenerateEphemeral(byte[] key, int offset)
        {
            _packet.Start(Atecc608Opcode.GenKey, GenKeyPrivate, TempKeySlot).Finish();
            return Rest(Fetch(key, offset, KeySize));
        }

        /// <inheritdoc/>
        public ChipStatus EphemeralEcdh(byte[] peerKey, int peerOffset, byte[] secret32)
        {
            _packet.Start(Atecc608Opcode.Ecdh, EcdhTempKeyToOutput, 0).Append(peerKey, peerOffset, KeySize).Finish();
            ChipStatus status = Fetch(secret32, 0, BlockSize);
            Array.Clear(_transport.Response, 0, _transport.Response.Length);
            return Rest(status);
        }

        /// <inheritdoc/>
        public void Idle()
        {
            _transport.Idle();
        }

        /// <inheritdoc/>
        public void Sleep()
        {
            _transport.Sleep();
        }

        /// <summary>Random first, as the chip's makers do: it refreshes the seed that the signature draws
        /// on.</summary>
        private ChipStatus TrySign(byte[] digest32, byte[] signature, int offset)
        {
            _packet.Start(Atecc608Opcode.Random, RandomUpdateSeed, 0).Finish();
            ChipStatus status = _transport.Execute(_packet, BlockSize);
            if (status == ChipStatus.Ok)
            {
                status = LoadDigest(digest32);
            }

            if (status != ChipStatus.Ok)
            {
                return status;
            }

            _packet.Start(Atecc608Opcode.Sign, SignExternalFromDigestBuffer, IdentitySlot).Finish();
            return Fetch(signature, offset, SignatureSize);
        }

        private ChipStatus TryVerify(byte[] key, int keyOffset, byte[] digest32, byte[] signature, int signatureOffset)
        {
            ChipStatus status = LoadDigest(digest32);
            if (status != ChipStatus.Ok)
            {
                return status;
            }

            _packet.Start(Atecc608Opcode.Verify, VerifyExternalFromDigestBuffer, KeyTypeP256)
                .Append(signature, signatureOffset, SignatureSize)
                .Append(key, keyOffset, KeySize)
                .Finish();
            return _transport.Execute(_packet, Atecc608Packet.StatusSize);
        }

        private ChipStatus LoadDigest(byte[] digest32)
        {
            _packet.Start(Atecc608Opcode.Nonce, NonceToDigestBuffer, 0).Append(digest32, 0, BlockSize).Finish();
            return _transport.Execute(_packet, Atecc608Packet.StatusSize);
        }

        private ChipStatus Fetch(byte[] target, int offset, int size)
        {
            ChipStatus status = _transport.Execute(_packet, size);
            if (status == ChipStatus.Ok)
            {
                Array.Copy(_transport.Response, Atecc608Packet.ResponseDataOffset, target, offset, size);
            }

            return status;
        }

        private ChipStatus Rest(ChipStatus status)
        {
            _transport.Idle();
            return status;
        }
    }
}
