namespace LumenLink.Beacon.Provisioning
{
    /// <summary>Text from outside, before it becomes a string: strings of the device end at a NUL.</summary>
    public static class Utf8Text
    {
        private const int TwoBytesFrom = 0xC2;
        private const int ThreeBytesFrom = 0xE0;
        private const int FourBytesFrom = 0xF0;
        private const int FourBytesTo = 0xF4;

        /// <summary>True if the bytes are UTF-8 (RFC 3629) without a NUL.</summary>
        public static bool IsValid(byte[] bytes, int start, int count)
        {
            int end = start + count;
            int at = start;
            while (at < end)
            {
                int first = bytes[at];
                int size = SizeOf(first);
                if (size == 0 || at + size > end)
                {
                    return false;
                }

                for (int i = 1; i < size; i++)
                {
                    if ((bytes[at + i] & 0xC0) != 0x80)
                    {
                        return false;
                    }
                }

                if (size > 2 && !IsSecondRight(first, bytes[at + 1]))
                {
                    return false;
                }

                at += size;
            }

            return true;
        }

        private static int SizeOf(int first)
        {
            if (first < 0x80)
            {
                return first == 0 ? 0 : 1;
            }

            return first < TwoBytesFrom || first > FourBytesTo ? 0
                : first < ThreeBytesFrom ? 2
                : first < FourBytesFrom ? 3 : 4;
        }

        /// <summary>No longer form than needed, no surrogates, nothing above U+10FFFF.</summary>
        private static bool IsSecondRight(int first, int second)
        {
            switch (first)
            {
                case ThreeBytesFrom:
                    return second >= 0xA0;
                case 0xED:
                    return second < 0xA0;
                case FourBytesFrom:
                    return second >= 0x90;
                case FourBytesTo:
                    return second < 0x90;
                default:
                    return true;
            }
        }
    }
}
