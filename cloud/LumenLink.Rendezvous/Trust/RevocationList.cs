using System.Numerics;
using LumenLink.Rendezvous.Configuration;

namespace LumenLink.Rendezvous.Trust;

/// <summary>How the revocation list of a device CA stands.</summary>
internal enum CrlState
{
    /// <summary>It is the CA's own and in its time.</summary>
    Good,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>The file cannot be read.</summary>
    Unreadable,

    /// <summary>The file is larger than a list may be (TrustPolicy).</summary>
    TooLarge,

    /// <summary>It is no X.509 revocation list, or one with a critical extension.</summary>
    Malformed,

    /// <summary>Another CA issued it, or its signature is wrong.</summary>
    NotOfItsCa,

    /// <summary>Its thisUpdate is yet to come.</summary>
    NotYetValid,

    /// <summary>Its nextUpdate is over.</summary>
    Expired,
}

/// <summary>
/// What the revocation list of one device CA says (RFC 5280 section 5), or why it says nothing. Never changed.
/// </summary>
internal sealed class RevocationList
{
    /// <summary>There is no list.</summary>
    public static readonly RevocationList Missing = Unusable(CrlState.Missing);

    private readonly CrlState state;
    private readonly HashSet<BigInteger> serials;
    private readonly DateTimeOffset thisUpdate;

    /// <summary>A list whose signature was checked.</summary>
    public RevocationList(HashSet<BigInteger> serials, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate)
        : this(CrlState.Good, serials)
    {
        this.thisUpdate = thisUpdate;
        NextUpdate = nextUpdate;
    }

    private RevocationList(CrlState state, HashSet<BigInteger> serials)
    {
        this.state = state;
        this.serials = serials;
    }

    /// <summary>When the next list is due; the end of it, as far as this service goes.</summary>
    public DateTimeOffset NextUpdate { get; }

    /// <summary>A list that says nothing.</summary>
    /// <param name="why">Any state but Good.</param>
    public static RevocationList Unusable(CrlState why) => new(why, []);

    /// <summary>How it stands at a time.</summary>
    public CrlState At(DateTimeOffset now)
    {
        if (state != CrlState.Good)
            return state;
        if (now < thisUpdate - TrustPolicy.CrlClockSkew)
            return CrlState.NotYetValid;
        return now < NextUpdate ? CrlState.Good : CrlState.Expired;
    }

    /// <summary>True if the check of a certificate can go on with it: it is good, or may be missing here.</summary>
    public bool IsOfUse(DateTimeOffset now, ServiceEnvironment environment) =>
        At(now) == CrlState.Good || IsNotNeeded(environment);

    /// <summary>True if there is none and need not be.</summary>
    public bool IsNotNeeded(ServiceEnvironment environment) =>
        state == CrlState.Missing && environment != ServiceEnvironment.Production;

    /// <summary>True if a certificate with this serial number is revoked. Only a Good list may be asked.</summary>
    public bool Holds(BigInteger serial) => serials.Contains(serial);
}
