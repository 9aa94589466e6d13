namespace LumenLink.Beacon.Security
{
    /// <summary>A buffer in the chip's RAM, by its number in Nonce.</summary>
    public enum ChipBuffer
    {
        /// <summary>TempKey: 32 or 64 bytes.</summary>
        TempKey = 0x00,

        /// <summary>The message digest buffer: 32 or 64 bytes.</summary>
        MessageDigest = 0x40,

        /// <summary>The alternate key buffer: 32 bytes.</summary>
        AlternateKey = 0x80,
    }

    /// <summary>
    /// Random numbers, nonces and P-256 keys of an ATECC608. Keys are X || Y and signatures R || S, 64 bytes,
    /// big-endian; what a slot's configuration forbids is <see cref="ChipStatus.ExecutionError"/>.
    /// </summary>
    public sealed class Atecc608Keys
    {
        /// <summary>In the place of a slot: the key in TempKey.</summary>
        public const int TempKey = 0xFFFF;

        private const int KeySize = 64;
        private const int SignatureSize = 64;
        private const int WordSize = 32;
        private const int HostNonceSize = 20;
        private const int OtherDataSize = 3;
        private const ushort KeyTypeP256 = 0x0004;

        private const byte RandomUpdateSeed = 0x00;
        private const byte NonceRandom = 0x00;
        private const byte NonceFromHost = 0x03;
        private const byte NonceLong = 0x20;
        private const byte GenKeyPublic = 0x00;
        private const byte GenKeyPrivate = 0x04;
        private const byte GenKeyDigest = 0x08;
        private const byte GenKeyStoredDigest = 0x10;
        private const byte SignInternal = 0x00;
        private const byte SignIncludeSerial = 0x40;
        private const byte SignExternalFromDigestBuffer = 0xA0;
        private const byte VerifyExternalFromDigestBuffer = 0x22;
        private const byte VerifyStoredFromDigestBuffer = 0x20;
        private const byte EcdhFromTempKey = 0x01;
        private const byte EcdhToTempKey = 0x08;
        private const byte EcdhToOutput = 0x0C;

        private readonly Atecc608Link _link;

        /// <summary>The key commands of one chip.</summary>
        /// <param name="link">The way to the chip.</param>
        public Atecc608Keys(Atecc608Link link)
        {
            _link = link;
        }

        /// <summary>Random bytes. A chip whose configuration is not locked gives a fixed pattern.</summary>
        /// <param name="random">Gets 32 bytes.</param>
        /// <param name="offset">Where they go.</param>
        public ChipStatus Random(byte[] random, int offset)
        {
            _link.Start(Atecc608Opcode.Random, RandomUpdateSeed, 0);
            return _link.Rest(_link.Fetch(random, offset, WordSize));
        }

        /// <summary>Brings bytes into a buffer of the chip.</summary>
        /// <param name="buffer">Which.</param>
        /// <param name="bytes">Holds the bytes.</param>
        /// <param name="offset">Where they start.</param>
        /// <param name="count">32 or 64.</param>
        public ChipStatus Load(ChipBuffer buffer, byte[] bytes, int offset, int count)
        {
            int mode = NonceFromHost | (int)buffer | (count == WordSize ? 0 : NonceLong);
            _link.Start(Atecc608Opcode.Nonce, (byte)mode, 0).Append(bytes, offset, count);
            return _link.Rest(_link.Demand());
        }

        /// <summary>Makes a random nonce in TempKey: SHA-256 of the chip's number, the host's, 16, 00, 00.</summary>
        /// <param name="host20">The host's number, 20 bytes.</param>
        /// <param name="random">Gets the chip's number, 32 bytes.</param>
        /// <param name="offset">Where it goes.</param>
        public ChipStatus RandomNonce(byte[] host20, byte[] random, int offset)
        {
            _link.Start(Atecc608Opcode.Nonce, NonceRandom, 0).Append(host20, 0, HostNonceSize);
            return _link.Rest(_link.Fetch(random, offset, WordSize));
        }

        /// <summary>Makes a new private key. If an answer is lost, another: the key that is told is the key that is
        /// kept.</summary>
        /// <param name="slot">0 to 15 or <see cref="TempKey"/>.</param>
        /// <param name="key">Gets the public half, 64 bytes.</param>
        /// <param name="offset">Where they go.</param>
        public ChipStatus GeneratePrivate(int slot, byte[] key, int offset)
        {
            _link.Start(Atecc608Opcode.GenKey, GenKeyPrivate, (ushort)slot);
            return _link.Rest(_link.Fetch(key, offset, KeySize));
        }

        /// <summary>The public half of the private key in a slot.</summary>
        /// <param name="slot">0 to 15.</param>
        /// <param name="key">Gets 64 bytes.</param>
        /// <param name="offset">Where they go.</param>
        public ChipStatus PublicKey(int slot, byte[] key, int offset)
        {
            _link.Start(Atecc608Opcode.GenKey, GenKeyPublic, (ushort)slot);
            return _link.Rest(_link.Fetch(key, offset, KeySize));
        }

        /// <summary>As <see cref="PublicKey"/>, and TempKey becomes a digest of it and of the public key, for
        /// <see cref="SignTempKey"/>. Not repeated once the chip may have done it: TempKey must then be loaded
        /// anew.</summary>
        /// <param name="slot">0 to 15.</param>
        /// <param name="key">Gets 64 bytes.</param>
        /// <param name="offset">Where they go.</param>
        public ChipStatus DigestPublicKey(int slot, byte[] key, int offset)
        {
            _link.Start(Atecc608Opcode.GenKey, GenKeyDigest, (ushort)slot).Once();
            return _link.Rest(_link.Fetch(key, offset, KeySize));
        }

        /// <summary>TempKey becomes a digest of it and of a public key that a slot stores. Not repeated, as
        /// <see cref="DigestPublicKey"/>.</summary>
        /// <param name="slot">8 to 15.</param>
        /// <param name="other3">Three bytes that go into the digest.</param>
        public ChipStatus DigestStoredKey(int slot, byte[] other3)
        {
            _link.Start(Atecc608Opcode.GenKey, GenKeyStoredDigest, (ushort)slot).Once()
                .Append(other3, 0, OtherDataSize);
            return _link.Rest(_link.Demand());
        }

        /// <summary>Signs a digest. Keeps TempKey.</summary>
        /// <param name="slot">The key, 0 to 15.</param>
        /// <param name="digest32">SHA-256 of the message.</param>
        /// <param name="signature">Gets 64 bytes.</param>
        /// <param name="offset">Where they go.</param>
        public ChipStatus Sign(int slot, byte[] digest32, byte[] signature, int offset)
        {
            ChipStatus status = ChipStatus.ExecutionError;
            for (int i = 0; i < Atecc608Timing.MaxSequences && status == ChipStatus.ExecutionError; i++)
            {
                status = TrySign(slot, digest32, signature, offset);
            }

            return _link.Rest(status);
        }

        /// <summary>Signs what TempKey holds after <see cref="DigestPublicKey"/> or <see cref="DigestStoredKey"/>,
        /// within a statement of the chip (55 bytes, internal signature). Uses TempKey up.</summary>
        /// <param name="slot">The key, 0 to 15.</param>
        /// <param name="includeSerial">True puts the whole serial number into the statement.</param>
        /// <param name="signature">Gets 64 bytes.</param>
        /// <param name="offset">Where they go.</param>
        public ChipStatus SignTempKey(int slot, bool includeSerial, byte[] signature, int offset)
        {
            byte mode = includeSerial ? SignIncludeSerial : SignInternal;
            _link.Start(Atecc608Opcode.Sign, mode, (ushort)slot);
            return _link.Rest(_link.Fetch(signature, offset, SignatureSize));
        }

        /// <summary>Checks a signature by any key; <see cref="ChipStatus.Miscompare"/> when it is wrong.</summary>
        /// <param name="key">Holds the public key.</param>
        /// <param name="keyOffset">Where it starts.</param>
        /// <param name="digest32">SHA-256 of the message.</param>
        /// <param name="signature">Holds the signature.</param>
        /// <param name="signatureOffset">Where it starts.</param>
        public ChipStatus Verify(byte[] key, int keyOffset, byte[] digest32, byte[] signature, int signatureOffset)
        {
            ChipStatus status = ChipStatus.ExecutionError;
            for (int i = 0; i < Atecc608Timing.MaxSequences && status == ChipStatus.ExecutionError; i++)
            {
                status = LoadDigest(digest32);
                if (status == ChipStatus.Ok)
                {
                    _link.Start(Atecc608Opcode.Verify, VerifyExternalFromDigestBuffer, KeyTypeP256)
                        .Append(signature, signatureOffset, SignatureSize)
                        .Append(key, keyOffset, KeySize);
                    status = _link.Demand();
                }
            }

            return _link.Rest(status);
        }

        /// <summary>Checks a signature by a public key that a slot stores; else as <see cref="Verify"/>.</summary>
        /// <param name="slot">8 to 15.</param>
        /// <param name="digest32">SHA-256 of the message.</param>
        /// <param name="signature">Holds the signature.</param>
        /// <param name="signatureOffset">Where it starts.</param>
        public ChipStatus VerifyStored(int slot, byte[] digest32, byte[] signature, int signatureOffset)
        {
            ChipStatus status = ChipStatus.ExecutionError;
            for (int i = 0; i < Atecc608Timing.MaxSequences && status == ChipStatus.ExecutionError; i++)
            {
                status = LoadDigest(digest32);
                if (status == ChipStatus.Ok)
                {
                    _link.Start(Atecc608Opcode.Verify, VerifyStoredFromDigestBuffer, (ushort)slot)
                        .Append(signature, signatureOffset, SignatureSize);
                    status = _link.Demand();
                }
            }

            return _link.Rest(status);
        }

        /// <summary>The x coordinate that a private key shares with another's public key.</summary>
        /// <param name="slot">The private key: 0 to 15 or <see cref="TempKey"/>.</param>
        /// <param name="peerKey">Holds the other's public key.</param>
        /// <param name="peerOffset">Where it starts.</param>
        /// <param name="secret32">Gets 32 bytes.</param>
        public ChipStatus Ecdh(int slot, byte[] peerKey, int peerOffset, byte[] secret32)
        {
            StartEcdh(EcdhToOutput, slot, peerKey, peerOffset);
            return _link.Rest(_link.FetchSecret(secret32, 0, WordSize));
        }

        /// <summary>As <see cref="Ecdh"/>, and the secret stays in the chip: in TempKey.</summary>
        /// <param name="slot">The private key: 0 to 15 or <see cref="TempKey"/>, which the secret replaces.</param>
        /// <param name="peerKey">Holds the other's public key.</param>
        /// <param name="peerOffset">Where it starts.</param>
        public ChipStatus EcdhIntoTempKey(int slot, byte[] peerKey, int peerOffset)
        {
            StartEcdh(EcdhToTempKey, slot, peerKey, peerOffset);
            return _link.Rest(_link.Demand());
        }

        private void StartEcdh(byte output, int slot, byte[] peerKey, int peerOffset)
        {
            bool isFromTempKey = slot == TempKey;
            byte mode = isFromTempKey ? (byte)(output | EcdhFromTempKey) : output;
            _link.Start(Atecc608Opcode.Ecdh, mode, isFromTempKey ? (ushort)0 : (ushort)slot)
                .Append(peerKey, peerOffset, KeySize);
        }

        /// <summary>Random first, as the chip's makers do: it refreshes the seed that the signature draws
        /// on.</summary>
        private ChipStatus TrySign(int slot, byte[] digest32, byte[] signature, int offset)
        {
            _link.Start(Atecc608Opcode.Random, RandomUpdateSeed, 0);
            ChipStatus status = _link.Ask(WordSize);
            if (status == ChipStatus.Ok)
            {
                status = LoadDigest(digest32);
            }

            if (status != ChipStatus.Ok)
            {
                return status;
            }

            _link.Start(Atecc608Opcode.Sign, SignExternalFromDigestBuffer, (ushort)slot);
            return _link.Fetch(signature, offset, SignatureSize);
        }

        private ChipStatus LoadDigest(byte[] digest32)
        {
            _link.Start(Atecc608Opcode.Nonce, NonceFromHost | (byte)ChipBuffer.MessageDigest, 0)
                .Append(digest32, 0, WordSize);
            return _link.Demand();
        }
    }
}
