using LumenLink.Protocol;
using System;

namespace LumenLink.Beacon.Queue
{
    /// <summary>
    /// A segment of the queue: a file named BBBBBBBB-SSSSSSSS.seg (boot, and sequence of its first record, hex) with
    /// records of consecutive sequences, back to back: length u16, CRC-32 u32 (IEEE 802.3) over length and record,
    /// record. All that is known of a record is in the record itself and in this name.
    /// </summary>
    public static class SegmentFormat
    {
        /// <summary>Bytes before a record.</summary>
        public const int PrefixSize = 6;

        /// <summary>Bytes that one record takes at most.</summary>
        public const int MaxEntrySize = PrefixSize + WireLimits.MaxRecordBytes;

        /// <summary>Bytes that tell a record's length and sequence.</summary>
        public const int HeadSize = PrefixSize + RecordHeader.Size;

        private const int NameLength = 21;
        private const int CrcOffset = 2;
        private const string Extension = ".seg";
        private const string HexDigits = "0123456789ABCDEF";

        // CRC-32 of the sixteen half bytes: two steps a byte for 64 bytes of table.
        private static readonly uint[] CrcOfNibble = new uint[]
        {
            0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
            0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
        };

        /// <summary>Name of the segment that begins with a record.</summary>
        public static string NameOf(uint boot, uint sequence)
        {
            char[] name = new char[NameLength];
            PutHex(name, 0, boot);
            name[8] = '-';
            PutHex(name, 9, sequence);
            for (int i = 0; i < Extension.Length; i++)
            {
                name[NameLength - Extension.Length + i] = Extension[i];
            }

            return new string(name);
        }

        /// <summary>Reads a name; false if it is not one that <see cref="NameOf"/> gives.</summary>
        public static bool TryParseName(string name, out uint boot, out uint sequence)
        {
            boot = 0;
            sequence = 0;
            return name.Length == NameLength && name[8] == '-'
                && name.Substring(NameLength - Extension.Length) == Extension
                && TryTakeHex(name, 0, out boot) && TryTakeHex(name, 9, out sequence)
                && WireLimits.IsBoot(boot) && sequence != 0 && sequence <= WireLimits.MaxSequence;
        }

        /// <summary>Puts a record with what goes before it into a buffer.</summary>
        /// <param name="record">Holds the record from its start.</param>
        /// <param name="count">Its bytes.</param>
        /// <param name="entry">Takes them: <see cref="MaxEntrySize"/> bytes.</param>
        /// <returns>Bytes of the entry.</returns>
        public static int Write(byte[] record, int count, byte[] entry)
        {
            Array.Copy(record, 0, entry, PrefixSize, count);
            ByteWriter.U16(entry, 0, (ushort)count);
            ByteWriter.U32(entry, CrcOffset, Crc(entry, count));
            return PrefixSize + count;
        }

        /// <summary>
        /// Bytes of the entry whose head is here, or 0 if none of that sequence can be: what follows is lost, too.
        /// </summary>
        /// <param name="head">Holds <see cref="HeadSize"/> bytes.</param>
        /// <param name="offset">Where they start.</param>
        /// <param name="sequence">Sequence that the record has.</param>
        public static int EntrySize(byte[] head, int offset, uint sequence)
        {
            int count = ByteReader.U16(head, offset);
            bool isPossible = count >= RecordHeader.Size && count <= WireLimits.MaxRecordBytes
                && RecordHeader.SequenceOf(head, offset + PrefixSize) == sequence;
            return isPossible ? PrefixSize + count : 0;
        }

        /// <summary>True if a whole entry is as it was written.</summary>
        /// <param name="entry">Holds it from its start.</param>
        /// <param name="size">Bytes that its head says.</param>
        public static bool IsWhole(byte[] entry, int size)
        {
            int count = size - PrefixSize;
            return ByteReader.U16(entry, 0) == count
                && ByteReader.U32(entry, CrcOffset) == Crc(entry, count)
                && RecordHeader.Check(entry, PrefixSize, count) == WireError.None;
        }

        /// <summary>Flash that a segment takes: whole blocks of the file system.</summary>
        internal static int FlashBytesOf(int bytes)
        {
            return (bytes + DeviceLimits.FlashBlockBytes - 1) / DeviceLimits.FlashBlockBytes
                * DeviceLimits.FlashBlockBytes;
        }

        /// <summary>Over the length and the record of an entry.</summary>
        private static uint Crc(byte[] entry, int count)
        {
            uint crc = Update(0xFFFFFFFF, entry, 0, CrcOffset);
            return ~Update(crc, entry, PrefixSize, PrefixSize + count);
        }

        private static uint Update(uint crc, byte[] bytes, int from, int to)
        {
            uint[] table = CrcOfNibble;
            for (int i = from; i < to; i++)
            {
                crc ^= bytes[i];
                crc = (crc >> 4) ^ table[crc & 0xF];
                crc = (crc >> 4) ^ table[crc & 0xF];
            }

            return crc;
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
