using System;

namespace LumenLink.Protocol
{
    internal static partial class Extensions
    {
        /// <summary>Walks the extensions that fill <paramref name="bytes"/>.</summary>
        internal static WireError Check(ReadOnlySpan<byte> bytes)
        {
            while (!bytes.IsEmpty)
            {
                if (bytes.Length < HeaderSize || bytes[1] > bytes.Length - HeaderSize)
                {
                    return WireError.ExtensionMalformed;
                }

                bytes = bytes[(HeaderSize + bytes[1])..];
            }

            return WireError.None;
        }
    }
}
