namespace LumenLink.Beacon.Security
{
    /// <summary>
    /// Keys derived in an ATECC608 (KDF), and AES-128 of single blocks. A derivation whose result stays in the chip is
    /// not repeated once the chip may have done it, for it may have replaced its own key.
    /// </summary>
    public sealed class Atecc608Derivation
    {
        /// <summary>Most bytes of a message.</summary>
        public const int MaxMessageBytes = Atecc608Packet.MaxKdfMessage;

        private const int DerivedSize = 32;
        private const int LongDerivedSize = 64;
        private const int AesBlockSize = 16;

        private const byte AlgorithmPrf = 0x00;
        private const byte AlgorithmAes = 0x20;
        private const byte AlgorithmHkdf = 0x40;
        private const byte HkdfMessageFromHost = 0x02;
        private const byte PrfLongResult = 0x01;
        private const byte AesEncrypt = 0x00;
        private const byte AesDecrypt = 0x01;
        private const int AesKeyBlockShift = 6;

        private readonly Atecc608Link _link;

        /// <summary>The derivation commands of one chip.</summary>
        /// <param name="link">The way to the chip.</param>
        public Atecc608Derivation(Atecc608Link link)
        {
            _link = link;
        }

        /// <summary>One HMAC-SHA-256 with a key of 32 bytes: extract of HKDF (RFC 5869) with the salt as key, or its
        /// first expand with info and 01 as message.</summary>
        /// <param name="route">From where to where.</param>
        /// <param name="message">Holds the message.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="count">Its bytes, up to <see cref="MaxMessageBytes"/>.</param>
        /// <param name="derived">Gets 32 bytes, if the target is the host.</param>
        public ChipStatus Hkdf(KdfRoute route, byte[] message, int offset, int count, byte[] derived)
        {
            Start(AlgorithmHkdf, route, HkdfMessageFromHost, 0, (byte)count).Append(message, offset, count);
            return Derive(route, derived, DerivedSize);
        }

        /// <summary>The pseudo-random function of TLS 1.2 (RFC 5246, section 5).</summary>
        /// <param name="route">From where to where.</param>
        /// <param name="keyBytes">Bytes of the key: 16, 32, 48 or 64.</param>
        /// <param name="message">Holds label and seed.</param>
        /// <param name="offset">Where they start.</param>
        /// <param name="count">Their bytes, up to <see cref="MaxMessageBytes"/>.</param>
        /// <param name="derived">Gets the result, if the target is the host.</param>
        /// <param name="derivedBytes">Bytes of the result: 32 or 64.</param>
        public ChipStatus Prf(
            KdfRoute route, int keyBytes, byte[] message, int offset, int count, byte[] derived, int derivedBytes)
        {
            byte keyLength = (byte)((keyBytes / AesBlockSize) - 1);
            byte resultLength = derivedBytes == LongDerivedSize ? PrfLongResult : (byte)0;
            Start(AlgorithmPrf, route, keyLength, resultLength, (byte)count).Append(message, offset, count);
            return Derive(route, derived, derivedBytes);
        }

        /// <summary>One block of AES-128, followed by 16 zeros. ChipOptions must allow it.</summary>
        /// <param name="route">From where to where.</param>
        /// <param name="keyBlock">Which 16 bytes of the source are the key, from 0.</param>
        /// <param name="message16">The block.</param>
        /// <param name="derived">Gets 32 bytes, if the target is the host.</param>
        public ChipStatus Aes(KdfRoute route, int keyBlock, byte[] message16, byte[] derived)
        {
            Start(AlgorithmAes, route, (byte)keyBlock, 0, 0).Append(message16, 0, AesBlockSize);
            return Derive(route, derived, DerivedSize);
        }

        /// <summary>Encrypts one block.</summary>
        /// <param name="slot">The key: 0 to 15 or <see cref="Atecc608Keys.TempKey"/>.</param>
        /// <param name="keyBlock">Which 16 bytes of it, from 0.</param>
        /// <param name="block16">The block.</param>
        /// <param name="out16">Gets the encrypted block.</param>
        public ChipStatus Encrypt(int slot, int keyBlock, byte[] block16, byte[] out16)
        {
            return Block(AesEncrypt, slot, keyBlock, block16, out16);
        }

        /// <summary>Decrypts one block; else as <see cref="Encrypt"/>.</summary>
        /// <param name="slot">The key: 0 to 15 or <see cref="Atecc608Keys.TempKey"/>.</param>
        /// <param name="keyBlock">Which 16 bytes of it, from 0.</param>
        /// <param name="block16">The encrypted block.</param>
        /// <param name="out16">Gets the block.</param>
        public ChipStatus Decrypt(int slot, int keyBlock, byte[] block16, byte[] out16)
        {
            return Block(AesDecrypt, slot, keyBlock, block16, out16);
        }

        private ChipStatus Block(byte operation, int slot, int keyBlock, byte[] block16, byte[] out16)
        {
            byte mode = (byte)(operation | (keyBlock << AesKeyBlockShift));
            _link.Start(Atecc608Opcode.Aes, mode, (ushort)slot).Append(block16, 0, AesBlockSize);
            return _link.Rest(_link.FetchSecret(out16, 0, AesBlockSize));
        }

        /// <summary>The command up to its message: four bytes of details, of which the third says nothing.</summary>
        private Atecc608Packet Start(byte algorithm, KdfRoute route, byte first, byte second, byte last)
        {
            Atecc608Packet packet = _link.Start(Atecc608Opcode.Kdf, (byte)(algorithm | route.Mode), route.Slots);
            if (route.Target != KdfTarget.Output)
            {
                packet.Once();
            }

            return packet.Append(first).Append(second).Append(0).Append(last);
        }

        private ChipStatus Derive(KdfRoute route, byte[] derived, int size)
        {
            bool isForHost = route.Target == KdfTarget.Output;
            return _link.Rest(isForHost ? _link.FetchSecret(derived, 0, size) : _link.Demand());
        }
    }
}
