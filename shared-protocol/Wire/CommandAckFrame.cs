namespace LumenLink.Protocol
{
    // Layout (README section 12): header 6, subject u8, number u32, outcome u8, detail_length u8, detail, extensions,
    // tag 8.

    /// <summary>CommandAck (0x04), up: what became of a command or a configuration.</summary>
    public sealed class CommandAckFrame
    {
        internal const int SubjectOffset = FrameHeader.Size;
        internal const int NumberOffset = SubjectOffset + 1;
        internal const int OutcomeOffset = NumberOffset + 4;
        internal const int DetailLengthOffset = OutcomeOffset + 1;
        internal const int DetailOffset = DetailLengthOffset + 1;
        internal const int FixedSize = DetailOffset;

        /// <summary>Bytes of a frame without detail and extensions.</summary>
        public const int MinSize = FixedSize + FrameTag.Size;

        /// <summary>Session whose up key seals the frame.</summary>
        public uint SessionId;

        /// <summary>What it is about.</summary>
        public ControlSubject Subject = ControlSubject.Command;

        /// <summary>Id of the command, or version of the configuration, as the service gave it.</summary>
        public uint Number;

        /// <summary>What became of it; after a read perhaps a number without a name here.</summary>
        public ControlOutcome Outcome = ControlOutcome.Done;

        /// <summary>More of the outcome, for people; empty if there is nothing to say.</summary>
        public readonly AsciiText Detail = new AsciiText();

        /// <summary>
        /// Writes the frame with room for its tag. Returns its sealed length, or the negative of a
        /// <see cref="WireError"/>.
        /// </summary>
        public int Write(byte[] buffer, int offset)
        {
            if (SessionId == 0)
            {
                return -(int)WireError.SessionMissing;
            }

            if (!IsSubject((byte)Subject) || Number == 0 || (byte)Outcome == 0)
            {
                return -(int)WireError.ValueInvalid;
            }

            int size = MinSize + Detail.Length;
            if (buffer.Length - offset < size)
            {
                return -(int)WireError.NoRoom;
            }

            FrameHeader.Write(buffer, offset, FrameType.CommandAck, SessionId);
            ByteWriter.U8(buffer, offset + SubjectOffset, (byte)Subject);
            ByteWriter.U32(buffer, offset + NumberOffset, Number);
            ByteWriter.U8(buffer, offset + OutcomeOffset, (byte)Outcome);
            ByteWriter.U8(buffer, offset + DetailLengthOffset, Detail.Length);
            ByteWriter.Bytes(buffer, offset + DetailOffset, Detail.Bytes, 0, Detail.Length);
            FrameTag.Clear(buffer, offset + FrameTag.Offset(size));
            return size;
        }

        /// <summary>Reads a frame. The tag is not checked here. On an error the object stays as it was.</summary>
        public WireError Read(byte[] buffer, int offset, int count)
        {
            WireError error = Check(buffer, offset, count);
            if (error != WireError.None)
            {
                return error;
            }

            SessionId = ByteReader.U32(buffer, offset + FrameHeader.SessionIdOffset);
            Subject = (ControlSubject)buffer[offset + SubjectOffset];
            Number = ByteReader.U32(buffer, offset + NumberOffset);
            Outcome = (ControlOutcome)buffer[offset + OutcomeOffset];
            Detail.Take(buffer, offset + DetailOffset, buffer[offset + DetailLengthOffset]);
            return WireError.None;
        }

        private static WireError Check(byte[] buffer, int offset, int count)
        {
            WireError error = FrameHeader.Expect(FrameType.CommandAck, buffer, offset, count);
            if (error != WireError.None)
            {
                return error;
            }

            if (count < MinSize)
            {
                return WireError.TooShort;
            }

            if (!IsSubject(buffer[offset + SubjectOffset]) || ByteReader.U32(buffer, offset + NumberOffset) == 0
                || buffer[offset + OutcomeOffset] == 0)
            {
                return WireError.ValueInvalid;
            }

            int length = buffer[offset + DetailLengthOffset];
            if (length > WireLimits.MaxAsciiBytes)
            {
                return WireError.LengthInvalid;
            }

            if (length > count - MinSize)
            {
                return WireError.TooShort;
            }

            error = AsciiText.Check(buffer, offset + DetailOffset, length);
            return error != WireError.None
                ? error
                : Extensions.Check(buffer, offset + DetailOffset + length, offset + FrameTag.Offset(count));
        }

        private static bool IsSubject(byte subject)
        {
            return subject == (byte)ControlSubject.Command || subject == (byte)ControlSubject.Configuration;
        }
    }
}
