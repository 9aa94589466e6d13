using System;
using System.Security.Cryptography;

namespace LumenLink.Protocol
{
    /// <summary>The keys of one session. Dispose clears them.</summary>
    public sealed class SessionKeys : IDisposable
    {
        private readonly byte[] bytes = new byte[SessionKeyLayout.Size];

        /// <summary>Keys from 80 bytes of HKDF output, as <see cref="SessionKeyLayout"/> lays them out.</summary>
        public SessionKeys(ReadOnlySpan<byte> output) => output[..SessionKeyLayout.Size].CopyTo(bytes);

        internal SessionKeys()
        {
        }

        /// <summary>All 80 bytes, for storage.</summary>
        public ReadOnlySpan<byte> Bytes => bytes;

        /// <summary>32 bytes: seals what the beacon sends.</summary>
        public ReadOnlySpan<byte> UpKey => bytes.AsSpan(SessionKeyLayout.UpKeyOffset, WireSizes.Hash);

        /// <summary>32 bytes: seals what the service sends.</summary>
        public ReadOnlySpan<byte> DownKey => bytes.AsSpan(SessionKeyLayout.DownKeyOffset, WireSizes.Hash);

        /// <summary>16 bytes: encrypts secrets.</summary>
        public ReadOnlySpan<byte> WrapKey => bytes.AsSpan(SessionKeyLayout.WrapKeyOffset, WireSizes.Aes);

        internal Span<byte> Output => bytes;

        /// <inheritdoc/>
        public void Dispose() => CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>Hashes and keys of an attestation with .NET's cryptography (README section 3).</summary>
    public static class KeySchedule
    {
        /// <summary>challenge_hash: SHA-256 of all bytes of a Challenge before its MAC.</summary>
        /// <param name="frame">A whole, checked Challenge frame.</param>
        /// <param name="hash">Takes 32 bytes.</param>
        public static void ChallengeHash(ReadOnlySpan<byte> frame, Span<byte> hash) =>
            SHA256.HashData(frame[..ChallengeFrame.MacOffset(frame.Length)], hash);

        /// <summary>mac of a Challenge.</summary>
        /// <param name="challengeKey">Key that the replicas share, 32 bytes.</param>
        /// <param name="helloHash">SHA-256 of the Hello.</param>
        /// <param name="challengeHash">From <see cref="ChallengeHash"/>.</param>
        /// <param name="mac">Takes 16 bytes.</param>
        public static void ChallengeMac(
            ReadOnlySpan<byte> challengeKey, byte[] helloHash, byte[] challengeHash, Span<byte> mac)
        {
            byte[] message = new byte[SignedMessages.ChallengeMacSize];
            SignedMessages.ChallengeMac(message, 0, helloHash, challengeHash);
            Span<byte> full = stackalloc byte[WireSizes.Hash];
            HMACSHA256.HashData(challengeKey, message, full);
            full[..WireSizes.Mac].CopyTo(mac);
        }

        /// <summary>transcript: SHA-256(hello_hash || challenge_hash || SHA-256(whole Evidence frame)).</summary>
        public static byte[] Transcript(byte[] helloHash, byte[] challengeHash, ReadOnlySpan<byte> evidenceFrame)
        {
            byte[] message = new byte[SignedMessages.TranscriptSize];
            SignedMessages.Transcript(message, 0, helloHash, challengeHash, SHA256.HashData(evidenceFrame));
            return SHA256.HashData(message);
        }

        /// <summary>The session's keys.</summary>
        /// <param name="secret">x coordinate of the ECDH result, 32 bytes big-endian.</param>
        /// <param name="serviceNonce">16 bytes.</param>
        /// <param name="transcript">From <see cref="Transcript"/>.</param>
        public static SessionKeys Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> serviceNonce, byte[] transcript)
        {
            byte[] info = new byte[SignedMessages.SessionInfoSize];
            SignedMessages.SessionInfo(info, 0, transcript);
            SessionKeys keys = new();
            HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, keys.Output, serviceNonce, info);
            return keys;
        }
    }
}
