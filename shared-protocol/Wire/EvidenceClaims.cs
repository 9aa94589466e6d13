using System;

namespace LumenLink.Protocol
{
    /// <summary>The claims of an Evidence: id u8, length u8, data (README section 3). Absent ones are not written.</summary>
    public sealed class EvidenceClaims
    {
        private const int ClaimHeaderSize = 2;

        /// <summary>EAT swname.</summary>
        public readonly AsciiText SwName = new AsciiText();

        /// <summary>EAT swversion.</summary>
        public readonly AsciiText SwVersion = new AsciiText();

        /// <summary>Version of the nanoFramework CLR.</summary>
        public readonly AsciiText ClrVersion = new AsciiText();

        /// <summary>Name of the firmware image.</summary>
        public readonly AsciiText Target = new AsciiText();

        /// <summary>True if <see cref="Measurement"/> is claimed.</summary>
        public bool HasMeasurement;

        /// <summary>SHA-256 over the assemblies' names and versions.</summary>
        public readonly byte[] Measurement = new byte[WireSizes.Hash];

        /// <summary>True if <see cref="ConfigHash"/> is claimed.</summary>
        public bool HasConfigHash;

        /// <summary>SHA-256 of the deployed configuration.</summary>
        public readonly byte[] ConfigHash = new byte[WireSizes.Hash];

        internal int Count
        {
            get
            {
                return (SwName.Length > 0 ? 1 : 0) + (SwVersion.Length > 0 ? 1 : 0) + (ClrVersion.Length > 0 ? 1 : 0)
                    + (Target.Length > 0 ? 1 : 0) + (HasMeasurement ? 1 : 0) + (HasConfigHash ? 1 : 0);
            }
        }

        internal int ByteCount
        {
            get
            {
                return (Count * ClaimHeaderSize) + SwName.Length + SwVersion.Length + ClrVersion.Length + Target.Length
                    + (HasMeasurement ? WireSizes.Hash : 0) + (HasConfigHash ? WireSizes.Hash : 0);
            }
        }

        internal int Write(byte[] buffer, int at)
        {
            at = WriteText(buffer, at, ClaimId.SwName, SwName);
            at = WriteText(buffer, at, ClaimId.SwVersion, SwVersion);
            at = WriteText(buffer, at, ClaimId.ClrVersion, ClrVersion);
            at = WriteText(buffer, at, ClaimId.Target, Target);
            at = WriteHash(buffer, at, ClaimId.Measurement, HasMeasurement, Measurement);
            return WriteHash(buffer, at, ClaimId.ConfigHash, HasConfigHash, ConfigHash);
        }

        /// <summary>Checks <paramref name="claimCount"/> claims; returns the index behind them or the negative error.</summary>
        internal static int Check(byte[] buffer, int at, int end, int claimCount)
        {
            int seen = 0;
            for (int i = 0; i < claimCount; i++)
            {
                if (end - at < ClaimHeaderSize || buffer[at + 1] > end - at - ClaimHeaderSize)
                {
                    return -(int)WireError.TooShort;
                }

                byte id = buffer[at];
                int length = buffer[at + 1];
                WireError error = CheckClaim(buffer, at + ClaimHeaderSize, id, length);
                if (error != WireError.None)
                {
                    return -(int)error;
                }

                if (IsKnown(id))
                {
                    int bit = 1 << id;
                    if ((seen & bit) != 0)
                    {
                        return -(int)WireError.Repeated;
                    }

                    seen |= bit;
                }

                at += ClaimHeaderSize + length;
            }

            return at;
        }

        internal int Take(byte[] buffer, int at, int claimCount)
        {
            Clear();
            for (int i = 0; i < claimCount; i++)
            {
                int length = buffer[at + 1];
                TakeClaim(buffer, at + ClaimHeaderSize, (ClaimId)buffer[at], length);
                at += ClaimHeaderSize + length;
            }

            return at;
        }

        /// <summary>Makes every claim absent.</summary>
        public void Clear()
        {
            SwName.Length = 0;
            SwVersion.Length = 0;
            ClrVersion.Length = 0;
            Target.Length = 0;
            HasMeasurement = false;
            HasConfigHash = false;
        }

        private static bool IsKnown(byte id)
        {
            return id >= (byte)ClaimId.SwName && id <= (byte)ClaimId.ConfigHash;
        }

        private static WireError CheckClaim(byte[] buffer, int at, byte id, int length)
        {
            switch ((ClaimId)id)
            {
                case ClaimId.SwName:
                case ClaimId.SwVersion:
                case ClaimId.ClrVersion:
                case ClaimId.Target:
                    return AsciiText.Check(buffer, at, length);
                case ClaimId.Measurement:
                case ClaimId.ConfigHash:
                    return length == WireSizes.Hash ? WireError.None : WireError.LengthInvalid;
                default:
                    return WireError.None;
            }
        }

        private void TakeClaim(byte[] buffer, int at, ClaimId id, int length)
        {
            switch (id)
            {
                case ClaimId.SwName:
                    SwName.Take(buffer, at, length);
                    break;
                case ClaimId.SwVersion:
                    SwVersion.Take(buffer, at, length);
                    break;
                case ClaimId.ClrVersion:
                    ClrVersion.Take(buffer, at, length);
                    break;
                case ClaimId.Target:
                    Target.Take(buffer, at, length);
                    break;
                case ClaimId.Measurement:
                    HasMeasurement = true;
                    Array.Copy(buffer, at, Measurement, 0, WireSizes.Hash);
                    break;
                case ClaimId.ConfigHash:
                    HasConfigHash = true;
                    Array.Copy(buffer, at, ConfigHash, 0, WireSizes.Hash);
                    break;
            }
        }

        private static int WriteText(byte[] buffer, int at, ClaimId id, AsciiText text)
        {
            if (text.Length == 0)
            {
                return at;
            }

            at = ByteWriter.U8(buffer, at, (byte)id);
            at = ByteWriter.U8(buffer, at, text.Length);
            return ByteWriter.Bytes(buffer, at, text.Bytes, 0, text.Length);
        }

        private static int WriteHash(byte[] buffer, int at, ClaimId id, bool present, byte[] hash)
        {
            if (!present)
            {
                return at;
            }

            at = ByteWriter.U8(buffer, at, (byte)id);
            at = ByteWriter.U8(buffer, at, WireSizes.Hash);
            return ByteWriter.Bytes(buffer, at, hash);
        }
    }
}
