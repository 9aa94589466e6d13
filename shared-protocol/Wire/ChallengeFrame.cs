using System;

namespace LumenLink.Protocol
{
    // Layout (README section 3): header 6, device_nonce 16, service_nonce 16, issued_unix_ms i64, epoch_id u32,
    // epoch_key 64, certificate 141, extensions, mac 16, signature 64.

    /// <summary>
    /// Challenge (0x81), down: answers a Hello. MACed for the service itself, signed for the beacon.
    /// </summary>
    public sealed class ChallengeFrame
    {
        internal const int DeviceNonceOffset = FrameHeader.Size;
        internal const int ServiceNonceOffset = DeviceNonceOffset + WireSizes.Nonce;
        internal const int IssuedUnixMsOffset = ServiceNonceOffset + WireSizes.Nonce;
        internal const int EpochIdOffset = IssuedUnixMsOffset + 8;
        internal const int EpochKeyOffset = EpochIdOffset + 4;
        internal const int CertificateOffset = EpochKeyOffset + WireSizes.PublicKey;
        internal const int FixedSize = CertificateOffset + ServiceCertificate.Size;
        internal const int SignatureFromEnd = WireSizes.Signature;
        internal const int MacFromEnd = SignatureFromEnd + WireSizes.Mac;

        /// <summary>Bytes without extensions.</summary>
        public const int MinSize = FixedSize + MacFromEnd;

        /// <summary>Nonce of the Hello that is answered.</summary>
        public readonly byte[] DeviceNonce = new byte[WireSizes.Nonce];

        /// <summary>16 random bytes of the service.</summary>
        public readonly byte[] ServiceNonce = new byte[WireSizes.Nonce];

        /// <summary>Service time, milliseconds since 1970-01-01 UTC.</summary>
        public long IssuedUnixMs;

        /// <summary>Number of the service's ephemeral key.</summary>
        public uint EpochId;

        /// <summary>The service's ephemeral public key, X || Y.</summary>
        public readonly byte[] EpochKey = new byte[WireSizes.PublicKey];

        /// <summary>Which key signs this frame.</summary>
        public readonly ServiceCertificate Certificate = new ServiceCertificate();

        /// <summary>First 16 bytes of the HMAC of <see cref="SignedMessages.ChallengeMac"/>.</summary>
        public readonly byte[] Mac = new byte[WireSizes.Mac];

        /// <summary>Signature over <see cref="SignedMessages.Challenge"/>.</summary>
        public readonly byte[] Signature = new byte[WireSizes.Signature];

        /// <summary>
        /// Where the MAC of a frame of <paramref name="length"/> bytes starts; challenge_hash covers what is before.
        /// </summary>
        public static int MacOffset(int length)
        {
            return length - MacFromEnd;
        }

        /// <summary>Where the signature of a frame of <paramref name="length"/> bytes starts.</summary>
        public static int SignatureOffset(int length)
        {
            return length - SignatureFromEnd;
        }

        /// <summary>
        /// Writes the frame with <see cref="Mac"/> and <see cref="Signature"/> as they are; who seals it writes
        /// once, hashes, and puts both in at their offsets. Returns the length, or the negative of a
        /// <see cref="WireError"/>.
        /// </summary>
        public int Write(byte[] buffer, int offset)
        {
            if (buffer.Length - offset < MinSize)
            {
                return -(int)WireError.NoRoom;
            }

            FrameHeader.Write(buffer, offset, FrameType.Challenge, 0);
            ByteWriter.Bytes(buffer, offset + DeviceNonceOffset, DeviceNonce);
            ByteWriter.Bytes(buffer, offset + ServiceNonceOffset, ServiceNonce);
            ByteWriter.I64(buffer, offset + IssuedUnixMsOffset, IssuedUnixMs);
            ByteWriter.U32(buffer, offset + EpochIdOffset, EpochId);
            ByteWriter.Bytes(buffer, offset + EpochKeyOffset, EpochKey);
            Certificate.Write(buffer, offset + CertificateOffset);
            ByteWriter.Bytes(buffer, offset + MacOffset(MinSize), Mac);
            ByteWriter.Bytes(buffer, offset + SignatureOffset(MinSize), Signature);
            return MinSize;
        }

        /// <summary>
        /// Reads a frame. MAC and signatures are not checked here. On an error the object stays as it was.
        /// </summary>
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
            WireError error = FrameHeader.Expect(FrameType.Challenge, buffer, offset, count);
            if (error != WireError.None)
            {
                return error;
            }

            if (count < MinSize)
            {
                return WireError.TooShort;
            }

            error = ServiceCertificate.Check(
                buffer, offset + CertificateOffset, ServiceCertificate.UsageAttestation);
            if (error != WireError.None)
            {
                return error;
            }

            return Extensions.Check(buffer, offset + FixedSize, offset + MacOffset(count));
        }

        private void Take(byte[] buffer, int offset, int count)
        {
            Array.Copy(buffer, offset + DeviceNonceOffset, DeviceNonce, 0, WireSizes.Nonce);
            Array.Copy(buffer, offset + ServiceNonceOffset, ServiceNonce, 0, WireSizes.Nonce);
            IssuedUnixMs = ByteReader.I64(buffer, offset + IssuedUnixMsOffset);
            EpochId = ByteReader.U32(buffer, offset + EpochIdOffset);
            Array.Copy(buffer, offset + EpochKeyOffset, EpochKey, 0, WireSizes.PublicKey);
            Certificate.Take(buffer, offset + CertificateOffset);
            Array.Copy(buffer, offset + MacOffset(count), Mac, 0, WireSizes.Mac);
            Array.Copy(buffer, offset + SignatureOffset(count), Signature, 0, WireSizes.Signature);
        }
    }
}
