using System;

namespace LumenLink.Protocol
{
    /// <summary>
    /// A text of at most 32 printable ASCII characters (0x20 to 0x7E), as bytes. Empty means absent. Reused by its frame.
    /// </summary>
    public sealed class AsciiText
    {
        /// <summary>The characters; the first <see cref="Length"/> bytes count.</summary>
        public readonly byte[] Bytes = new byte[WireLimits.MaxAsciiBytes];

        /// <summary>Characters in use, 0 to 32.</summary>
        public int Length;

        /// <summary>Takes the characters of <paramref name="text"/>; false, and nothing taken, if they do not fit or are not printable.</summary>
        public bool Set(string text)
        {
            if (text.Length > WireLimits.MaxAsciiBytes)
            {
                return false;
            }

            for (int i = 0; i < text.Length; i++)
            {
                if (!IsPrintable(text[i]))
                {
                    return false;
                }
            }

            for (int i = 0; i < text.Length; i++)
            {
                Bytes[i] = (byte)text[i];
            }

            Length = text.Length;
            return true;
        }

        /// <summary>The characters as a new string.</summary>
        public string ToText()
        {
            char[] characters = new char[Length];
            for (int i = 0; i < Length; i++)
            {
                characters[i] = (char)Bytes[i];
            }

            return new string(characters);
        }

        internal static WireError Check(byte[] buffer, int offset, int count)
        {
            if (count > WireLimits.MaxAsciiBytes)
            {
                return WireError.LengthInvalid;
            }

            for (int i = 0; i < count; i++)
            {
                if (!IsPrintable(buffer[offset + i]))
                {
                    return WireError.ValueInvalid;
                }
            }

            return WireError.None;
        }

        internal static bool IsPrintable(int character)
        {
            return character >= 0x20 && character <= 0x7E;
        }

        internal void Take(byte[] buffer, int offset, int count)
        {
            Array.Copy(buffer, offset, Bytes, 0, count);
            Length = count;
        }
    }
}
