using System;
using System.Security.Cryptography;

namespace LumenLink.Protocol
{
    /// <summary>Puts and checks the tag of sealed frames with .NET's HMAC; nothing is allocated.</summary>
    public static class FrameSeal
    {
        /// <summary>Computes the tag over all bytes before its room and puts it in.</summary>
        /// <param name="frame">A frame as a writer left it, room for the tag included.</param>
        /// <param name="key">The 32-byte key of the direction.</param>
        public static void Seal(Span<byte> frame, ReadOnlySpan<byte> key)
        {
            Span<byte> mac = stackalloc byte[WireSizes.Hash];
            int covered = FrameTag.Offset(frame.Length);
            HMACSHA256.HashData(key, frame[..covered], mac);
            mac[..FrameTag.Size].CopyTo(frame[covered..]);
        }

        /// <summary>
        /// Checks the tag in constant time: <see cref="WireError.None"/>, <see cref="WireError.TooShort"/> or
        /// <see cref="WireError.TagMismatch"/>.
        /// </summary>
        /// <param name="frame">A whole frame.</param>
        /// <param name="key">The 32-byte key of the direction.</param>
        public static WireError Verify(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> key)
        {
            int covered = FrameTag.Offset(frame.Length);
            if (covered < FrameHeader.Size)
            {
                return WireError.TooShort;
            }

            Span<byte> mac = stackalloc byte[WireSizes.Hash];
            HMACSHA256.HashData(key, frame[..covered], mac);
            return CryptographicOperations.FixedTimeEquals(frame[covered..], mac[..FrameTag.Size])
                ? WireError.None
                : WireError.TagMismatch;
        }
    }
}
