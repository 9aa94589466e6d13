namespace LumenLink.Protocol
{
    /// <summary>
    /// Builds every message that is signed, MACed or hashed into keys (README section 3 and 7) into a caller's
    /// buffer. Each method returns the message's length; the buffer must have the room that the constant beside it
    /// names. "Signature over m" signs SHA-256(m).
    /// </summary>
    public static class SignedMessages
    {
        /// <summary>Bytes of <see cref="Certificate"/>.</summary>
        public const int CertificateSize = DomainPrefix.Size + ServiceCertificate.SignedSize;

        /// <summary>Bytes of <see cref="ChallengeMac"/>.</summary>
        public const int ChallengeMacSize = DomainPrefix.Size + (2 * WireSizes.Hash);

        /// <summary>Bytes of <see cref="Challenge"/>.</summary>
        public const int ChallengeSize = ChallengeMacSize + WireSizes.Mac;

        /// <summary>Bytes of <see cref="Evidence"/> before those of the frame.</summary>
        public const int EvidencePrefixSize = DomainPrefix.Size + (2 * WireSizes.Hash);

        /// <summary>Bytes of <see cref="Refusal"/> before those of the frame.</summary>
        public const int RefusalPrefixSize = DomainPrefix.Size + WireSizes.Hash;

        /// <summary>Bytes of <see cref="Config"/> before those of the frame.</summary>
        public const int ConfigPrefixSize = DomainPrefix.Size + WireSizes.BeaconId;

        /// <summary>Bytes of <see cref="Transcript"/>.</summary>
        public const int TranscriptSize = 3 * WireSizes.Hash;

        /// <summary>Bytes of <see cref="SessionInfo"/>.</summary>
        public const int SessionInfoSize = DomainPrefix.Size + WireSizes.Hash;

        /// <summary>Most bytes of <see cref="SessionExpand"/>.</summary>
        public const int SessionExpandSize = WireSizes.Hash + SessionInfoSize + 1;

        /// <summary>Most bytes of <see cref="Token"/>.</summary>
        public const int MaxTokenSize =
            DomainPrefix.Size + WireSizes.BeaconId + 1 + WireLimits.MaxAudienceBytes + 4 + 4;

        /// <summary>What the operator root signs: D || the certificate's bytes before its signature.</summary>
        /// <param name="buffer">Takes the message.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="source">Holds the encoded certificate.</param>
        /// <param name="certificateOffset">Where that starts.</param>
        public static int Certificate(byte[] buffer, int offset, byte[] source, int certificateOffset)
        {
            int at = DomainPrefix.Write(buffer, offset, DomainPrefix.Certificate);
            at = ByteWriter.Bytes(buffer, at, source, certificateOffset, ServiceCertificate.SignedSize);
            return at - offset;
        }

        /// <summary>What the service MACs for itself: D || hello_hash || challenge_hash.</summary>
        public static int ChallengeMac(byte[] buffer, int offset, byte[] helloHash, byte[] challengeHash)
        {
            int at = DomainPrefix.Write(buffer, offset, DomainPrefix.ChallengeMac);
            at = ByteWriter.Bytes(buffer, at, helloHash, 0, WireSizes.Hash);
            at = ByteWriter.Bytes(buffer, at, challengeHash, 0, WireSizes.Hash);
            return at - offset;
        }

        /// <summary>What the service signs for the beacon: D || hello_hash || challenge_hash || mac.</summary>
        public static int Challenge(byte[] buffer, int offset, byte[] helloHash, byte[] challengeHash, byte[] mac)
        {
            int at = DomainPrefix.Write(buffer, offset, DomainPrefix.Challenge);
            at = ByteWriter.Bytes(buffer, at, helloHash, 0, WireSizes.Hash);
            at = ByteWriter.Bytes(buffer, at, challengeHash, 0, WireSizes.Hash);
            at = ByteWriter.Bytes(buffer, at, mac, 0, WireSizes.Mac);
            return at - offset;
        }

        /// <summary>
        /// What the beacon signs: D || hello_hash || challenge_hash || the frame's bytes before the signature.
        /// </summary>
        /// <param name="buffer">Takes the message: <see cref="EvidencePrefixSize"/> and the frame without its
        /// signature.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="helloHash">SHA-256 of the Hello.</param>
        /// <param name="challengeHash">SHA-256 of the Challenge's bytes before its MAC.</param>
        /// <param name="frame">Holds the Evidence frame.</param>
        /// <param name="frameOffset">Where it starts.</param>
        /// <param name="frameLength">Its bytes, signature included.</param>
        public static int Evidence(
            byte[] buffer,
            int offset,
            byte[] helloHash,
            byte[] challengeHash,
            byte[] frame,
            int frameOffset,
            int frameLength)
        {
            int at = DomainPrefix.Write(buffer, offset, DomainPrefix.Evidence);
            at = ByteWriter.Bytes(buffer, at, helloHash, 0, WireSizes.Hash);
            at = ByteWriter.Bytes(buffer, at, challengeHash, 0, WireSizes.Hash);
            at = ByteWriter.Bytes(buffer, at, frame, frameOffset, EvidenceFrame.SignatureOffset(frameLength));
            return at - offset;
        }

        /// <summary>
        /// What the service signs to refuse: D || hello_hash || the frame's bytes before the signature.
        /// </summary>
        /// <param name="buffer">Takes the message: <see cref="RefusalPrefixSize"/> and the frame without its
        /// signature.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="helloHash">SHA-256 of the Hello.</param>
        /// <param name="frame">Holds the AttestationRefusal frame.</param>
        /// <param name="frameOffset">Where it starts.</param>
        /// <param name="frameLength">Its bytes, signature included.</param>
        public static int Refusal(
            byte[] buffer, int offset, byte[] helloHash, byte[] frame, int frameOffset, int frameLength)
        {
            int at = DomainPrefix.Write(buffer, offset, DomainPrefix.Refusal);
            at = ByteWriter.Bytes(buffer, at, helloHash, 0, WireSizes.Hash);
            int covered = AttestationRefusalFrame.SignatureOffset(frameLength);
            at = ByteWriter.Bytes(buffer, at, frame, frameOffset, covered);
            return at - offset;
        }

        /// <summary>
        /// What the service signs to configure a beacon: D || beacon id || the frame's bytes from config_version up to
        /// the signature. The session is not in it: a configuration is signed once, and sent under any.
        /// </summary>
        /// <param name="buffer">Takes the message: <see cref="ConfigPrefixSize"/> and those bytes.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="beaconId">8 bytes: whose configuration it is.</param>
        /// <param name="frame">Holds the Config frame.</param>
        /// <param name="frameOffset">Where it starts.</param>
        /// <param name="frameLength">Its bytes, tag included.</param>
        public static int Config(
            byte[] buffer, int offset, byte[] beaconId, byte[] frame, int frameOffset, int frameLength)
        {
            int at = DomainPrefix.Write(buffer, offset, DomainPrefix.Config);
            at = ByteWriter.Bytes(buffer, at, beaconId, 0, WireSizes.BeaconId);
            at = ByteWriter.Bytes(
                buffer, at, frame, frameOffset + ConfigFrame.SignedFrom, ConfigFrame.SignedSize(frameLength));
            return at - offset;
        }

        /// <summary>
        /// What the transcript hashes: hello_hash || challenge_hash || SHA-256(whole Evidence frame).
        /// </summary>
        public static int Transcript(
            byte[] buffer, int offset, byte[] helloHash, byte[] challengeHash, byte[] evidenceHash)
        {
            int at = ByteWriter.Bytes(buffer, offset, helloHash, 0, WireSizes.Hash);
            at = ByteWriter.Bytes(buffer, at, challengeHash, 0, WireSizes.Hash);
            at = ByteWriter.Bytes(buffer, at, evidenceHash, 0, WireSizes.Hash);
            return at - offset;
        }

        /// <summary>HKDF info of the session keys: D || transcript.</summary>
        public static int SessionInfo(byte[] buffer, int offset, byte[] transcript)
        {
            int at = DomainPrefix.Write(buffer, offset, DomainPrefix.Session);
            at = ByteWriter.Bytes(buffer, at, transcript, 0, WireSizes.Hash);
            return at - offset;
        }

        /// <summary>
        /// What HKDF's expand step MACs under the extracted key for one block of output (RFC 5869, 2.3): the block
        /// before it (none for block 1) || <see cref="SessionInfo"/> || block number.
        /// </summary>
        /// <param name="buffer">Takes the message.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="previous">Block <paramref name="blockNumber"/> - 1, 32 bytes; not read for block 1.</param>
        /// <param name="blockNumber">1 to <see cref="SessionKeyLayout.BlockCount"/>.</param>
        /// <param name="transcript">SHA-256 of <see cref="Transcript"/>.</param>
        public static int SessionExpand(byte[] buffer, int offset, byte[] previous, int blockNumber, byte[] transcript)
        {
            int at = offset;
            if (blockNumber > 1)
            {
                at = ByteWriter.Bytes(buffer, at, previous, 0, WireSizes.Hash);
            }

            at += SessionInfo(buffer, at, transcript);
            at = ByteWriter.U8(buffer, at, blockNumber);
            return at - offset;
        }

        /// <summary>
        /// What the beacon signs to connect: D || beacon id || audience_length u8 || audience || boot || connect.
        /// Returns the negative of <see cref="WireError.LengthInvalid"/> for an audience that is empty or longer
        /// than 64 characters, of <see cref="WireError.ValueInvalid"/> for one that is not printable ASCII.
        /// </summary>
        public static int Token(byte[] buffer, int offset, byte[] beaconId, string audience, uint boot, uint connect)
        {
            if (audience.Length == 0 || audience.Length > WireLimits.MaxAudienceBytes)
            {
                return -(int)WireError.LengthInvalid;
            }

            int at = DomainPrefix.Write(buffer, offset, DomainPrefix.Token);
            at = ByteWriter.Bytes(buffer, at, beaconId, 0, WireSizes.BeaconId);
            at = ByteWriter.U8(buffer, at, audience.Length);
            for (int i = 0; i < audience.Length; i++)
            {
                if (!AsciiText.IsPrintable(audience[i]))
                {
                    return -(int)WireError.ValueInvalid;
                }

                at = ByteWriter.U8(buffer, at, audience[i]);
            }

            at = ByteWriter.U32(buffer, at, boot);
            at = ByteWriter.U32(buffer, at, connect);
            return at - offset;
        }
    }

    /// <summary>
    /// Where the session's keys lie in the 80 bytes of HKDF output (README section 3, "Session keys").
    /// </summary>
    public static class SessionKeyLayout
    {
        /// <summary>32 bytes: seals what the beacon sends.</summary>
        public const int UpKeyOffset = 0;

        /// <summary>32 bytes: seals what the service sends.</summary>
        public const int DownKeyOffset = UpKeyOffset + WireSizes.Hash;

        /// <summary>16 bytes: encrypts secrets.</summary>
        public const int WrapKeyOffset = DownKeyOffset + WireSizes.Hash;

        /// <summary>Bytes of output that count.</summary>
        public const int Size = WrapKeyOffset + WireSizes.Aes;

        /// <summary>HKDF blocks of 32 bytes that make them.</summary>
        public const int BlockCount = (Size + WireSizes.Hash - 1) / WireSizes.Hash;
    }
}
