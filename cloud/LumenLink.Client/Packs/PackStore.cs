namespace LumenLink.Client;

/// <summary>What a client has seen of packs, kept so that nobody can take it back to an older one.</summary>
public sealed record PackState
{
    /// <summary>Name of the deployment that it is of.</summary>
    public required string Audience { get; init; }

    /// <summary>Highest version of a certificate that was believed.</summary>
    public required uint CertificateVersion { get; init; }

    /// <summary>Highest version of a pack that was believed.</summary>
    public required long PackVersion { get; init; }

    /// <summary>The last good pack: a compact JWS.</summary>
    public required string Pack { get; init; }
}

/// <summary>
/// Keeps a <see cref="PackState"/>. What it loses, an attacker may roll back: it belongs where only the application
/// writes. <see cref="FilePackStorage"/> is one.
/// </summary>
public interface IPackStorage
{
    /// <summary>What was saved last; null before the first time.</summary>
    /// <exception cref="LumenLinkException">Something is there that cannot be read.</exception>
    Task<PackState?> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Puts it in the place of what was saved before: whole, or not at all.</summary>
    /// <exception cref="LumenLinkException">It cannot be kept.</exception>
    Task SaveAsync(PackState state, CancellationToken cancellationToken);
}

/// <summary>
/// Believes packs and remembers what it believed, through restarts. Safe for use by several threads at a time; one
/// store for one storage.
/// </summary>
public sealed class PackStore : IDisposable
{
    private readonly PackPins pinned;
    private readonly IPackStorage storage;
    private readonly TimeProvider time;
    private readonly SemaphoreSlim one = new(1, 1);

    /// <summary>A store under pinned roots.</summary>
    /// <param name="roots">Public keys of operator roots, 64 bytes each: the current one and the next.</param>
    /// <param name="audience">Name of the deployment.</param>
    /// <param name="storage">Keeps what was seen; stays the application's to dispose of.</param>
    /// <param name="time">Clock that packs must hold by; null for the system's.</param>
    /// <exception cref="ArgumentException">There is no root, or one that has not 64 bytes.</exception>
    public PackStore(
        IReadOnlyList<byte[]> roots, string audience, IPackStorage storage, TimeProvider? time = null)
    {
        if (roots is not { Count: > 0 } || roots.Any(root => root.Length != OperatorCertificate.HalfPairBytes))
            throw new ArgumentException("Pin at least one operator root of 64 bytes.", nameof(roots));
        pinned = new PackPins
        {
            Roots = roots,
            Audience = audience ?? throw new ArgumentNullException(nameof(audience)),
        };
        this.storage = storage ?? throw new ArgumentNullException(nameof(storage));
        this.time = time ?? TimeProvider.System;
    }

    /// <summary>Checks a pack; one that is good is kept before it is believed.</summary>
    /// <param name="pack">The compact JWS, from wherever it came.</param>
    /// <param name="cancellationToken">Ends the wait for the storage.</param>
    /// <exception cref="LumenLinkException">What was seen cannot be read or kept.</exception>
    public async Task<PackCheck> AcceptAsync(string pack, CancellationToken cancellationToken = default)
    {
        await one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            (PackPins pins, PackState? known) = await LoadAsync(cancellationToken).ConfigureAwait(false);
            PackCheck check = PackVerifier.Verify(pack, pins, time.GetUtcNow());
            if (check.Verdict == PackVerdict.Good && known?.Pack != pack)
            {
                await storage.SaveAsync(
                    new PackState
                    {
                        Audience = pins.Audience,
                        CertificateVersion = check.Pins.CertificateVersion,
                        PackVersion = check.Pins.PackVersion,
                        Pack = pack,
                    },
                    cancellationToken).ConfigureAwait(false);
            }

            return check;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>
    /// The last pack that was good, checked again against the time that it is now; null when there was none.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for the storage.</param>
    /// <exception cref="LumenLinkException">What was seen cannot be read.</exception>
    public async Task<PackCheck?> CurrentAsync(CancellationToken cancellationToken = default)
    {
        await one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            (PackPins pins, PackState? known) = await LoadAsync(cancellationToken).ConfigureAwait(false);
            return known is null ? null : PackVerifier.Verify(known.Pack, pins, time.GetUtcNow());
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Lets go of what waits; the storage stays.</summary>
    public void Dispose() => one.Dispose();

    private async Task<(PackPins Pins, PackState? Known)> LoadAsync(CancellationToken cancellationToken)
    {
        PackState? known = await storage.LoadAsync(cancellationToken).ConfigureAwait(false);
        if (known is null)
            return (pinned, null);
        if (known.Audience != pinned.Audience)
        {
            throw new LumenLinkException(
                LumenLinkError.StorageFailed,
                "What was seen of packs is of another deployment: give each deployment a storage of its own.");
        }

        return (
            pinned with { CertificateVersion = known.CertificateVersion, PackVersion = known.PackVersion }, known);
    }
}
