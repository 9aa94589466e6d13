using System;

namespace LumenLink.Protocol
{
    /// <summary>
    /// Writes little-endian integers at a given index and returns the index behind them. The mirror of
    /// <see cref="ByteReader"/>; the caller has checked the room before.
    /// </summary>
    public static class ByteWriter
    {
        /// <summary>Writes one byte.</summary>
        public static int U8(byte[] buffer, int at, int value)
        {
            buffer[at] = (byte)value;
            return at + 1;
        }

        /// <summary>Writes an unsigned 16-bit integer.</summary>
        public static int U16(byte[] buffer, int at, ushort value)
        {
            buffer[at] = (byte)value;
            buffer[at + 1] = (byte)(value >> 8);
            return at + 2;
        }

        /// <summary>Writes the low 24 bits of an unsigned integer.</summary>
        public static int U24(byte[] buffer, int at, uint value)
        {
            U16(buffer, at, (ushort)value);
            return U8(buffer, at + 2, (byte)(value >> 16));
        }

        /// <summary>Writes an unsigned 32-bit integer.</summary>
        public static int U32(byte[] buffer, int at, uint value)
        {
            buffer[at] = (byte)value;
            buffer[at + 1] = (byte)(value >> 8);
            buffer[at + 2] = (byte)(value >> 16);
            buffer[at + 3] = (byte)(value >> 24);
            return at + 4;
        }

        /// <summary>Writes the low 40 bits of an unsigned integer.</summary>
        public static int U40(byte[] buffer, int at, ulong value)
        {
            U32(buffer, at, (uint)value);
            return U8(buffer, at + 4, (byte)(value >> 32));
        }

        /// <summary>Writes an unsigned 64-bit integer.</summary>
        public static int U64(byte[] buffer, int at, ulong value)
        {
            U32(buffer, at, (uint)value);
            return U32(buffer, at + 4, (uint)(value >> 32));
        }

        /// <summary>Writes a signed 64-bit integer.</summary>
        public static int I64(byte[] buffer, int at, long value)
        {
            return U64(buffer, at, (ulong)value);
        }

        /// <summary>Copies the whole of <paramref name="value"/>.</summary>
        public static int Bytes(byte[] buffer, int at, byte[] value)
        {
            return Bytes(buffer, at, value, 0, value.Length);
        }

        /// <summary>
        /// Copies <paramref name="count"/> bytes of <paramref name="value"/> from <paramref name="offset"/>.
        /// </summary>
        public static int Bytes(byte[] buffer, int at, byte[] value, int offset, int count)
        {
            Array.Copy(value, offset, buffer, at, count);
            return at + count;
        }
    }
}
