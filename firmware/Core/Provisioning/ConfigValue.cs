using LumenLink.Protocol;

namespace LumenLink.Beacon.Provisioning
{
    /// <summary>
    /// Reads values of the configuration file. False, and nothing changed, if a text is no such value.
    /// </summary>
    public static class ConfigValue
    {
        /// <summary>Decimal digits only, within limits.</summary>
        public static bool TryInteger(string text, int min, int max, ref int value)
        {
            if (text.Length == 0 || text.Length > 9)
            {
                return false;
            }

            int result = 0;
            for (int i = 0; i < text.Length; i++)
            {
                if (text[i] < '0' || text[i] > '9')
                {
                    return false;
                }

                result = (result * 10) + (text[i] - '0');
            }

            if (result < min || result > max)
            {
                return false;
            }

            value = result;
            return true;
        }

        /// <summary>0 or 1.</summary>
        public static bool TryFlag(string text, ref bool value)
        {
            if (text != "0" && text != "1")
            {
                return false;
            }

            value = text == "1";
            return true;
        }

        /// <summary>1 to <paramref name="maxLength"/> characters.</summary>
        public static bool TryText(string text, int maxLength, ref string value)
        {
            if (text.Length == 0 || text.Length > maxLength)
            {
                return false;
            }

            value = text;
            return true;
        }

        /// <summary>A signal strength: 0 or a negative decimal number, at least -127.</summary>
        public static bool TryDbm(string text, ref int value)
        {
            int number = 0;
            bool isNegative = text.Length > 0 && text[0] == '-';
            if (!TryInteger(isNegative ? text.Substring(1) : text, 0, isNegative ? sbyte.MaxValue : 0, ref number))
            {
                return false;
            }

            value = -number;
            return true;
        }

        /// <summary>
        /// 1 to <see cref="DeviceLimits.FilterEntries"/> numbers of <paramref name="digits"/> hex digits each, with
        /// commas between.
        /// </summary>
        public static bool TryHexList(string text, int digits, ref ulong[] values)
        {
            int count = (text.Length + 1) / (digits + 1);
            if (count < 1 || count > DeviceLimits.FilterEntries || text.Length != (count * (digits + 1)) - 1)
            {
                return false;
            }

            ulong[] result = new ulong[count];
            for (int i = 0; i < text.Length; i++)
            {
                bool isSeparator = i % (digits + 1) == digits;
                int digit = DigitOf(text[i]);
                if (isSeparator ? text[i] != ',' : digit < 0)
                {
                    return false;
                }

                int entry = i / (digits + 1);
                result[entry] = isSeparator ? result[entry] : (result[entry] << 4) | (uint)digit;
            }

            values = result;
            return true;
        }

        /// <summary>A public key: 128 hex digits.</summary>
        public static bool TryKey(string text, ref byte[]? value)
        {
            if (text.Length != WireSizes.PublicKey * 2)
            {
                return false;
            }

            byte[] key = new byte[WireSizes.PublicKey];
            for (int i = 0; i < text.Length; i++)
            {
                int digit = DigitOf(text[i]);
                if (digit < 0)
                {
                    return false;
                }

                key[i / 2] = (byte)((key[i / 2] << 4) | digit);
            }

            value = key;
            return true;
        }

        private static int DigitOf(char character)
        {
            if (character >= '0' && character <= '9')
            {
                return character - '0';
            }

            if (character >= 'a' && character <= 'f')
            {
                return character - 'a' + 10;
            }

            return character >= 'A' && character <= 'F' ? character - 'A' + 10 : -1;
        }
    }
}
