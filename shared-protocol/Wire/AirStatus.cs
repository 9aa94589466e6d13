namespace LumenLink.Protocol
{
    // Layout (README section 11): uuid 16 bytes, version u8, state u8, queue_tenths u8.

    /// <summary>
    /// What a beacon says of itself in its scan response: service data under a 128-bit UUID of our own (AD type 0x21).
    /// Anybody may send it: a hint for whoever stands before a beacon, never a proof. It holds nothing that tells one
    /// beacon from another for longer than its state lasts.
    /// </summary>
    public static class AirStatus
    {
        /// <summary>AD type: service data under a 128-bit UUID.</summary>
        public const byte DataType = 0x21;

        /// <summary>Version of the layout.</summary>
        public const byte Version = 1;

        /// <summary>Bytes of the AD structure's data.</summary>
        public const int Size = QueueTenthsOffset + 1;

        internal const int UuidOffset = 0;
        internal const int VersionOffset = UuidOffset + UuidSize;
        internal const int StateOffset = VersionOffset + 1;
        internal const int QueueTenthsOffset = StateOffset + 1;

        private const int UuidSize = 16;

        // 0aba7765-ab72-460c-9480-a500a963f450, least significant byte first as on air.
        private const ulong UuidLow = 0x9480A500A963F450;
        private const ulong UuidHigh = 0x0ABA7765AB72460C;

        /// <summary>Writes the data of the AD structure.</summary>
        /// <param name="target">Takes <see cref="Size"/> bytes.</param>
        /// <param name="state">Bits of state.</param>
        /// <param name="queueTenths">How full the queue is, in tenths, 0 to 10.</param>
        public static void Write(byte[] target, AirState state, byte queueTenths)
        {
            ByteWriter.U64(target, UuidOffset, UuidLow);
            ByteWriter.U64(target, UuidOffset + 8, UuidHigh);
            target[VersionOffset] = Version;
            target[StateOffset] = (byte)state;
            target[QueueTenthsOffset] = queueTenths;
        }

        /// <summary>Reads the data of an AD structure of type <see cref="DataType"/>.</summary>
        /// <param name="data">Holds it.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="count">Its bytes; more than known are left alone.</param>
        /// <param name="state">Bits of state, unknown ones included.</param>
        /// <param name="queueTenths">How full the queue is, in tenths.</param>
        /// <returns>False if it is not ours, too short, or of another version.</returns>
        public static bool TryRead(byte[] data, int offset, int count, out AirState state, out byte queueTenths)
        {
            state = AirState.None;
            queueTenths = 0;
            if (count < Size || ByteReader.U64(data, offset) != UuidLow
                || ByteReader.U64(data, offset + 8) != UuidHigh || data[offset + VersionOffset] != Version)
            {
                return false;
            }

            state = (AirState)data[offset + StateOffset];
            queueTenths = data[offset + QueueTenthsOffset];
            return queueTenths <= 10;
        }
    }
}
