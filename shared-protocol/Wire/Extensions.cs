namespace LumenLink.Protocol
{
    /// <summary>
    /// Extensions: id u8, length u8, data, back to back (README section 2). An unknown id is skipped.
    /// </summary>
    internal static partial class Extensions
    {
        internal const int HeaderSize = 2;

        /// <summary>True if an extension is among the checked ones up to <paramref name="end"/>.</summary>
        internal static bool Contains(byte[] buffer, int at, int end, int id)
        {
            while (at < end)
            {
                if (buffer[at] == id)
                {
                    return true;
                }

                at += HeaderSize + buffer[at + 1];
            }

            return false;
        }

        /// <summary>
        /// Walks the extensions from <paramref name="at"/> up to <paramref name="end"/>, which must be met exactly.
        /// </summary>
        internal static WireError Check(byte[] buffer, int at, int end)
        {
            if (at > end)
            {
                return WireError.TooShort;
            }

            while (at < end)
            {
                if (end - at < HeaderSize || buffer[at + 1] > end - at - HeaderSize)
                {
                    return WireError.ExtensionMalformed;
                }

                at += HeaderSize + buffer[at + 1];
            }

            return WireError.None;
        }
    }
}
