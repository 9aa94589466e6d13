namespace LumenLink.Protocol
{
    /// <summary>Base64url without padding (RFC 4648, section 5). nanoFramework has the standard alphabet only.</summary>
    public static class Base64Url
    {
        private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

        /// <summary>Characters of <paramref name="count"/> encoded bytes.</summary>
        public static int TextLength(int count)
        {
            return ((count * 8) + 5) / 6;
        }

        /// <summary>Encodes bytes into a new string.</summary>
        public static string ToText(byte[] buffer, int offset, int count)
        {
            char[] text = new char[TextLength(count)];
            int bits = 0;
            int bitCount = 0;
            int next = 0;
            for (int i = 0; i < count; i++)
            {
                bits = ((bits & 0xFF) << 8) | buffer[offset + i];
                bitCount += 8;
                while (bitCount >= 6)
                {
                    bitCount -= 6;
                    text[next] = Alphabet[(bits >> bitCount) & 0x3F];
                    next++;
                }
            }

            if (bitCount > 0)
            {
                text[next] = Alphabet[(bits << (6 - bitCount)) & 0x3F];
            }

            return new string(text);
        }

        /// <summary>
        /// Decodes part of a text into exactly <paramref name="count"/> bytes. False, with the bytes undefined, if the length
        /// is another, a character is not of the alphabet, or unused bits are not zero: one value has one text.
        /// </summary>
        public static bool TryDecode(string text, int textOffset, int textCount, byte[] buffer, int offset, int count)
        {
            if (textCount != TextLength(count) || textOffset > text.Length - textCount || offset > buffer.Length - count)
            {
                return false;
            }

            int bits = 0;
            int bitCount = 0;
            int end = offset + count;
            for (int i = 0; i < textCount; i++)
            {
                int value = ValueOf(text[textOffset + i]);
                if (value < 0)
                {
                    return false;
                }

                bits = ((bits & 0xFF) << 6) | value;
                bitCount += 6;
                if (bitCount >= 8 && offset < end)
                {
                    bitCount -= 8;
                    buffer[offset] = (byte)(bits >> bitCount);
                    offset++;
                }
            }

            return (bits & ((1 << bitCount) - 1)) == 0;
        }

        private static int ValueOf(char character)
        {
            if (character >= 'A' && character <= 'Z')
            {
                return character - 'A';
            }

            if (character >= 'a' && character <= 'z')
            {
                return character - 'a' + 26;
            }

            if (character >= '0' && character <= '9')
            {
                return character - '0' + 52;
            }

            return character == '-' ? 62 : character == '_' ? 63 : -1;
        }
    }
}
