namespace LumenLink.Protocol
{
    /// <summary>
    /// A body of <c>POST /api/v1/frames</c>, either way: frames back to back, each behind its length as u16
    /// (README section 10). Frames are not looked into.
    /// </summary>
    public static class FrameList
    {
        /// <summary>Bytes of the length before each frame.</summary>
        public const int LengthSize = 2;

        /// <summary>Checks a whole body; after <see cref="WireError.None"/> its lengths can be followed.</summary>
        /// <param name="body">Holds the body from its start.</param>
        /// <param name="count">Bytes of the body.</param>
        public static WireError Check(byte[] body, int count)
        {
            if (count > WireLimits.MaxPostBytes)
            {
                return WireError.TooLong;
            }

            int frames = 0;
            int at = 0;
            while (at < count)
            {
                if (count - at < LengthSize)
                {
                    return WireError.TooShort;
                }

                int length = LengthAt(body, at);
                if (length == 0 || length > WireLimits.MaxFrameBytes)
                {
                    return WireError.LengthInvalid;
                }

                at += LengthSize + length;
                frames++;
                if (at > count)
                {
                    return WireError.TooShort;
                }

                if (frames > WireLimits.MaxPostFrames)
                {
                    return WireError.CountInvalid;
                }
            }

            return WireError.None;
        }

        /// <summary>
        /// Bytes of the frame whose length is at <paramref name="at"/>; the frame is right behind it.
        /// </summary>
        public static int LengthAt(byte[] body, int at)
        {
            return ByteReader.U16(body, at);
        }

        /// <summary>Appends a frame.</summary>
        /// <param name="body">Takes it.</param>
        /// <param name="at">Bytes that the body has.</param>
        /// <param name="frame">Holds the frame from its start.</param>
        /// <param name="count">Bytes of the frame.</param>
        /// <returns>Bytes that the body has now; -1 if the frame is none or has no room.</returns>
        public static int Append(byte[] body, int at, byte[] frame, int count)
        {
            int limit = body.Length < WireLimits.MaxPostBytes ? body.Length : WireLimits.MaxPostBytes;
            if (count < 1 || count > WireLimits.MaxFrameBytes || limit - at < LengthSize + count)
            {
                return -1;
            }

            ByteWriter.U16(body, at, (ushort)count);
            return ByteWriter.Bytes(body, at + LengthSize, frame, 0, count);
        }
    }
}
