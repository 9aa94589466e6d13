using LumenLink.Protocol;

namespace LumenLink.Beacon.Queue
{
    /// <summary>
    /// One file of the queue: name BBBBBBBB-SSSSSSSS.rec (boot and sequence, hex),
    /// content the record's bytes and four bytes of Adler-32 (RFC 1950) over them.
    /// </summary>
    public static class RecordFile
    {
        /// <summary>Bytes behind the record.</summary>
        public const int TrailerSize = 4;

        /// <summary>Bytes that a file can have at most.</summary>
        public const int MaxSize = WireLimits.MaxRecordBytes + TrailerSize;

        private const int NameLength = 21;
        private const string Extension = ".rec";
        private const string HexDigits = "0123456789ABCDEF";

        /// <summary>Name of the file that holds a record.</summary>
        public static string NameOf(uint boot, uint sequence)
        {
            char[] name = new char[NameLength - Extension.Length];
            PutHex(name, 0, boot);
            name[8] = '-';
            PutHex(name, 9, sequence);
            return new string(name) + Extension;
        }

        /// <summary>Reads a name; false if it is not one that <see cref="NameOf"/> gives.</summary>
        public static bool TryParseName(string name, out uint boot, out uint sequence)
        {
            boot = 0;
            sequence = 0;
            return name.Length == NameLength && name[8] == '-'
                && name.Substring(NameLength - Extension.Length) == Extension
                && TryTakeHex(name, 0, out boot) && TryTakeHex(name, 9, out sequence)
                && WireLimits.IsBoot(boot) && sequence != 0;
        }

        /// <summary>Puts the checksum behind a record. Returns the bytes of the file.</summary>
        /// <param name="buffer">Holds the record from its start, with room for <see cref="TrailerSize"/> more.</param>
        /// <param name="count">Bytes of the record.</param>
        public static int Close(byte[] buffer, int count)
        {
            return ByteWriter.U32(buffer, count, Checksum(buffer, count));
        }

        /// <summary>
        /// Checks a file that was read back. Returns the bytes of the record, or -1 if it is not whole.
        /// </summary>
        /// <param name="content">The file.</param>
        /// <param name="sequence">Sequence that its name says.</param>
        public static int RecordLength(byte[] content, uint sequence)
        {
            int count = content.Length - TrailerSize;
            if (count < RecordHeader.Size || count > WireLimits.MaxRecordBytes
                || ByteReader.U32(content, count) != Checksum(content, count)
                || RecordHeader.Check(content, 0, count) != WireError.None
                || RecordHeader.SequenceOf(content, 0) != sequence)
            {
                return -1;
            }

            return count;
        }

        private static uint Checksum(byte[] buffer, int count)
        {
            // At most 1,536 bytes: the sums stay below 2^32 without a reduction on the way.
            uint a = 1;
            uint b = 0;
            for (int i = 0; i < count; i++)
            {
                a += buffer[i];
                b += a;
            }

            return ((b % 65521) << 16) | (a % 65521);
        }

        private static void PutHex(char[] target, int at, uint value)
        {
            for (int i = 7; i >= 0; i--)
            {
                target[at + i] = HexDigits[(int)(value & 0xF)];
                value >>= 4;
            }
        }

        private static bool TryTakeHex(string text, int at, out uint value)
        {
            value = 0;
            for (int i = at; i < at + 8; i++)
            {
                int digit = HexDigits.IndexOf(text[i]);
                if (digit < 0)
                {
                    return false;
                }

                value = (value << 4) | (uint)digit;
            }

            return true;
        }
    }
}
