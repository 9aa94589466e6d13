using System.Collections.Concurrent;
using System.Security.Cryptography;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// Keys that all replicas share through the store, sealed there, remembered here until they
/// must be destroyed. Whoever asks first makes the key; the store decides which one counts.
/// </summary>
internal sealed class SharedKeys(ITrustStore store, SecretBox box, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Purpose, long Number), SharedKey> known = new();

    /// <summary>The key, made by <paramref name="make"/> if no replica has made it yet.</summary>
    public async ValueTask<byte[]> GetOrAddAsync(
        string purpose, long number, DateTimeOffset notAfter, Func<byte[]> make, CancellationToken cancellationToken)
    {
        if (known.TryGetValue((purpose, number), out SharedKey? key))
            return key.Plain;
        SharedKeyRow? row = await store.FindSharedKeyAsync(purpose, number, cancellationToken);
        row ??= await store.GetOrAddSharedKeyAsync(
            new SharedKeyRow(purpose, number, box.Seal(Name(purpose, number), make()), notAfter), cancellationToken);
        return Remember(row).Plain;
    }

    /// <summary>The key, or null when there is none or its end has come.</summary>
    public async ValueTask<byte[]?> FindAsync(string purpose, long number, CancellationToken cancellationToken)
    {
        if (!known.TryGetValue((purpose, number), out SharedKey? key))
        {
            SharedKeyRow? row = await store.FindSharedKeyAsync(purpose, number, cancellationToken);
            if (row is null)
                return null;
            key = Remember(row);
        }

        return key.NotAfter > time.GetUtcNow() ? key.Plain : null;
    }

    /// <summary>Destroys the keys whose end has come in this process; the store prunes its own.</summary>
    public void DestroyExpired()
    {
        DateTimeOffset now = time.GetUtcNow();
        foreach (((string, long) name, SharedKey key) in known)
        {
            if (key.NotAfter <= now && known.TryRemove(name, out _))
                CryptographicOperations.ZeroMemory(key.Plain);
        }
    }

    /// <summary>What a shared key is sealed for.</summary>
    internal static string Name(string purpose, long number) => $"shared/{purpose}/{number}";

    private SharedKey Remember(SharedKeyRow row)
    {
        byte[] plain = box.Open(Name(row.Purpose, row.Number), row.Wrapped);
        return known.GetOrAdd((row.Purpose, row.Number), new SharedKey(plain, row.NotAfter));
    }

    private sealed record SharedKey(byte[] Plain, DateTimeOffset NotAfter);
}
