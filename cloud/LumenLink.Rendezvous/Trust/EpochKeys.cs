using System.Security.Cryptography;
using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Trust;

/// <summary>The service's ephemeral key of one epoch.</summary>
/// <param name="Id">Epoch number: Unix time divided by the epoch's length.</param>
/// <param name="Private">For the agreement.</param>
/// <param name="PublicKey">X || Y, 64 bytes.</param>
internal sealed record EpochKey(uint Id, ECDiffieHellman Private, byte[] PublicKey);

/// <summary>
/// One ephemeral P-256 key per short epoch, shared by the replicas, sealed in the store, destroyed when the last
/// challenge that names it can no longer be answered: then nobody can open the sessions agreed with it any more.
/// </summary>
internal sealed class EpochKeys(SharedKeys shared, TimeProvider time)
{
    private const string Purpose = "epoch";
    private const int PrivateSize = 32;
    private readonly Lock gate = new();
    private readonly Dictionary<uint, EpochKey> imported = [];

    /// <summary>The epoch of a moment.</summary>
    public static uint EpochOf(DateTimeOffset moment) =>
        (uint)(moment.ToUnixTimeSeconds() / (long)TrustPolicy.EpochLength.TotalSeconds);

    /// <summary>The key that challenges name now; made if no replica has made it yet.</summary>
    public async ValueTask<EpochKey> CurrentAsync(CancellationToken cancellationToken)
    {
        uint id = EpochOf(time.GetUtcNow());
        byte[] pair = await shared.GetOrAddAsync(Purpose, id, NotAfter(id), MakePair, cancellationToken);
        return Import(id, pair);
    }

    /// <summary>
    /// The key of an epoch that a challenge may still name, or null. No other number reaches the store.
    /// </summary>
    public async ValueTask<EpochKey?> FindAsync(uint id, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (id > EpochOf(now + TrustPolicy.ReplicaClockSkew) || NotAfter(id) <= now)
            return null;
        byte[]? pair = await shared.FindAsync(Purpose, id, cancellationToken);
        return pair is null ? null : Import(id, pair);
    }

    /// <summary>Destroys the keys of past epochs in this process.</summary>
    public void DestroyExpired()
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            foreach (EpochKey key in imported.Values.Where(key => NotAfter(key.Id) <= now).ToList())
            {
                imported.Remove(key.Id);
                key.Private.Dispose();
            }
        }
    }

    private static DateTimeOffset NotAfter(uint id) =>
        DateTimeOffset.FromUnixTimeSeconds((id + 1L) * (long)TrustPolicy.EpochLength.TotalSeconds)
        + TrustPolicy.NonceLifetime + TrustPolicy.ReplicaClockSkew;

    /// <summary>D, 32 bytes, then X || Y, 64 bytes.</summary>
    private static byte[] MakePair()
    {
        using ECDiffieHellman key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        ECParameters parameters = key.ExportParameters(includePrivateParameters: true);
        return [.. parameters.D!, .. P256.PublicKey(parameters)];
    }

    private EpochKey Import(uint id, byte[] pair)
    {
        lock (gate)
        {
            if (imported.TryGetValue(id, out EpochKey? key))
                return key;
            byte[] publicKey = pair[PrivateSize..(PrivateSize + WireSizes.PublicKey)];
            ECParameters parameters = P256.Parameters(publicKey);
            parameters.D = pair[..PrivateSize];
            key = new EpochKey(id, ECDiffieHellman.Create(parameters), publicKey);
            imported.Add(id, key);
            return key;
        }
    }
}
