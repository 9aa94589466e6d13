using System;
using System.Buffers.Binary;

namespace LumenLink.Protocol
{
    public sealed partial class FrameHeader
    {
        /// <summary>Reads the header of a frame of any type. On an error the object stays as it was.</summary>
        public WireError Read(ReadOnlySpan<byte> frame)
        {
            WireError error = Check(frame);
            if (error == WireError.None)
            {
                Type = (FrameType)frame[TypeOffset];
                SessionId = SessionIdOf(frame);
            }

            return error;
        }

        /// <summary>Checks that a frame starts with a valid header of type <paramref name="expected"/>.</summary>
        public static WireError Expect(FrameType expected, ReadOnlySpan<byte> frame)
        {
            WireError error = Check(frame);
            return error == WireError.None && frame[TypeOffset] != (byte)expected ? WireError.TypeNotExpected : error;
        }

        /// <summary>Session id of a frame whose header was checked.</summary>
        internal static uint SessionIdOf(ReadOnlySpan<byte> frame) =>
            BinaryPrimitives.ReadUInt32LittleEndian(frame[SessionIdOffset..]);

        private static WireError Check(ReadOnlySpan<byte> frame)
        {
            if (frame.IsEmpty)
            {
                return WireError.TooShort;
            }

            if (frame[VersionOffset] != WireVersion.Current)
            {
                return WireError.VersionUnknown;
            }

            if (frame.Length > WireLimits.MaxFrameBytes)
            {
                return WireError.TooLong;
            }

            return frame.Length < Size
                ? WireError.TooShort
                : CheckTypeAndSession(frame[TypeOffset], SessionIdOf(frame));
        }
    }
}
