namespace LumenLink.Protocol
{
    // Layout (README section 2): version u8, type u8, session_id u32.
    // After the length check of Check, offset + Size bytes may be read.

    /// <summary>The six bytes that every frame starts with.</summary>
    public sealed partial class FrameHeader
    {
        internal const int VersionOffset = 0;
        internal const int TypeOffset = VersionOffset + 1;
        internal const int SessionIdOffset = TypeOffset + 1;
        internal const int FixedSize = SessionIdOffset + 4;

        /// <summary>Bytes of the header.</summary>
        public const int Size = FixedSize;

        /// <summary>Type of the frame; known after a read.</summary>
        public FrameType Type;

        /// <summary>Session whose key seals the frame; 0 where the type has none.</summary>
        public uint SessionId;

        /// <summary>
        /// Reads the header of a frame of any type. On an error the object stays as it was. The order of the checks
        /// is the specification's: version, length, type, session.
        /// </summary>
        public WireError Read(byte[] buffer, int offset, int count)
        {
            WireError error = Check(buffer, offset, count);
            if (error == WireError.None)
            {
                Type = (FrameType)buffer[offset + TypeOffset];
                SessionId = ByteReader.U32(buffer, offset + SessionIdOffset);
            }

            return error;
        }

        /// <summary>Checks that a frame starts with a valid header of type <paramref name="expected"/>.</summary>
        public static WireError Expect(FrameType expected, byte[] buffer, int offset, int count)
        {
            WireError error = Check(buffer, offset, count);
            if (error == WireError.None && buffer[offset + TypeOffset] != (byte)expected)
            {
                return WireError.TypeNotExpected;
            }

            return error;
        }

        /// <summary>Writes a header and returns the index behind it. The caller has checked the room.</summary>
        public static int Write(byte[] buffer, int offset, FrameType type, uint sessionId)
        {
            buffer[offset + VersionOffset] = WireVersion.Major;
            buffer[offset + TypeOffset] = (byte)type;
            return ByteWriter.U32(buffer, offset + SessionIdOffset, sessionId);
        }

        /// <summary>True for the types that end in a tag and carry a session id.</summary>
        public static bool IsSealed(FrameType type)
        {
            switch (type)
            {
                case FrameType.Records:
                case FrameType.CommandAck:
                case FrameType.AttestationResult:
                case FrameType.Receipt:
                case FrameType.Config:
                case FrameType.Command:
                    return true;
                default:
                    return false;
            }
        }

        private static WireError Check(byte[] buffer, int offset, int count)
        {
            if (count < 1 || offset < 0 || offset > buffer.Length - count)
            {
                return WireError.TooShort;
            }

            if (buffer[offset + VersionOffset] != WireVersion.Major)
            {
                return WireError.VersionUnknown;
            }

            if (count > WireLimits.MaxFrameBytes)
            {
                return WireError.TooLong;
            }

            if (count < Size)
            {
                return WireError.TooShort;
            }

            return CheckTypeAndSession(buffer[offset + TypeOffset], ByteReader.U32(buffer, offset + SessionIdOffset));
        }

        private static WireError CheckTypeAndSession(byte type, uint sessionId)
        {
            switch ((FrameType)type)
            {
                case FrameType.Hello:
                case FrameType.Evidence:
                case FrameType.Challenge:
                case FrameType.AttestationRefusal:
                    return sessionId == 0 ? WireError.None : WireError.SessionNotZero;
                case FrameType.Records:
                case FrameType.Receipt:
                case FrameType.AttestationResult:
                case FrameType.CommandAck:
                case FrameType.Config:
                case FrameType.Command:
                    return sessionId != 0 ? WireError.None : WireError.SessionMissing;
                default:
                    return WireError.TypeUnknown;
            }
        }
    }
}
