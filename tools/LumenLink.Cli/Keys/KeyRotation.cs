using LumenLink.Rendezvous.Trust;

namespace LumenLink.Cli.Keys;

/// <summary>
/// What a rotation and a revocation make of the list of keys: pure, without the keys themselves. Versions only rise; a
/// version that was ever given out is never given to another key.
/// </summary>
internal static class KeyRotation
{
    /// <summary>Keys of a usage that may be good at a time: a rotation waits for the end of the oldest.</summary>
    public const int MaxGood = 4;

    /// <summary>How long a new key is published before it signs, when the operator does not say.</summary>
    public static readonly TimeSpan DefaultDelay = TimeSpan.FromHours(1);

    /// <summary>
    /// How long what the key before signed is taken after that, when the operator does not say: an answer to a
    /// challenge has two minutes, a pack ten.
    /// </summary>
    public static readonly TimeSpan DefaultOverlap = TimeSpan.FromHours(24);

    /// <summary>Adds a key, and gives the one before its end. Keys that are over leave the list.</summary>
    /// <exception cref="KeysException">Too many are good still.</exception>
    public static KeyManifest Rotate(
        KeyManifest manifest, KeyUsage usage, DateTimeOffset now, TimeSpan delay, TimeSpan overlap)
    {
        KeyEntry[] kept = [.. manifest.Keys.Where(entry => entry.RevokedAt is not null || !(entry.EndsAt <= now))];
        KeyEntry[] good = [.. kept.Where(entry => entry.Usage == usage && entry.RevokedAt is null)];
        if (good.Length >= MaxGood)
        {
            throw new KeysException(
                $"{good.Length} keys for {usage.Text()} are good still; "
                + $"the next of them ends at {good.Min(entry => entry.EndsAt):u}");
        }

        // Without a key before it there is nothing to wait for.
        DateTimeOffset start = good.Length == 0 ? now : now + delay;
        return new KeyManifest(
        [
            .. kept.Select(entry =>
                good.Contains(entry) ? entry with { EndsAt = entry.EndsAt ?? start + overlap } : entry),
            new KeyEntry(usage, NextVersion(manifest, usage), start, null, null),
        ]);
    }

    /// <summary>
    /// Takes a key out of use. When it is the newest a further one takes its place at once; when it signs, the newest
    /// does so from now on: beacons and clients that have seen its version refuse every lower one.
    /// </summary>
    /// <exception cref="KeysException">There is no such key, or it is revoked.</exception>
    public static KeyManifest Revoke(KeyManifest manifest, KeyUsage usage, uint version, DateTimeOffset now)
    {
        KeyEntry[] good = [.. manifest.Of(usage).Where(entry => entry.RevokedAt is null)];
        KeyEntry revoked = good.FirstOrDefault(entry => entry.Version == version)
            ?? throw new KeysException($"there is no key {usage.Text()}-{version} that could be revoked");
        KeyEntry newest = good[^1];
        bool signs = revoked == Signing(good, now);
        IEnumerable<KeyEntry> rest = manifest.Keys.Select(entry =>
            entry == revoked ? entry with { RevokedAt = now }
            : entry == newest && signs && entry.StartsAt > now ? entry with { StartsAt = now }
            : entry);
        KeyEntry successor = new(usage, NextVersion(manifest, usage), now, null, null);
        return new KeyManifest(revoked == newest ? [.. rest, successor] : [.. rest]);
    }

    /// <summary>The key that signs, as the service finds it.</summary>
    /// <param name="good">Keys of a usage that are not revoked, oldest first.</param>
    /// <param name="now">When.</param>
    public static KeyEntry? Signing(IReadOnlyList<KeyEntry> good, DateTimeOffset now) =>
        good.LastOrDefault(entry => entry.StartsAt <= now) ?? (good.Count == 0 ? null : good[0]);

    private static uint NextVersion(KeyManifest manifest, KeyUsage usage) =>
        manifest.Of(usage).Select(entry => entry.Version).DefaultIfEmpty(0u).Max() + 1;
}
