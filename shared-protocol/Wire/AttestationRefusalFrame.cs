using System;

namespace LumenLink.Protocol
{
    // Layout (README section 3): header 6, device_nonce 16, outcome u8, retry_after_s u32, signed u8; and if signed
    // is 1: certificate 141, extensions, signature 64.

    /// <summary>
    /// AttestationRefusal (0x83), down: why there is no session. Unsigned it means back-off and nothing else.
    /// </summary>
    public sealed class AttestationRefusalFrame
    {
        internal const int DeviceNonceOffset = FrameHeader.Size;
        internal const int OutcomeOffset = DeviceNonceOffset + WireSizes.Nonce;
        internal const int RetryAfterSOffset = OutcomeOffset + 1;
        internal const int SignedOffset = RetryAfterSOffset + 4;
        internal const int CertificateOffset = SignedOffset + 1;
        internal const int FixedSize = CertificateOffset + ServiceCertificate.Size;
        internal const int SignatureFromEnd = WireSizes.Signature;

        /// <summary>Bytes of an unsigned refusal: exactly these.</summary>
        public const int UnsignedSize = CertificateOffset;

        /// <summary>Bytes of a signed refusal without extensions.</summary>
        public const int SignedMinSize = FixedSize + SignatureFromEnd;

        /// <summary>Nonce of the Hello that is answered.</summary>
        public readonly byte[] DeviceNonce = new byte[WireSizes.Nonce];

        /// <summary>
        /// Never <see cref="AttestationOutcome.Accepted"/>; after a read perhaps a number without a name here.
        /// </summary>
        public AttestationOutcome Outcome = AttestationOutcome.CouldNotCheck;

        /// <summary>Seconds to wait before the next Hello.</summary>
        public uint RetryAfterSeconds;

        /// <summary>True if <see cref="Certificate"/> and <see cref="Signature"/> are present.</summary>
        public bool Signed;

        /// <summary>Which key signs this frame; has no meaning if not <see cref="Signed"/>.</summary>
        public readonly ServiceCertificate Certificate = new ServiceCertificate();

        /// <summary>
        /// Signature over <see cref="SignedMessages.Refusal"/>; has no meaning if not <see cref="Signed"/>.
        /// </summary>
        public readonly byte[] Signature = new byte[WireSizes.Signature];

        /// <summary>Where the signature of a signed frame of <paramref name="length"/> bytes starts.</summary>
        public static int SignatureOffset(int length)
        {
            return length - SignatureFromEnd;
        }

        /// <summary>
        /// Writes the frame with <see cref="Signature"/> as it is; who signs writes once, signs, and puts the
        /// signature in at <see cref="SignatureOffset"/>. Returns the length, or the negative of a
        /// <see cref="WireError"/>.
        /// </summary>
        public int Write(byte[] buffer, int offset)
        {
            if (Outcome == AttestationOutcome.Accepted)
            {
                return -(int)WireError.ValueInvalid;
            }

            int size = Signed ? SignedMinSize : UnsignedSize;
            if (buffer.Length - offset < size)
            {
                return -(int)WireError.NoRoom;
            }

            FrameHeader.Write(buffer, offset, FrameType.AttestationRefusal, 0);
            ByteWriter.Bytes(buffer, offset + DeviceNonceOffset, DeviceNonce);
            ByteWriter.U8(buffer, offset + OutcomeOffset, (byte)Outcome);
            ByteWriter.U32(buffer, offset + RetryAfterSOffset, RetryAfterSeconds);
            ByteWriter.U8(buffer, offset + SignedOffset, Signed ? 1 : 0);
            if (Signed)
            {
                Certificate.Write(buffer, offset + CertificateOffset);
                ByteWriter.Bytes(buffer, offset + SignatureOffset(size), Signature);
            }

            return size;
        }

        /// <summary>
        /// Reads a frame. The signature is not checked here. On an error the object stays as it was.
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
            WireError error = FrameHeader.Expect(FrameType.AttestationRefusal, buffer, offset, count);
            if (error != WireError.None)
            {
                return error;
            }

            if (count < UnsignedSize)
            {
                return WireError.TooShort;
            }

            byte signed = buffer[offset + SignedOffset];
            if (buffer[offset + OutcomeOffset] == (byte)AttestationOutcome.Accepted || signed > 1)
            {
                return WireError.ValueInvalid;
            }

            if (signed == 0)
            {
                return count == UnsignedSize ? WireError.None : WireError.TooLong;
            }

            if (count < SignedMinSize)
            {
                return WireError.TooShort;
            }

            error = ServiceCertificate.Check(
                buffer, offset + CertificateOffset, ServiceCertificate.UsageAttestation);
            if (error != WireError.None)
            {
                return error;
            }

            return Extensions.Check(buffer, offset + FixedSize, offset + SignatureOffset(count));
        }

        private void Take(byte[] buffer, int offset, int count)
        {
            Array.Copy(buffer, offset + DeviceNonceOffset, DeviceNonce, 0, WireSizes.Nonce);
            Outcome = (AttestationOutcome)buffer[offset + OutcomeOffset];
            RetryAfterSeconds = ByteReader.U32(buffer, offset + RetryAfterSOffset);
            Signed = buffer[offset + SignedOffset] == 1;
            if (Signed)
            {
                Certificate.Take(buffer, offset + CertificateOffset);
                Array.Copy(buffer, offset + SignatureOffset(count), Signature, 0, WireSizes.Signature);
            }
        }
    }
}
