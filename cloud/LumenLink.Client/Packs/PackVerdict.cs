namespace LumenLink.Client;

/// <summary>What a client finds of a pack, in the order of its checks.</summary>
public enum PackVerdict
{
    /// <summary>It may be relied upon until it expires.</summary>
    Good,

    /// <summary>It is no compact JWS of a pack, or not in its one byte form.</summary>
    Malformed,

    /// <summary>Its key is not certified for packs by a root that the client pins.</summary>
    CertificateUntrusted,

    /// <summary>Its key is older than one that the client has seen: it may be revoked.</summary>
    CertificateRolledBack,

    /// <summary>The certified key did not sign it.</summary>
    SignatureInvalid,

    /// <summary>It is for clients of another deployment.</summary>
    OtherAudience,

    /// <summary>It was issued later than the client's clock allows.</summary>
    NotYetValid,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its version is below one that the client has seen.</summary>
    VersionRolledBack,
}

/// <summary>What a client keeps: two things pinned, two that only rise.</summary>
public sealed record PackPins
{
    /// <summary>Public keys of operator roots, 64 bytes each (X || Y): the current one and the next.</summary>
    public required IReadOnlyList<byte[]> Roots { get; init; }

    /// <summary>Name of the deployment.</summary>
    public required string Audience { get; init; }

    /// <summary>Highest version of a certificate for packs that was believed; 0 for none.</summary>
    public uint CertificateVersion { get; init; }

    /// <summary>Highest version of a pack that was believed; 0 for none.</summary>
    public long PackVersion { get; init; }
}

/// <summary>What the check of a pack came to.</summary>
public sealed record PackCheck
{
    /// <summary>The first check that failed, or <see cref="PackVerdict.Good"/>.</summary>
    public required PackVerdict Verdict { get; init; }

    /// <summary>What it says when it is good, else null.</summary>
    public VerifiedPack? Pack { get; init; }

    /// <summary>What to keep from now on.</summary>
    public required PackPins Pins { get; init; }
}
