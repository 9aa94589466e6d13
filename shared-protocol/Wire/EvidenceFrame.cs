using System;

namespace LumenLink.Protocol
{
    // Layout (README section 3): header 6, hello_length u8, hello; then, counted from the end of hello: service_nonce 16,
    // issued_unix_ms i64, epoch_id u32, challenge_hash 32, mac 16, ephemeral_key 64, boot u32, uptime_ms u64,
    // hardware_model u16, claim_count u8, claims, extensions, signature 64.

    /// <summary>Evidence (0x02), up: answers a Challenge with signed claims. Carries the Hello and what the service needs to
    /// recognise its challenge, because the service has kept nothing.</summary>
    public sealed class EvidenceFrame
    {
        internal const int HelloLengthOffset = FrameHeader.Size;
        internal const int HelloOffset = HelloLengthOffset + 1;
        internal const int ServiceNonceAfterHello = 0;
        internal const int IssuedUnixMsAfterHello = ServiceNonceAfterHello + WireSizes.Nonce;
        internal const int EpochIdAfterHello = IssuedUnixMsAfterHello + 8;
        internal const int ChallengeHashAfterHello = EpochIdAfterHello + 4;
        internal const int MacAfterHello = ChallengeHashAfterHello + WireSizes.Hash;
        internal const int EphemeralKeyAfterHello = MacAfterHello + WireSizes.Mac;
        internal const int BootAfterHello = EphemeralKeyAfterHello + WireSizes.PublicKey;
        internal const int UptimeMsAfterHello = BootAfterHello + 4;
        internal const int HardwareModelAfterHello = UptimeMsAfterHello + 8;
        internal const int ClaimCountAfterHello = HardwareModelAfterHello + 2;
        internal const int ClaimsAfterHello = ClaimCountAfterHello + 1;
        internal const int SignatureFromEnd = WireSizes.Signature;

        /// <summary>Bytes with the shortest Hello, no claims and no extensions.</summary>
        public const int MinSize = HelloOffset + HelloFrame.FixedSize + ClaimsAfterHello + SignatureFromEnd;

        /// <summary>Bytes that <see cref="Write"/> can need at most.</summary>
        public const int MaxWriteSize = MinSize - HelloFrame.FixedSize + WireLimits.MaxHelloBytes
            + (4 * (2 + WireLimits.MaxAsciiBytes)) + (2 * (2 + WireSizes.Hash));

        /// <summary>The Hello frame as it was sent; the first <see cref="HelloLength"/> bytes count.</summary>
        public readonly byte[] HelloBytes = new byte[WireLimits.MaxHelloBytes];

        /// <summary>Bytes of the Hello, 58 to 96.</summary>
        public int HelloLength;

        /// <summary>What <see cref="HelloBytes"/> says; filled by <see cref="Read"/>.</summary>
        public readonly HelloFrame Hello = new HelloFrame();

        /// <summary>As in the Challenge.</summary>
        public readonly byte[] ServiceNonce = new byte[WireSizes.Nonce];

        /// <summary>As in the Challenge.</summary>
        public long IssuedUnixMs;

        /// <summary>As in the Challenge.</summary>
        public uint EpochId;

        /// <summary>SHA-256 of all bytes of the Challenge before its MAC.</summary>
        public readonly byte[] ChallengeHash = new byte[WireSizes.Hash];

        /// <summary>As in the Challenge.</summary>
        public readonly byte[] Mac = new byte[WireSizes.Mac];

        /// <summary>Public key made in the chip for this exchange, X || Y.</summary>
        public readonly byte[] EphemeralKey = new byte[WireSizes.PublicKey];

        /// <summary>Boot number, 1 to 2,097,151.</summary>
        public uint Boot;

        /// <summary>Milliseconds since boot.</summary>
        public ulong UptimeMs;

        /// <summary>Board of the beacon, as claimed.</summary>
        public HardwareModel HardwareModel;

        /// <summary>What else the beacon states.</summary>
        public readonly EvidenceClaims Claims = new EvidenceClaims();

        /// <summary>Signature of slot 0 over <see cref="SignedMessages.Evidence"/>.</summary>
        public readonly byte[] Signature = new byte[WireSizes.Signature];

        /// <summary>Where the signature of a frame of <paramref name="length"/> bytes starts.</summary>
        public static int SignatureOffset(int length)
        {
            return length - SignatureFromEnd;
        }

        /// <summary>
        /// Writes the frame with <see cref="Signature"/> as it is; who signs writes once, signs, and puts the signature in at
        /// <see cref="SignatureOffset"/>. Returns the length, or the negative of a <see cref="WireError"/>.
        /// </summary>
        public int Write(byte[] buffer, int offset)
        {
            if (HelloLength < HelloFrame.FixedSize || HelloLength > WireLimits.MaxHelloBytes)
            {
                return -(int)WireError.LengthInvalid;
            }

            int size = HelloOffset + HelloLength + ClaimsAfterHello + Claims.ByteCount + SignatureFromEnd;
            if (buffer.Length - offset < size)
            {
                return -(int)WireError.NoRoom;
            }

            int at = FrameHeader.Write(buffer, offset, FrameType.Evidence, 0);
            at = ByteWriter.U8(buffer, at, HelloLength);
            at = ByteWriter.Bytes(buffer, at, HelloBytes, 0, HelloLength);
            at = ByteWriter.Bytes(buffer, at, ServiceNonce);
            at = ByteWriter.I64(buffer, at, IssuedUnixMs);
            at = ByteWriter.U32(buffer, at, EpochId);
            at = ByteWriter.Bytes(buffer, at, ChallengeHash);
            at = ByteWriter.Bytes(buffer, at, Mac);
            at = ByteWriter.Bytes(buffer, at, EphemeralKey);
            at = ByteWriter.U32(buffer, at, Boot);
            at = ByteWriter.U64(buffer, at, UptimeMs);
            at = ByteWriter.U16(buffer, at, (ushort)HardwareModel);
            at = ByteWriter.U8(buffer, at, Claims.Count);
            at = Claims.Write(buffer, at);
            ByteWriter.Bytes(buffer, at, Signature);
            return size;
        }

        /// <summary>Reads a frame. The signature is not checked here. On an error the object stays as it was.</summary>
        public WireError Read(byte[] buffer, int offset, int count)
        {
            WireError error = Check(buffer, offset, count);
            if (error == WireError.None)
            {
                Take(buffer, offset, count);
            }

            return error;
        }

        private static WireError Check(byte[] buffer, int offset, int count)
        {
            WireError error = FrameHeader.Expect(FrameType.Evidence, buffer, offset, count);
            if (error != WireError.None)
            {
                return error;
            }

            if (count < MinSize)
            {
                return WireError.TooShort;
            }

            int helloLength = buffer[offset + HelloLengthOffset];
            if (helloLength < HelloFrame.FixedSize || helloLength > WireLimits.MaxHelloBytes)
            {
                return WireError.LengthInvalid;
            }

            if (count < MinSize - HelloFrame.FixedSize + helloLength)
            {
                return WireError.TooShort;
            }

            error = HelloFrame.Check(buffer, offset + HelloOffset, helloLength);
            return error != WireError.None ? error : CheckAfterHello(buffer, offset, count, helloLength);
        }

        private static WireError CheckAfterHello(byte[] buffer, int offset, int count, int helloLength)
        {
            int after = offset + HelloOffset + helloLength;
            int end = offset + SignatureOffset(count);
            if (!WireLimits.IsBoot(ByteReader.U32(buffer, after + BootAfterHello)))
            {
                return WireError.ValueInvalid;
            }

            int claimCount = buffer[after + ClaimCountAfterHello];
            if (claimCount > WireLimits.MaxClaims)
            {
                return WireError.CountInvalid;
            }

            int at = EvidenceClaims.Check(buffer, after + ClaimsAfterHello, end, claimCount);
            return at < 0 ? (WireError)(-at) : Extensions.Check(buffer, at, end);
        }

        private void Take(byte[] buffer, int offset, int count)
        {
            HelloLength = buffer[offset + HelloLengthOffset];
            Array.Copy(buffer, offset + HelloOffset, HelloBytes, 0, HelloLength);
            Hello.Take(buffer, offset + HelloOffset);
            int after = offset + HelloOffset + HelloLength;
            Array.Copy(buffer, after + ServiceNonceAfterHello, ServiceNonce, 0, WireSizes.Nonce);
            IssuedUnixMs = ByteReader.I64(buffer, after + IssuedUnixMsAfterHello);
            EpochId = ByteReader.U32(buffer, after + EpochIdAfterHello);
            Array.Copy(buffer, after + ChallengeHashAfterHello, ChallengeHash, 0, WireSizes.Hash);
            Array.Copy(buffer, after + MacAfterHello, Mac, 0, WireSizes.Mac);
            Array.Copy(buffer, after + EphemeralKeyAfterHello, EphemeralKey, 0, WireSizes.PublicKey);
            Boot = ByteReader.U32(buffer, after + BootAfterHello);
            UptimeMs = ByteReader.U64(buffer, after + UptimeMsAfterHello);
            HardwareModel = (HardwareModel)ByteReader.U16(buffer, after + HardwareModelAfterHello);
            Claims.Take(buffer, after + ClaimsAfterHello, buffer[after + ClaimCountAfterHello]);
            Array.Copy(buffer, offset + SignatureOffset(count), Signature, 0, WireSizes.Signature);
        }
    }
}
