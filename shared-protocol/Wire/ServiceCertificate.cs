using System;

namespace LumenLink.Protocol
{
    // Layout (README section 3, Challenge from byte 114): cert_key_id u32, cert_version u32, cert_usage u8,
    // cert_root_id u32, cert_key 64, cert_signature 64.

    /// <summary>An operator root's statement of which key the service signs with today.</summary>
    public sealed class ServiceCertificate
    {
        internal const int CertKeyIdOffset = 0;
        internal const int CertVersionOffset = CertKeyIdOffset + 4;
        internal const int CertUsageOffset = CertVersionOffset + 4;
        internal const int CertRootIdOffset = CertUsageOffset + 1;
        internal const int CertKeyOffset = CertRootIdOffset + 4;
        internal const int CertSignatureOffset = CertKeyOffset + WireSizes.PublicKey;

        /// <summary>Bytes of the certificate.</summary>
        public const int Size = CertSignatureOffset + WireSizes.Signature;

        /// <summary>Bytes that the root's signature covers, from the start.</summary>
        public const int SignedSize = CertSignatureOffset;

        /// <summary>Usage of a key that signs challenges and refusals.</summary>
        public const byte UsageAttestation = 1;

        /// <summary>Usage of a key that signs configurations.</summary>
        public const byte UsageConfiguration = 2;

        /// <summary>Usage of a key that signs packs for clients: no frame takes it.</summary>
        public const byte UsagePacks = 3;

        /// <summary>Usage of a key that signs heads of the audit: no frame takes it.</summary>
        public const byte UsageAudit = 4;

        /// <summary>First 4 bytes of SHA-256(<see cref="Key"/>), as a little-endian number.</summary>
        public uint KeyId;

        /// <summary>Rises with every rotation.</summary>
        public uint Version;

        /// <summary>What the key may sign; after a read one of the usages above.</summary>
        public byte Usage = UsageAttestation;

        /// <summary>First 4 bytes of SHA-256(root public key), as a little-endian number.</summary>
        public uint RootId;

        /// <summary>The service's public key, X || Y.</summary>
        public readonly byte[] Key = new byte[WireSizes.PublicKey];

        /// <summary>Signature by the root over <see cref="SignedMessages.Certificate"/>.</summary>
        public readonly byte[] Signature = new byte[WireSizes.Signature];

        /// <summary>
        /// Writes the certificate. Returns its length, or the negative of a <see cref="WireError"/>.
        /// </summary>
        public int Write(byte[] buffer, int offset)
        {
            if (buffer.Length - offset < Size)
            {
                return -(int)WireError.NoRoom;
            }

            ByteWriter.U32(buffer, offset + CertKeyIdOffset, KeyId);
            ByteWriter.U32(buffer, offset + CertVersionOffset, Version);
            ByteWriter.U8(buffer, offset + CertUsageOffset, Usage);
            ByteWriter.U32(buffer, offset + CertRootIdOffset, RootId);
            ByteWriter.Bytes(buffer, offset + CertKeyOffset, Key);
            ByteWriter.Bytes(buffer, offset + CertSignatureOffset, Signature);
            return Size;
        }

        /// <summary>Reads a certificate. On an error the object stays as it was.</summary>
        public WireError Read(byte[] buffer, int offset, int count)
        {
            if (count < Size || offset < 0 || offset > buffer.Length - count)
            {
                return WireError.TooShort;
            }

            byte usage = buffer[offset + CertUsageOffset];
            if (usage < UsageAttestation || usage > UsageAudit)
            {
                return WireError.ValueInvalid;
            }

            Take(buffer, offset);
            return WireError.None;
        }

        /// <summary>Is it of the usage that its frame asks for?</summary>
        internal static WireError Check(byte[] buffer, int offset, byte usage)
        {
            return buffer[offset + CertUsageOffset] == usage ? WireError.None : WireError.ValueInvalid;
        }

        internal void Take(byte[] buffer, int offset)
        {
            KeyId = ByteReader.U32(buffer, offset + CertKeyIdOffset);
            Version = ByteReader.U32(buffer, offset + CertVersionOffset);
            Usage = buffer[offset + CertUsageOffset];
            RootId = ByteReader.U32(buffer, offset + CertRootIdOffset);
            Array.Copy(buffer, offset + CertKeyOffset, Key, 0, WireSizes.PublicKey);
            Array.Copy(buffer, offset + CertSignatureOffset, Signature, 0, WireSizes.Signature);
        }
    }
}
