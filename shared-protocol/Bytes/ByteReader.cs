namespace LumenLink.Protocol
{
    /// <summary>
    /// Reads little-endian integers at a given index. Nothing is checked here: the caller has compared the length
    /// with the layout before (README, "Conventions").
    /// </summary>
    public static class ByteReader
    {
        /// <summary>The unsigned 16-bit integer at <paramref name="at"/>.</summary>
        public static ushort U16(byte[] buffer, int at)
        {
            return (ushort)(buffer[at] | (buffer[at + 1] << 8));
        }

        /// <summary>The unsigned 24-bit integer at <paramref name="at"/>.</summary>
        public static uint U24(byte[] buffer, int at)
        {
            return (uint)(buffer[at] | (buffer[at + 1] << 8) | (buffer[at + 2] << 16));
        }

        /// <summary>The unsigned 32-bit integer at <paramref name="at"/>.</summary>
        public static uint U32(byte[] buffer, int at)
        {
            return (uint)(buffer[at] | (buffer[at + 1] << 8) | (buffer[at + 2] << 16) | (buffer[at + 3] << 24));
        }

        /// <summary>The unsigned 40-bit integer at <paramref name="at"/>.</summary>
        public static ulong U40(byte[] buffer, int at)
        {
            return U32(buffer, at) | ((ulong)buffer[at + 4] << 32);
        }

        /// <summary>The unsigned 64-bit integer at <paramref name="at"/>.</summary>
        public static ulong U64(byte[] buffer, int at)
        {
            return U32(buffer, at) | ((ulong)U32(buffer, at + 4) << 32);
        }

        /// <summary>The signed 64-bit integer at <paramref name="at"/>.</summary>
        public static long I64(byte[] buffer, int at)
        {
            return ((long)I32(buffer, at + 4) << 32) | (I32(buffer, at) & 0xFFFFFFFFL);
        }

        /// <summary>The signed 8-bit integer at <paramref name="at"/>.</summary>
        public static sbyte I8(byte[] buffer, int at)
        {
            return (sbyte)buffer[at];
        }

        private static int I32(byte[] buffer, int at)
        {
            return buffer[at] | (buffer[at + 1] << 8) | (buffer[at + 2] << 16) | (buffer[at + 3] << 24);
        }
    }
}
