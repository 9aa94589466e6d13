using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Trust;

/// <summary>A key and when it is good. A revoked one is in no ring.</summary>
/// <param name="Key">Key and certificate.</param>
/// <param name="StartsAt">From when on it signs; it is published before.</param>
/// <param name="EndsAt">Until when what it signed is taken; null while no newer key takes its place.</param>
internal sealed record RingKey(ServiceKey Key, DateTimeOffset StartsAt, DateTimeOffset? EndsAt);

/// <summary>The keys of one usage. What it answers depends on the time alone; it never changes.</summary>
internal sealed class KeyRing
{
    private readonly RingKey[] newestFirst;

    /// <summary>A ring.</summary>
    /// <param name="keys">One or more, in any order.</param>
    public KeyRing(IEnumerable<RingKey> keys)
    {
        newestFirst = [.. keys.OrderByDescending(entry => entry.Key.Certificate.Version)];
        if (newestFirst.Length == 0)
            throw new ArgumentException("a ring has a key");
    }

    /// <summary>A ring of one key that is always good.</summary>
    public static KeyRing Of(ServiceKey key) => new([new RingKey(key, DateTimeOffset.MinValue, null)]);

    /// <summary>
    /// The newest key that has started. Before all of them the oldest: a clock that is wrong leaves the service with a
    /// key that everybody knows.
    /// </summary>
    public ServiceKey SigningAt(DateTimeOffset now) =>
        (newestFirst.FirstOrDefault(entry => entry.StartsAt <= now) ?? newestFirst[^1]).Key;

    /// <summary>Keys whose signatures are taken, and those that will sign; newest first, never none.</summary>
    public IReadOnlyList<ServiceKey> GoodAt(DateTimeOffset now)
    {
        ServiceKey signing = SigningAt(now);
        return
        [
            .. newestFirst.Where(entry => entry.Key == signing || entry.EndsAt is not { } end || end > now)
                .Select(entry => entry.Key),
        ];
    }
}

/// <summary>All rings of a service.</summary>
/// <param name="Attestation">Challenges and refusals.</param>
/// <param name="Configuration">Configurations; null when this service signs none.</param>
/// <param name="Packs">Packs; null when this service signs none.</param>
/// <param name="Audit">Heads of the audit; null when this service signs none.</param>
internal sealed record KeyRings(
    KeyRing Attestation, KeyRing? Configuration, KeyRing? Packs, KeyRing? Audit = null);

/// <summary>The service's keys as they are now. Rings are replaced as a whole: each call sees one state.</summary>
internal sealed class OperatorKeys(KeyRings first, TimeProvider time)
{
    private volatile KeyRings rings = first;

    /// <summary>Signs challenges and refusals.</summary>
    public ServiceKey Attestation => rings.Attestation.SigningAt(time.GetUtcNow());

    /// <summary>Certificates under which a challenge may have been given, newest first.</summary>
    public IReadOnlyList<ServiceCertificate> AttestationCertificates =>
        [.. rings.Attestation.GoodAt(time.GetUtcNow()).Select(key => key.Certificate)];

    /// <summary>Signs configurations; null without one.</summary>
    public ServiceKey? Configuration => rings.Configuration?.SigningAt(time.GetUtcNow());

    /// <summary>Signs packs; null without one.</summary>
    public ServiceKey? Packs => rings.Packs?.SigningAt(time.GetUtcNow());

    /// <summary>Signs heads of the audit; null without one.</summary>
    public ServiceKey? Audit => rings.Audit?.SigningAt(time.GetUtcNow());

    /// <summary>Keys that clients may meet in packs, newest first; none without one.</summary>
    public IReadOnlyList<ServiceKey> PublishedPacks => rings.Packs?.GoodAt(time.GetUtcNow()) ?? [];

    /// <summary>The key that signs for a usage now; null without one.</summary>
    public ServiceKey? Signing(KeyUsage usage) => usage switch
    {
        KeyUsage.Attestation => Attestation,
        KeyUsage.Configuration => Configuration,
        KeyUsage.Packs => Packs,
        _ => Audit,
    };

    /// <summary>Goes on with other rings.</summary>
    public void Take(KeyRings next) => rings = next;
}
