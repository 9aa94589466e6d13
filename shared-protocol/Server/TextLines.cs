using System;

namespace LumenLink.Protocol
{
    public static partial class TextLines
    {
        /// <summary><see cref="WireError.ValueInvalid"/> if a byte is neither printable nor a line feed.</summary>
        public static WireError Check(ReadOnlySpan<byte> text)
        {
            foreach (byte character in text)
            {
                if (character != LineFeed && !AsciiText.IsPrintable(character))
                {
                    return WireError.ValueInvalid;
                }
            }

            return WireError.None;
        }
    }
}
