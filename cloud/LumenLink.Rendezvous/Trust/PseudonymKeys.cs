using System.Security.Cryptography;
using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Trust;

/// <summary>The key of a tenant and day under which its beacons report what they hear of strangers.</summary>
internal sealed class PseudonymKeys(SharedKeys shared, TimeProvider time)
{
    /// <summary>Today as the wire counts days: since 1970-01-01.</summary>
    public ushort Today => (ushort)(time.GetUtcNow() - DateTimeOffset.UnixEpoch).Days;

    /// <summary>The 16-byte key of a day; made if no replica has made it yet.</summary>
    public ValueTask<byte[]> GetAsync(int tenantId, ushort day, CancellationToken cancellationToken) =>
        shared.GetOrAddAsync(
            $"pseudonym/{tenantId}", day, DateTimeOffset.UnixEpoch.AddDays(day + 1) + TrustPolicy.PseudonymKeyKept,
            () => RandomNumberGenerator.GetBytes(WireSizes.Aes), cancellationToken);
}
