using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Resolve;

/// <summary>
/// An enrolled beacon as this replica has it in memory. Written by <see cref="FleetBook"/> alone, read by anybody: each
/// part is replaced as a whole.
/// </summary>
/// <param name="id">Routing label.</param>
/// <param name="tenantId">Owner.</param>
/// <param name="level">How the residency of its key was proven.</param>
/// <param name="clock">What its identifiers follow from.</param>
internal sealed class FleetBeacon(BeaconId id, int tenantId, SecurityLevel level, EidClock clock)
{
    private readonly EidClock clock = clock;
    private volatile State state = State.Unknown;
    private volatile EidAnchor? anchor;
    private volatile bool isRevoked;

    /// <summary>Routing label.</summary>
    public BeaconId Id { get; } = id;

    /// <summary>Owner.</summary>
    public int TenantId { get; } = tenantId;

    /// <summary>How the residency of its key was proven.</summary>
    public SecurityLevel Level { get; } = level;

    /// <summary>What its identifiers follow from.</summary>
    public ref readonly EidClock Clock => ref clock;

    /// <summary>Where it stands; before the first pass over the fleet nothing is known of it.</summary>
    public State Now => state;

    /// <summary>Where its identifier clock is when it is not by the time; null while it is.</summary>
    public EidAnchor? Anchor => anchor;

    /// <summary>True from the moment in which this replica knows that it was revoked.</summary>
    public bool IsRevoked => isRevoked;

    /// <summary>Takes where it stands.</summary>
    internal void Take(State now) => state = now;

    /// <summary>Takes where its identifier clock is.</summary>
    internal void SetAnchor(EidAnchor? now) => anchor = now;

    /// <summary>From now on nothing is said of it.</summary>
    internal void Revoke() => isRevoked = true;

    /// <summary>What of it changes.</summary>
    /// <param name="Region">Region label.</param>
    /// <param name="Standing">What its status follows from.</param>
    /// <param name="EidPeriod">The period that it said it is in; null when it never did.</param>
    public sealed record State(string Region, BeaconStanding Standing, uint? EidPeriod)
    {
        /// <summary>Of a beacon of which nothing was read.</summary>
        public static readonly State Unknown = new("", default, null);
    }
}
