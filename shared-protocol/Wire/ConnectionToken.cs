using System;

namespace LumenLink.Protocol
{
    // Layout (README section 7): version u8, boot u32, connect u32, signature 64.

    /// <summary>The MQTT password: proves the beacon's key to the broker, once. As text 98 characters of base64url.</summary>
    public sealed class ConnectionToken
    {
        internal const int VersionOffset = 0;
        internal const int BootOffset = VersionOffset + 1;
        internal const int ConnectOffset = BootOffset + 4;
        internal const int SignatureOffset = ConnectOffset + 4;
        internal const int FixedSize = SignatureOffset + WireSizes.Signature;

        /// <summary>Bytes of the binary form.</summary>
        public const int Size = FixedSize;

        /// <summary>Characters of the text form.</summary>
        public const int TextLength = ((Size * 8) + 5) / 6;

        /// <summary>Boot number, 1 to 2,097,151.</summary>
        public uint Boot;

        /// <summary>Rises with every connection of the boot, from 1.</summary>
        public uint Connect;

        /// <summary>Signature of slot 0 over <see cref="SignedMessages.Token"/>.</summary>
        public readonly byte[] Signature = new byte[WireSizes.Signature];

        private readonly byte[] scratch = new byte[Size];

        /// <summary>Writes the binary form. Returns its length, or the negative of a <see cref="WireError"/>.</summary>
        public int Write(byte[] buffer, int offset)
        {
            if (buffer.Length - offset < Size)
            {
                return -(int)WireError.NoRoom;
            }

            ByteWriter.U8(buffer, offset + VersionOffset, WireVersion.Current);
            ByteWriter.U32(buffer, offset + BootOffset, Boot);
            ByteWriter.U32(buffer, offset + ConnectOffset, Connect);
            ByteWriter.Bytes(buffer, offset + SignatureOffset, Signature);
            return Size;
        }

        /// <summary>Reads the binary form. The signature is not checked here. On an error the object stays as it was.</summary>
        public WireError Read(byte[] buffer, int offset, int count)
        {
            if (count < 1 || offset < 0 || offset > buffer.Length - count)
            {
                return WireError.TooShort;
            }

            if (buffer[offset + VersionOffset] != WireVersion.Current)
            {
                return WireError.VersionUnknown;
            }

            if (count != Size)
            {
                return count < Size ? WireError.TooShort : WireError.TooLong;
            }

            uint boot = ByteReader.U32(buffer, offset + BootOffset);
            uint connect = ByteReader.U32(buffer, offset + ConnectOffset);
            if (!WireLimits.IsBoot(boot) || connect == 0)
            {
                return WireError.ValueInvalid;
            }

            Boot = boot;
            Connect = connect;
            Array.Copy(buffer, offset + SignatureOffset, Signature, 0, WireSizes.Signature);
            return WireError.None;
        }

        /// <summary>The text form as a new string.</summary>
        public string ToText()
        {
            Write(scratch, 0);
            return Base64Url.ToText(scratch, 0, Size);
        }

        /// <summary>Reads the text form. On an error the object stays as it was.</summary>
        public WireError ReadText(string text)
        {
            if (text.Length != TextLength)
            {
                return text.Length < TextLength ? WireError.TooShort : WireError.TooLong;
            }

            return Base64Url.TryDecode(text, 0, TextLength, scratch, 0, Size)
                ? Read(scratch, 0, Size)
                : WireError.ValueInvalid;
        }
    }
}
