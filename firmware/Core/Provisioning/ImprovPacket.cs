using System;

namespace LumenLink.Beacon.Provisioning
{
    // Packet (Improv via BLE, RPC Command and RPC Result):
    // command u8, data_length u8, data, checksum u8: the sum of all bytes before it, modulo 256.
    // As a list of strings, data is (length u8, bytes) for each.

    /// <summary>One packet, of a command on its way in piece by piece, or of a result.</summary>
    public sealed class ImprovPacket
    {
        /// <summary>Bytes of the longest packet.</summary>
        public const int MaxBytes = byte.MaxValue + Overhead;

        private const int LengthOffset = 1;
        private const int DataOffset = 2;
        private const int Overhead = 3;

        /// <summary>The packet from its start.</summary>
        public readonly byte[] Bytes = new byte[MaxBytes];

        /// <summary>Bytes that are there.</summary>
        public int Length { get; private set; }

        /// <summary>The first byte; 0 if there is none. A value that is no command may arrive.</summary>
        public ImprovCommand Command
        {
            get { return (ImprovCommand)Bytes[0]; }
        }

        /// <summary>Bytes of data that the packet announces.</summary>
        public int DataLength
        {
            get { return Bytes[LengthOffset]; }
        }

        /// <summary>True if nothing of it is missing.</summary>
        public bool IsWhole
        {
            get { return Length > LengthOffset && Length == DataLength + Overhead; }
        }

        /// <summary>True if the checksum of a whole packet is right.</summary>
        public bool IsIntact
        {
            get { return Bytes[Length - 1] == SumOf(Length - 1); }
        }

        /// <summary>Forgets everything: a password does not stay.</summary>
        public void Clear()
        {
            Array.Clear(Bytes, 0, Bytes.Length);
            Length = 0;
        }

        /// <summary>Adds what a write brought.</summary>
        /// <returns>False if that is more than the packet announces; it is of no use then.</returns>
        public bool Append(byte[] bytes, int count)
        {
            if (count > MaxBytes - Length)
            {
                return false;
            }

            Array.Copy(bytes, 0, Bytes, Length, count);
            Length += count;
            return Length <= LengthOffset || Length <= DataLength + Overhead;
        }

        /// <summary>Finds the string that begins at an offset of the data.</summary>
        /// <param name="at">Offset of its length in the data.</param>
        /// <param name="start">Offset of its first byte in <see cref="Bytes"/>.</param>
        /// <returns>Its bytes; -1 if the data ends before.</returns>
        public int StringAt(int at, out int start)
        {
            start = DataOffset + at + 1;
            if (at >= DataLength)
            {
                return -1;
            }

            int length = Bytes[DataOffset + at];
            return at + 1 + length <= DataLength ? length : -1;
        }

        /// <summary>Begins the result of a command.</summary>
        public void Begin(ImprovCommand command)
        {
            Clear();
            Bytes[0] = (byte)command;
            Length = DataOffset;
        }

        /// <summary>Adds a string. What does not fit any more is cut.</summary>
        /// <param name="text">In UTF-8.</param>
        public void AddString(byte[] text)
        {
            int room = MaxBytes - 1 - Length - 1;
            int count = text.Length < room ? text.Length : room;
            if (count >= 0)
            {
                Bytes[Length] = (byte)count;
                Array.Copy(text, 0, Bytes, Length + 1, count);
                Length += count + 1;
            }
        }

        /// <summary>Ends a result: its length and checksum.</summary>
        public void End()
        {
            Bytes[LengthOffset] = (byte)(Length - DataOffset);
            Bytes[Length] = SumOf(Length);
            Length++;
        }

        private byte SumOf(int count)
        {
            int sum = 0;
            for (int i = 0; i < count; i++)
            {
                sum += Bytes[i];
            }

            return (byte)sum;
        }
    }
}
