namespace LumenLink.Protocol
{
    // Layout (README section 12): header 6, command_id u32, expires_unix_ms i64, command u8, argument u16, extensions,
    // tag 8.

    /// <summary>
    /// Command (0x86), down: something that one beacon is to do once. Ids rise per beacon; a repeated id is only
    /// acknowledged again.
    /// </summary>
    public sealed class CommandFrame
    {
        internal const int CommandIdOffset = FrameHeader.Size;
        internal const int ExpiresUnixMsOffset = CommandIdOffset + 4;
        internal const int CommandOffset = ExpiresUnixMsOffset + 8;
        internal const int ArgumentOffset = CommandOffset + 1;
        internal const int FixedSize = ArgumentOffset + 2;

        /// <summary>Bytes of a frame without extensions.</summary>
        public const int MinSize = FixedSize + FrameTag.Size;

        /// <summary>Session whose down key seals the frame.</summary>
        public uint SessionId;

        /// <summary>Number of the command among those of its beacon, from 1.</summary>
        public uint CommandId;

        /// <summary>Service time from which on it is not to be carried out any more.</summary>
        public long ExpiresUnixMs;

        /// <summary>What to do; after a read perhaps a number without a name here.</summary>
        public BeaconCommand Command;

        /// <summary>What the command says of it; 0 where it says nothing.</summary>
        public ushort Argument;

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

            if (CommandId == 0 || ExpiresUnixMs < 0)
            {
                return -(int)WireError.ValueInvalid;
            }

            if (buffer.Length - offset < MinSize)
            {
                return -(int)WireError.NoRoom;
            }

            FrameHeader.Write(buffer, offset, FrameType.Command, SessionId);
            ByteWriter.U32(buffer, offset + CommandIdOffset, CommandId);
            ByteWriter.I64(buffer, offset + ExpiresUnixMsOffset, ExpiresUnixMs);
            ByteWriter.U8(buffer, offset + CommandOffset, (byte)Command);
            ByteWriter.U16(buffer, offset + ArgumentOffset, Argument);
            FrameTag.Clear(buffer, offset + FrameTag.Offset(MinSize));
            return MinSize;
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
            CommandId = ByteReader.U32(buffer, offset + CommandIdOffset);
            ExpiresUnixMs = ByteReader.I64(buffer, offset + ExpiresUnixMsOffset);
            Command = (BeaconCommand)buffer[offset + CommandOffset];
            Argument = ByteReader.U16(buffer, offset + ArgumentOffset);
            return WireError.None;
        }

        private static WireError Check(byte[] buffer, int offset, int count)
        {
            WireError error = FrameHeader.Expect(FrameType.Command, buffer, offset, count);
            if (error != WireError.None)
            {
                return error;
            }

            if (count < MinSize)
            {
                return WireError.TooShort;
            }

            if (ByteReader.U32(buffer, offset + CommandIdOffset) == 0
                || ByteReader.I64(buffer, offset + ExpiresUnixMsOffset) < 0)
            {
                return WireError.ValueInvalid;
            }

            return Extensions.Check(buffer, offset + FixedSize, offset + FrameTag.Offset(count));
        }
    }
}
