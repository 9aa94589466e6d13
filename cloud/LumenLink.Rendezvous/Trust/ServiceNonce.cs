using System.Security.Cryptography;
using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// The service's nonce. To a beacon it is 16 random bytes; to the replicas its second half says that they made
/// it, when, and for which epoch: HMAC under the challenge key over the random half. So a nonce that is not
/// ours, one that is too old and one that was given to another Hello are told apart without anything stored.
/// </summary>
internal static class ServiceNonce
{
    private const string Domain = "LL1.nonce";
    private const int RandomSize = 8;
    private const int MessageSize = DomainPrefix.Size + RandomSize + 8 + 4;

    /// <summary>A fresh nonce, 16 bytes.</summary>
    public static byte[] Make(byte[] challengeKey, long issuedUnixMs, uint epochId)
    {
        byte[] nonce = new byte[WireSizes.Nonce];
        RandomNumberGenerator.Fill(nonce.AsSpan(0, RandomSize));
        Mac(challengeKey, nonce, issuedUnixMs, epochId)
            .AsSpan(0, WireSizes.Nonce - RandomSize).CopyTo(nonce.AsSpan(RandomSize));
        return nonce;
    }

    /// <summary>True if the replicas made this nonce with this time and epoch.</summary>
    public static bool IsOurs(byte[] challengeKey, byte[] nonce, long issuedUnixMs, uint epochId) =>
        CryptographicOperations.FixedTimeEquals(
            Mac(challengeKey, nonce, issuedUnixMs, epochId).AsSpan(0, WireSizes.Nonce - RandomSize),
            nonce.AsSpan(RandomSize));

    private static byte[] Mac(byte[] challengeKey, byte[] nonce, long issuedUnixMs, uint epochId)
    {
        byte[] message = new byte[MessageSize];
        int at = DomainPrefix.Write(message, 0, Domain);
        at = ByteWriter.Bytes(message, at, nonce, 0, RandomSize);
        at = ByteWriter.I64(message, at, issuedUnixMs);
        ByteWriter.U32(message, at, epochId);
        return HMACSHA256.HashData(challengeKey, message);
    }
}
