using System;
using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Identifier
{
    /// <summary>
    /// The Eddystone-EID frame and its identifier, as Google's specification of Eddystone-EID has them: AES-128 of the
    /// clock's upper half gives a temporary key, AES-128 of the clock without its lowest K bits gives the identifier.
    /// </summary>
    public sealed class EidFrame
    {
        /// <summary>Bytes of the service data: UUID, frame type, ranging data, identifier.</summary>
        public const int Size = IdentifierOffset + IdentifierSize;

        /// <summary>Bytes of the identifier.</summary>
        public const int IdentifierSize = 8;

        /// <summary>Where the identifier starts in the service data.</summary>
        public const int IdentifierOffset = 4;

        private const ushort EddystoneUuid = 0xFEAA;
        private const byte EidFrameType = 0x30;
        private const byte TemporaryKeySalt = 0xFF;
        private const int SaltOffset = 11;
        private const int ClockOffset = 12;
        private const int ClockUpperOffset = 14;

        private readonly INativeCrypto _crypto;
        private readonly byte[] _input = new byte[WireSizes.Aes];
        private readonly byte[] _temporaryKey = new byte[WireSizes.Aes];
        private readonly byte[] _output = new byte[WireSizes.Aes];

        /// <summary>A maker of frames.</summary>
        /// <param name="crypto">AES.</param>
        public EidFrame(INativeCrypto crypto)
        {
            _crypto = crypto;
        }

        /// <summary>Writes the service data of one rotation period.</summary>
        /// <param name="key16">Identity key.</param>
        /// <param name="exponent">Rotation exponent K, 0 to 15.</param>
        /// <param name="clockS">The identifier clock, seconds; its lowest K bits do not matter.</param>
        /// <param name="txPowerDbm">Calibrated transmit power at 0 m.</param>
        /// <param name="target">Takes <see cref="Size"/> bytes.</param>
        public void Write(byte[] key16, byte exponent, uint clockS, sbyte txPowerDbm, byte[] target)
        {
            Array.Clear(_input, 0, _input.Length);
            _input[SaltOffset] = TemporaryKeySalt;
            _input[ClockUpperOffset] = (byte)(clockS >> 24);
            _input[ClockUpperOffset + 1] = (byte)(clockS >> 16);
            _crypto.AesEncryptBlock(key16, _input, _temporaryKey);

            uint period = (clockS >> exponent) << exponent;
            Array.Clear(_input, 0, _input.Length);
            _input[SaltOffset] = exponent;
            _input[ClockOffset] = (byte)(period >> 24);
            _input[ClockOffset + 1] = (byte)(period >> 16);
            _input[ClockOffset + 2] = (byte)(period >> 8);
            _input[ClockOffset + 3] = (byte)period;
            _crypto.AesEncryptBlock(_temporaryKey, _input, _output);
            Array.Clear(_temporaryKey, 0, _temporaryKey.Length);

            ByteWriter.U16(target, 0, EddystoneUuid);
            target[2] = EidFrameType;
            target[3] = (byte)txPowerDbm;
            Array.Copy(_output, 0, target, IdentifierOffset, IdentifierSize);
        }
    }
}
