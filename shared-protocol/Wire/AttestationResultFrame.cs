using System;

namespace LumenLink.Protocol
{
    // Layout (README section 3): header 6, service_unix_ms i64, lifetime_s u32, secret_count u8, secrets (id u8,
    // length u8, data), extensions, tag 8.

    /// <summary>One secret of an AttestationResult, encrypted as on the wire (<see cref="SecretWrap"/>).</summary>
    public sealed class WrappedSecret
    {
        internal const int HeaderSize = 2;

        /// <summary>Bytes of an <see cref="SecretId.EidKey"/>: key 16, exponent u8, clock offset u32.</summary>
        public const int EidKeySize = WireSizes.Aes + 1 + 4;

        /// <summary>Bytes of a <see cref="SecretId.PseudonymKey"/>: day u16, key 16.</summary>
        public const int PseudonymKeySize = 2 + WireSizes.Aes;

        /// <summary>What the secret is; after a read perhaps a number that this version has no name for.</summary>
        public SecretId Id;

        /// <summary>Bytes in use, at most 32.</summary>
        public int Length;

        /// <summary>The encrypted bytes; the first <see cref="Length"/> count.</summary>
        public readonly byte[] Data = new byte[WireLimits.MaxSecretBytes];

        internal static WireError CheckLength(byte id, int length)
        {
            switch ((SecretId)id)
            {
                case SecretId.EidKey:
                    return length == EidKeySize ? WireError.None : WireError.LengthInvalid;
                case SecretId.PseudonymKey:
                    return length == PseudonymKeySize ? WireError.None : WireError.LengthInvalid;
                default:
                    return length <= WireLimits.MaxSecretBytes ? WireError.None : WireError.LengthInvalid;
            }
        }
    }

    /// <summary>AttestationResult (0x82), down: the session begins. Sealed under the new session's down key.</summary>
    public sealed class AttestationResultFrame
    {
        internal const int ServiceUnixMsOffset = FrameHeader.Size;
        internal const int LifetimeSOffset = ServiceUnixMsOffset + 8;
        internal const int SecretCountOffset = LifetimeSOffset + 4;
        internal const int SecretsOffset = SecretCountOffset + 1;
        internal const int FixedSize = SecretsOffset;

        /// <summary>Bytes without secrets and extensions.</summary>
        public const int MinSize = FixedSize + FrameTag.Size;

        /// <summary>Bytes that <see cref="Write"/> can need at most.</summary>
        public const int MaxWriteSize = MinSize
            + (WireLimits.MaxSecrets * (WrappedSecret.HeaderSize + WireLimits.MaxSecretBytes));

        /// <summary>The new session, not 0.</summary>
        public uint SessionId;

        /// <summary>Service time, milliseconds since 1970-01-01 UTC.</summary>
        public long ServiceUnixMs;

        /// <summary>Seconds until the session ends.</summary>
        public uint LifetimeSeconds;

        /// <summary>Secrets in use, at most 8.</summary>
        public int SecretCount;

        /// <summary>
        /// The secrets, still encrypted; the first <see cref="SecretCount"/> count. The index is part of the
        /// wrapping.
        /// </summary>
        public readonly WrappedSecret[] Secrets = NewSecrets();

        /// <summary>
        /// Writes the frame with room for the tag. Returns the sealed length, or the negative of a
        /// <see cref="WireError"/>.
        /// </summary>
        public int Write(byte[] buffer, int offset)
        {
            if (SessionId == 0)
            {
                return -(int)WireError.SessionMissing;
            }

            int size = SizeOrError();
            if (size < 0)
            {
                return size;
            }

            if (buffer.Length - offset < size)
            {
                return -(int)WireError.NoRoom;
            }

            int at = FrameHeader.Write(buffer, offset, FrameType.AttestationResult, SessionId);
            at = ByteWriter.I64(buffer, at, ServiceUnixMs);
            at = ByteWriter.U32(buffer, at, LifetimeSeconds);
            at = ByteWriter.U8(buffer, at, SecretCount);
            for (int i = 0; i < SecretCount; i++)
            {
                WrappedSecret secret = Secrets[i];
                at = ByteWriter.U8(buffer, at, (byte)secret.Id);
                at = ByteWriter.U8(buffer, at, secret.Length);
                at = ByteWriter.Bytes(buffer, at, secret.Data, 0, secret.Length);
            }

            FrameTag.Clear(buffer, at);
            return size;
        }

        /// <summary>Reads a frame. The tag is not checked here. On an error the object stays as it was.</summary>
        public WireError Read(byte[] buffer, int offset, int count)
        {
            WireError error = Check(buffer, offset, count);
            if (error == WireError.None)
            {
                Take(buffer, offset);
            }

            return error;
        }

        private static WrappedSecret[] NewSecrets()
        {
            WrappedSecret[] secrets = new WrappedSecret[WireLimits.MaxSecrets];
            for (int i = 0; i < secrets.Length; i++)
            {
                secrets[i] = new WrappedSecret();
            }

            return secrets;
        }

        private int SizeOrError()
        {
            if (SecretCount < 0 || SecretCount > WireLimits.MaxSecrets)
            {
                return -(int)WireError.CountInvalid;
            }

            int size = MinSize;
            for (int i = 0; i < SecretCount; i++)
            {
                WrappedSecret secret = Secrets[i];
                if (WrappedSecret.CheckLength((byte)secret.Id, secret.Length) != WireError.None)
                {
                    return -(int)WireError.LengthInvalid;
                }

                size += WrappedSecret.HeaderSize + secret.Length;
            }

            return size;
        }

        private static WireError Check(byte[] buffer, int offset, int count)
        {
            WireError error = FrameHeader.Expect(FrameType.AttestationResult, buffer, offset, count);
            if (error != WireError.None)
            {
                return error;
            }

            if (count < MinSize)
            {
                return WireError.TooShort;
            }

            int secretCount = buffer[offset + SecretCountOffset];
            if (secretCount > WireLimits.MaxSecrets)
            {
                return WireError.CountInvalid;
            }

            int at = offset + SecretsOffset;
            int end = offset + FrameTag.Offset(count);
            for (int i = 0; i < secretCount; i++)
            {
                if (end - at < WrappedSecret.HeaderSize || buffer[at + 1] > end - at - WrappedSecret.HeaderSize)
                {
                    return WireError.TooShort;
                }

                error = WrappedSecret.CheckLength(buffer[at], buffer[at + 1]);
                if (error != WireError.None)
                {
                    return error;
                }

                at += WrappedSecret.HeaderSize + buffer[at + 1];
            }

            return Extensions.Check(buffer, at, end);
        }

        private void Take(byte[] buffer, int offset)
        {
            SessionId = ByteReader.U32(buffer, offset + FrameHeader.SessionIdOffset);
            ServiceUnixMs = ByteReader.I64(buffer, offset + ServiceUnixMsOffset);
            LifetimeSeconds = ByteReader.U32(buffer, offset + LifetimeSOffset);
            SecretCount = buffer[offset + SecretCountOffset];
            int at = offset + SecretsOffset;
            for (int i = 0; i < SecretCount; i++)
            {
                WrappedSecret secret = Secrets[i];
                secret.Id = (SecretId)buffer[at];
                secret.Length = buffer[at + 1];
                Array.Copy(buffer, at + WrappedSecret.HeaderSize, secret.Data, 0, secret.Length);
                at += WrappedSecret.HeaderSize + secret.Length;
            }
        }
    }
}
