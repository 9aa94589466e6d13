using System;
using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// What the device code gave in one run, to be compared line by line with another run of it elsewhere: each case is
    /// a line of the console, its results hashed in the order in which they came.
    /// </summary>
    internal sealed class Transcript
    {
        private const string Mark = "transcript ";
        private const string HexDigits = "0123456789abcdef";
        private const int ShownBytes = 8;

        private readonly string area;
        private readonly Sha256 sha = new Sha256();
        private readonly byte[] number = new byte[8];
        private readonly byte[] hash = new byte[Sha256.Size];
        private int cases;

        /// <summary>Begins the lines of an area.</summary>
        internal Transcript(string name)
        {
            area = name;
        }

        /// <summary>Adds a result.</summary>
        internal void Add(byte[] bytes, int offset, int count)
        {
            Add(count);
            sha.Update(bytes, offset, count);
        }

        /// <summary>Adds a result.</summary>
        internal void Add(byte[] bytes)
        {
            Add(bytes, 0, bytes.Length);
        }

        /// <summary>Adds a result.</summary>
        internal void Add(long value)
        {
            ByteWriter.I64(number, 0, value);
            sha.Update(number, 0, number.Length);
        }

        /// <summary>Adds a result.</summary>
        internal void Add(uint value)
        {
            ByteWriter.U32(number, 0, value);
            sha.Update(number, 0, 4);
        }

        /// <summary>Adds a result.</summary>
        internal void Add(bool value)
        {
            Add(value ? 1 : 0);
        }

        /// <summary>Adds a result.</summary>
        internal void Add(string text)
        {
            Add(text.Length);
            for (int i = 0; i < text.Length; i++)
            {
                ByteWriter.U16(number, 0, text[i]);
                sha.Update(number, 0, 2);
            }
        }

        /// <summary>Prints the line of a case.</summary>
        internal void EndCase()
        {
            sha.Finish(hash, 0);
            cases++;
            Console.WriteLine(Mark + area + " " + cases.ToString() + " " + Hex(hash, ShownBytes));
        }

        /// <summary>Bytes as text.</summary>
        internal static string Hex(byte[] bytes, int count)
        {
            char[] text = new char[2 * count];
            for (int i = 0; i < count; i++)
            {
                text[2 * i] = HexDigits[bytes[i] >> 4];
                text[(2 * i) + 1] = HexDigits[bytes[i] & 0xF];
            }

            return new string(text);
        }

        /// <summary>Text as bytes.</summary>
        internal static byte[] FromHex(string hex)
        {
            byte[] bytes = new byte[hex.Length / 2];
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)((HexDigits.IndexOf(hex[2 * i]) << 4) | HexDigits.IndexOf(hex[(2 * i) + 1]));
            }

            return bytes;
        }
    }
}
