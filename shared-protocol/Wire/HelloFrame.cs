using System;

namespace LumenLink.Protocol
{
    // Layout (README section 3): header 6, device_nonce 16, key_hash 32, version_min u8, version_max u8, hardware_model u16,
    // extensions to the end.

    /// <summary>Hello (0x01), up: asks for a challenge. Carries no protection; its hash is bound by all that follows.</summary>
    public sealed class HelloFrame
    {
        internal const int DeviceNonceOffset = FrameHeader.Size;
        internal const int KeyHashOffset = DeviceNonceOffset + WireSizes.Nonce;
        internal const int VersionMinOffset = KeyHashOffset + WireSizes.Hash;
        internal const int VersionMaxOffset = VersionMinOffset + 1;
        internal const int HardwareModelOffset = VersionMaxOffset + 1;

        /// <summary>Bytes without extensions.</summary>
        public const int FixedSize = HardwareModelOffset + 2;

        /// <summary>16 random bytes of the beacon.</summary>
        public readonly byte[] DeviceNonce = new byte[WireSizes.Nonce];

        /// <summary>SHA-256 of the beacon's 64-byte public key.</summary>
        public readonly byte[] KeyHash = new byte[WireSizes.Hash];

        /// <summary>Lowest major version spoken, at least 1.</summary>
        public byte VersionMin = WireVersion.Current;

        /// <summary>Highest major version spoken, not below <see cref="VersionMin"/>.</summary>
        public byte VersionMax = WireVersion.Current;

        /// <summary>Board of the beacon; after a read perhaps a number that this version has no name for.</summary>
        public HardwareModel HardwareModel;

        /// <summary>Writes the frame. Returns its length, or the negative of a <see cref="WireError"/>.</summary>
        public int Write(byte[] buffer, int offset)
        {
            if (buffer.Length - offset < FixedSize)
            {
                return -(int)WireError.NoRoom;
            }

            FrameHeader.Write(buffer, offset, FrameType.Hello, 0);
            ByteWriter.Bytes(buffer, offset + DeviceNonceOffset, DeviceNonce);
            ByteWriter.Bytes(buffer, offset + KeyHashOffset, KeyHash);
            ByteWriter.U8(buffer, offset + VersionMinOffset, VersionMin);
            ByteWriter.U8(buffer, offset + VersionMaxOffset, VersionMax);
            ByteWriter.U16(buffer, offset + HardwareModelOffset, (ushort)HardwareModel);
            return FixedSize;
        }

        /// <summary>Reads a frame. On an error the object stays as it was.</summary>
        public WireError Read(byte[] buffer, int offset, int count)
        {
            WireError error = Check(buffer, offset, count);
            if (error == WireError.None)
            {
                Take(buffer, offset);
            }

            return error;
        }

        internal static WireError Check(byte[] buffer, int offset, int count)
        {
            WireError error = FrameHeader.Expect(FrameType.Hello, buffer, offset, count);
            if (error != WireError.None)
            {
                return error;
            }

            if (count < FixedSize)
            {
                return WireError.TooShort;
            }

            if (count > WireLimits.MaxHelloBytes)
            {
                return WireError.TooLong;
            }

            byte lowest = buffer[offset + VersionMinOffset];
            if (lowest < 1 || lowest > buffer[offset + VersionMaxOffset])
            {
                return WireError.ValueInvalid;
            }

            return Extensions.Check(buffer, offset + FixedSize, offset + count);
        }

        internal void Take(byte[] buffer, int offset)
        {
            Array.Copy(buffer, offset + DeviceNonceOffset, DeviceNonce, 0, WireSizes.Nonce);
            Array.Copy(buffer, offset + KeyHashOffset, KeyHash, 0, WireSizes.Hash);
            VersionMin = buffer[offset + VersionMinOffset];
            VersionMax = buffer[offset + VersionMaxOffset];
            HardwareModel = (HardwareModel)ByteReader.U16(buffer, offset + HardwareModelOffset);
        }
    }
}
