namespace LumenLink.Protocol
{
    /// <summary>Extensions: id u8, length u8, data, back to back (README section 2). This version knows none and skips all.</summary>
    internal static partial class Extensions
    {
        internal const int HeaderSize = 2;

        /// <summary>Walks the extensions from <paramref name="at"/> up to <paramref name="end"/>, which must be met exactly.</summary>
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
