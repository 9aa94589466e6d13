using System;

namespace LumenLink.Protocol
{
    // Layout (README section 12): header 6, config_version u32, text_length u16, text, certificate 141, extensions,
    // signature 64, tag 8.

    /// <summary>
    /// Config (0x85), down: a configuration for one beacon, signed. Everything between header and signature is signed
    /// once, by whoever may configure; header and tag are those of the session that carries it. The object reads in
    /// place: the buffer must stay as it is while the text is in use.
    /// </summary>
    public sealed class ConfigFrame
    {
        internal const int ConfigVersionOffset = FrameHeader.Size;
        internal const int TextLengthOffset = ConfigVersionOffset + 4;
        internal const int FixedSize = TextLengthOffset + 2;

        // Counted from the end of the text.
        internal const int CertificateAfterText = 0;
        internal const int SignatureFromEnd = WireSizes.Signature + FrameTag.Size;

        /// <summary>Where the signed bytes of a frame start.</summary>
        public const int SignedFrom = ConfigVersionOffset;

        /// <summary>Bytes of a frame with an empty text and no extensions.</summary>
        public const int MinSize = FixedSize + ServiceCertificate.Size + SignatureFromEnd;

        /// <summary>Session whose down key seals the frame.</summary>
        public uint SessionId;

        /// <summary>Rises with every configuration of its beacon, from 1.</summary>
        public uint Version;

        /// <summary>Holds the text.</summary>
        public byte[] Text = new byte[0];

        /// <summary>Where in <see cref="Text"/> it starts.</summary>
        public int TextOffset;

        /// <summary>Bytes of the text, at most <see cref="WireLimits.MaxConfigBytes"/>.</summary>
        public int TextLength;

        /// <summary>Which key signs this frame; of <see cref="ServiceCertificate.UsageConfiguration"/>.</summary>
        public readonly ServiceCertificate Certificate = new ServiceCertificate();

        /// <summary>Signature over <see cref="SignedMessages.Config"/>.</summary>
        public readonly byte[] Signature = new byte[WireSizes.Signature];

        /// <summary>Where the signature of a frame of <paramref name="length"/> bytes, tag included, starts.</summary>
        public static int SignatureOffset(int length)
        {
            return length - SignatureFromEnd;
        }

        /// <summary>
        /// Signed bytes, from <see cref="SignedFrom"/>, of a frame of <paramref name="length"/> bytes, tag included.
        /// </summary>
        public static int SignedSize(int length)
        {
            return SignatureOffset(length) - SignedFrom;
        }

        /// <summary>
        /// Writes the frame with <see cref="Signature"/> as it is, and with room for its tag; who signs writes once,
        /// signs, and puts the signature in at <see cref="SignatureOffset"/>. Returns the sealed length, or the
        /// negative of a <see cref="WireError"/>.
        /// </summary>
        public int Write(byte[] buffer, int offset)
        {
            if (SessionId == 0)
            {
                return -(int)WireError.SessionMissing;
            }

            if (Version == 0 || Certificate.Usage != ServiceCertificate.UsageConfiguration)
            {
                return -(int)WireError.ValueInvalid;
            }

            if (TextLength < 0 || TextLength > WireLimits.MaxConfigBytes)
            {
                return -(int)WireError.LengthInvalid;
            }

            WireError error = TextLines.Check(Text, TextOffset, TextLength);
            if (error != WireError.None)
            {
                return -(int)error;
            }

            int size = MinSize + TextLength;
            if (buffer.Length - offset < size)
            {
                return -(int)WireError.NoRoom;
            }

            FrameHeader.Write(buffer, offset, FrameType.Config, SessionId);
            ByteWriter.U32(buffer, offset + ConfigVersionOffset, Version);
            ByteWriter.U16(buffer, offset + TextLengthOffset, (ushort)TextLength);
            int textEnd = ByteWriter.Bytes(buffer, offset + FixedSize, Text, TextOffset, TextLength);
            Certificate.Write(buffer, textEnd + CertificateAfterText);
            ByteWriter.Bytes(buffer, offset + SignatureOffset(size), Signature);
            FrameTag.Clear(buffer, offset + FrameTag.Offset(size));
            return size;
        }

        /// <summary>
        /// Reads a frame. Neither tag nor signature is checked here. On an error the object stays as it was.
        /// </summary>
        public WireError Read(byte[] buffer, int offset, int count)
        {
            WireError error = Check(buffer, offset, count);
            if (error != WireError.None)
            {
                return error;
            }

            SessionId = ByteReader.U32(buffer, offset + FrameHeader.SessionIdOffset);
            Version = ByteReader.U32(buffer, offset + ConfigVersionOffset);
            Text = buffer;
            TextOffset = offset + FixedSize;
            TextLength = ByteReader.U16(buffer, offset + TextLengthOffset);
            Certificate.Take(buffer, TextOffset + TextLength + CertificateAfterText);
            Array.Copy(buffer, offset + SignatureOffset(count), Signature, 0, WireSizes.Signature);
            return WireError.None;
        }

        private static WireError Check(byte[] buffer, int offset, int count)
        {
            WireError error = FrameHeader.Expect(FrameType.Config, buffer, offset, count);
            if (error != WireError.None)
            {
                return error;
            }

            if (count < MinSize)
            {
                return WireError.TooShort;
            }

            if (ByteReader.U32(buffer, offset + ConfigVersionOffset) == 0)
            {
                return WireError.ValueInvalid;
            }

            int length = ByteReader.U16(buffer, offset + TextLengthOffset);
            if (length > WireLimits.MaxConfigBytes)
            {
                return WireError.LengthInvalid;
            }

            if (length > count - MinSize)
            {
                return WireError.TooShort;
            }

            error = TextLines.Check(buffer, offset + FixedSize, length);
            if (error != WireError.None)
            {
                return error;
            }

            int certificate = offset + FixedSize + length + CertificateAfterText;
            error = ServiceCertificate.Check(buffer, certificate, ServiceCertificate.UsageConfiguration);
            if (error != WireError.None)
            {
                return error;
            }

            return Extensions.Check(buffer, certificate + ServiceCertificate.Size, offset + SignatureOffset(count));
        }
    }
}
