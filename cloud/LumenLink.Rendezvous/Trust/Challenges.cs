using System.Security.Cryptography;
using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Trust;

/// <summary>Builds a challenge's bytes, and builds them again from what an Evidence repeats, to compare.</summary>
internal static class Challenges
{
    /// <summary>The frame with MAC and signature still empty.</summary>
    public static byte[] Write(
        byte[] deviceNonce, byte[] serviceNonce, long issuedUnixMs, uint epochId, byte[] epochKey,
        ServiceCertificate certificate)
    {
        ChallengeFrame challenge = new() { IssuedUnixMs = issuedUnixMs, EpochId = epochId };
        deviceNonce.CopyTo(challenge.DeviceNonce, 0);
        serviceNonce.CopyTo(challenge.ServiceNonce, 0);
        epochKey.CopyTo(challenge.EpochKey, 0);
        Copy(certificate, challenge.Certificate);
        byte[] frame = new byte[ChallengeFrame.MinSize];
        challenge.Write(frame, 0);
        return frame;
    }

    /// <summary>challenge_hash: SHA-256 of all bytes before the MAC.</summary>
    public static byte[] Hash(byte[] frame)
    {
        byte[] hash = new byte[WireSizes.Hash];
        KeySchedule.ChallengeHash(frame, hash);
        return hash;
    }

    /// <summary>The MAC by which the service knows its challenge for this Hello again, 16 bytes.</summary>
    public static byte[] Mac(byte[] challengeKey, byte[] helloHash, byte[] challengeHash)
    {
        byte[] mac = new byte[WireSizes.Mac];
        KeySchedule.ChallengeMac(challengeKey, helloHash, challengeHash, mac);
        return mac;
    }

    /// <summary>Copies a certificate into a frame.</summary>
    public static void Copy(ServiceCertificate from, ServiceCertificate to)
    {
        to.KeyId = from.KeyId;
        to.Version = from.Version;
        to.Usage = from.Usage;
        to.RootId = from.RootId;
        from.Key.CopyTo(to.Key, 0);
        from.Signature.CopyTo(to.Signature, 0);
    }
}

/// <summary>Answers a Hello. Nothing is stored for it: what is needed later travels with the beacon, MACed.</summary>
internal sealed class ChallengeIssuer(
    OperatorKeys keys, EpochKeys epochs, ChallengeKeys challengeKeys, TimeProvider time)
{
    /// <summary>The Challenge frame for a Hello that was read without error.</summary>
    /// <param name="helloFrame">The whole Hello as it came.</param>
    /// <param name="hello">The same, read.</param>
    /// <param name="cancellationToken">Ends the wait for the store.</param>
    public async ValueTask<byte[]> IssueAsync(byte[] helloFrame, HelloFrame hello, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        long issued = now.ToUnixTimeMilliseconds();
        EpochKey epoch = await epochs.CurrentAsync(cancellationToken);
        byte[] key = await challengeKeys.ForIssueAsync(now, cancellationToken);
        ServiceKey service = keys.Attestation;
        byte[] nonce = ServiceNonce.Make(key, issued, epoch.Id);
        byte[] frame = Challenges.Write(
            hello.DeviceNonce, nonce, issued, epoch.Id, epoch.PublicKey, service.Certificate);
        byte[] helloHash = SHA256.HashData(helloFrame);
        byte[] challengeHash = Challenges.Hash(frame);
        byte[] mac = Challenges.Mac(key, helloHash, challengeHash);
        mac.CopyTo(frame, ChallengeFrame.MacOffset(frame.Length));
        byte[] message = new byte[SignedMessages.ChallengeSize];
        SignedMessages.Challenge(message, 0, helloHash, challengeHash, mac);
        service.Sign(message).CopyTo(frame, ChallengeFrame.SignatureOffset(frame.Length));
        return frame;
    }
}
