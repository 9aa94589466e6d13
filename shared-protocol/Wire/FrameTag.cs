using System;

namespace LumenLink.Protocol
{
    /// <summary>
    /// The tag that ends a sealed frame: the first 8 bytes of HMAC-SHA-256(key of the direction, all bytes before the
    /// tag) (README section 2). Who calls computes the HMAC.
    /// </summary>
    public static class FrameTag
    {
        /// <summary>Bytes of the tag.</summary>
        public const int Size = WireSizes.Tag;

        /// <summary>
        /// Where the tag of a frame of <paramref name="length"/> bytes starts: also how many bytes it covers.
        /// </summary>
        public static int Offset(int length)
        {
            return length - Size;
        }

        /// <summary>Leaves the tag of a frame to who seals it.</summary>
        /// <param name="frame">Holds the frame.</param>
        /// <param name="at">Where the tag starts.</param>
        internal static void Clear(byte[] frame, int at)
        {
            Array.Clear(frame, at, Size);
        }

        /// <summary>Puts the tag into a frame that was written with room for it.</summary>
        /// <param name="frame">Buffer that holds the frame.</param>
        /// <param name="offset">Where the frame starts.</param>
        /// <param name="count">Bytes of the frame, tag included.</param>
        /// <param name="mac32">HMAC-SHA-256 of the bytes before the tag, at least 8 bytes.</param>
        public static void Put(byte[] frame, int offset, int count, byte[] mac32)
        {
            Array.Copy(mac32, 0, frame, offset + Offset(count), Size);
        }

        /// <summary>
        /// True if the frame ends in the tag of <paramref name="mac32"/>. Takes the same time wherever they differ.
        /// </summary>
        /// <param name="frame">Buffer that holds the frame.</param>
        /// <param name="offset">Where the frame starts.</param>
        /// <param name="count">Bytes of the frame, tag included.</param>
        /// <param name="mac32">HMAC-SHA-256 of the bytes before the tag, at least 8 bytes.</param>
        public static bool Matches(byte[] frame, int offset, int count, byte[] mac32)
        {
            if (count < Size || offset < 0 || offset > frame.Length - count || mac32.Length < Size)
            {
                return false;
            }

            int at = offset + Offset(count);
            int difference = 0;
            for (int i = 0; i < Size; i++)
            {
                difference |= frame[at + i] ^ mac32[i];
            }

            return difference == 0;
        }
    }
}
