namespace LumenLink.Protocol
{
    /// <summary>Text of several lines: printable ASCII (0x20 to 0x7E) and line feeds.</summary>
    public static partial class TextLines
    {
        /// <summary>What separates lines.</summary>
        public const byte LineFeed = 0x0A;

        /// <summary><see cref="WireError.ValueInvalid"/> if a byte of the text is neither.</summary>
        /// <param name="buffer">Holds the text.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="count">Its bytes.</param>
        public static WireError Check(byte[] buffer, int offset, int count)
        {
            for (int i = 0; i < count; i++)
            {
                byte character = buffer[offset + i];
                if (character != LineFeed && !AsciiText.IsPrintable(character))
                {
                    return WireError.ValueInvalid;
                }
            }

            return WireError.None;
        }
    }
}
