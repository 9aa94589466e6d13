using System;

namespace LumenLink.Beacon.Security
{
    // Command:  word address 03, count u8, opcode u8, param1 u8, param2 u16, data, crc u16; count and crc start at
    // count. Response: count u8, data, crc u16; or with one byte of data a status.

    /// <summary>One command packet, built in place and reused, and the rules that an answer must meet.</summary>
    internal sealed class Atecc608Packet
    {
        internal const int CountOffset = 1;
        internal const int OpcodeOffset = CountOffset + 1;
        internal const int Param1Offset = OpcodeOffset + 1;
        internal const int Param2Offset = Param1Offset + 1;
        internal const int DataOffset = Param2Offset + 2;
        internal const int CrcSize = 2;

        /// <summary>The most data that a command in use carries: details and message of KDF.</summary>
        internal const int MaxData = 4 + MaxKdfMessage;

        internal const int MaxKdfMessage = 128;

        internal const int StatusSize = 1;
        internal const int ResponseDataOffset = 1;
        internal const int ResponseOverhead = ResponseDataOffset + CrcSize;
        internal const int StatusResponseSize = ResponseOverhead + StatusSize;

        /// <summary>The most data that an answer in use carries: a key or a signature.</summary>
        internal const int MaxResponseSize = ResponseOverhead + 64;

        internal const byte StatusAfterWake = 0x11;

        private const byte WordAddressCommand = 0x03;

        /// <summary>The bytes on the wire; the first <see cref="Length"/> count.</summary>
        internal readonly byte[] Bytes = new byte[DataOffset + MaxData + CrcSize];

        /// <summary>Bytes on the wire, once finished.</summary>
        internal int Length;

        /// <summary>False if sending the command twice is not the same as sending it once.</summary>
        internal bool IsRepeatable;

        /// <summary>True if the one byte of the answer is bits and no status: SelfTest.</summary>
        internal bool AsksForBits;

        internal byte Opcode
        {
            get { return Bytes[OpcodeOffset]; }
        }

        /// <summary>Begins a command without data.</summary>
        internal Atecc608Packet Start(byte opcode, byte param1, ushort param2)
        {
            Bytes[0] = WordAddressCommand;
            Bytes[OpcodeOffset] = opcode;
            Bytes[Param1Offset] = param1;
            Bytes[Param2Offset] = (byte)param2;
            Bytes[Param2Offset + 1] = (byte)(param2 >> 8);
            Length = DataOffset;
            IsRepeatable = true;
            AsksForBits = false;
            return this;
        }

        /// <summary>Marks a command that must not be sent again once the chip may have carried it out.</summary>
        internal Atecc608Packet Once()
        {
            IsRepeatable = false;
            return this;
        }

        /// <summary>Marks a command whose answer is one byte of bits.</summary>
        internal Atecc608Packet ForBits()
        {
            AsksForBits = true;
            return this;
        }

        /// <summary>Adds one byte of data.</summary>
        internal Atecc608Packet Append(byte value)
        {
            Bytes[Length++] = value;
            return this;
        }

        /// <summary>Adds data.</summary>
        internal Atecc608Packet Append(byte[] data, int offset, int count)
        {
            Array.Copy(data, offset, Bytes, Length, count);
            Length += count;
            return this;
        }

        /// <summary>Puts in count and CRC.</summary>
        internal Atecc608Packet Finish()
        {
            int covered = Length - CountOffset;
            Bytes[CountOffset] = (byte)(covered + CrcSize);
            ushort crc = Crc(Bytes, CountOffset, covered);
            Bytes[Length] = (byte)crc;
            Bytes[Length + 1] = (byte)(crc >> 8);
            Length += CrcSize;
            return this;
        }

        /// <summary>True if the count is one that <paramref name="read"/> bytes can hold.</summary>
        internal static bool HasCount(byte[] response, int read)
        {
            return response[0] >= StatusResponseSize && response[0] <= read;
        }

        /// <summary>True if count and CRC of an answer hold.</summary>
        internal static bool IsIntact(byte[] response, int read)
        {
            if (!HasCount(response, read))
            {
                return false;
            }

            int covered = response[0] - CrcSize;
            ushort crc = Crc(response, 0, covered);
            return response[covered] == (byte)crc && response[covered + 1] == (byte)(crc >> 8);
        }

        /// <summary>What an intact answer says to a command that wants <paramref name="wanted"/> bytes.</summary>
        internal static ChipStatus Judge(byte[] response, int wanted)
        {
            bool isStatus = response[0] == StatusResponseSize;
            if (isStatus)
            {
                ChipStatus status = Status(response[ResponseDataOffset]);
                return status == ChipStatus.Ok && wanted != StatusSize ? ChipStatus.ResponseMalformed : status;
            }

            bool isWanted = wanted != StatusSize && response[0] == ResponseOverhead + wanted;
            return isWanted ? ChipStatus.Ok : ChipStatus.ResponseMalformed;
        }

        /// <summary>What an intact answer says to a command that asks for bits. No test has the bits 6 and 7 that
        /// both refusals have.</summary>
        internal static ChipStatus JudgeBits(byte[] response)
        {
            if (response[0] != StatusResponseSize)
            {
                return ChipStatus.ResponseMalformed;
            }

            ChipStatus status = Status(response[ResponseDataOffset]);
            bool isRefusal = status == ChipStatus.WatchdogAboutToExpire || status == ChipStatus.CrcError;
            return isRefusal ? status : ChipStatus.Ok;
        }

        /// <summary>The name of a status byte; one that no command answers with is malformed.</summary>
        internal static ChipStatus Status(byte status)
        {
            switch (status)
            {
                case 0x00:
                    return ChipStatus.Ok;
                case 0x01:
                    return ChipStatus.Miscompare;
                case 0x03:
                    return ChipStatus.ParseError;
                case 0x05:
                    return ChipStatus.EccFault;
                case 0x07:
                    return ChipStatus.SelfTestError;
                case 0x08:
                    return ChipStatus.HealthTestError;
                case 0x0F:
                    return ChipStatus.ExecutionError;
                case 0xEE:
                    return ChipStatus.WatchdogAboutToExpire;
                case 0xFF:
                    return ChipStatus.CrcError;
                default:
                    return ChipStatus.ResponseMalformed;
            }
        }

        /// <summary>CRC-16 with polynomial 0x8005, from 0; bits enter lowest first, the register is not
        /// reflected.</summary>
        internal static ushort Crc(byte[] bytes, int offset, int count)
        {
            int crc = 0;
            int end = offset + count;
            for (int i = offset; i < end; i++)
            {
                int value = bytes[i];
                for (int bit = 0; bit < 8; bit++)
                {
                    int differs = ((crc >> 15) ^ (value >> bit)) & 1;
                    crc = ((crc << 1) & 0xFFFF) ^ (differs * 0x8005);
                }
            }

            return (ushort)crc;
        }
    }
}
