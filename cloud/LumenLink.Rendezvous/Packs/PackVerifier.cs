using System.Text.Json.Nodes;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Packs;

/// <summary>What a client finds of a pack, in the order of its checks.</summary>
internal enum PackVerdict
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
/// <param name="Roots">Operator roots, 64 bytes each: the current one and the next.</param>
/// <param name="Audience">Name of the deployment.</param>
/// <param name="CertificateVersion">Highest version of a certificate for packs that it has believed.</param>
/// <param name="PackVersion">Highest version of a pack that it has believed.</param>
internal sealed record PackPins(
    IReadOnlyList<byte[]> Roots, string Audience, uint CertificateVersion = 0, long PackVersion = 0);

/// <summary>What the check came to.</summary>
/// <param name="Verdict">The first check that failed, or Good.</param>
/// <param name="Payload">The pack's JSON when it is good, else null.</param>
/// <param name="Pins">What to keep from now on.</param>
internal sealed record PackCheck(PackVerdict Verdict, JsonObject? Payload, PackPins Pins);

/// <summary>
/// The check of a pack by a client without a network: a pure function of the pack, what the client keeps, and the time.
/// </summary>
internal static class PackVerifier
{
    /// <summary>Checks a compact JWS.</summary>
    public static PackCheck Verify(string jws, PackPins pins, DateTimeOffset now)
    {
        JwsReading reading = jws.Length > PackPolicy.MaxCharacters
            ? new JwsReading(JwsVerdict.Malformed, null, 0)
            : ServiceJws.Read(jws, PackSignature.Type, KeyUsage.Packs, pins.Roots);
        PackVerdict verdict = Judge(reading, pins, now);
        return verdict == PackVerdict.Good
            ? new PackCheck(verdict, reading.Payload, pins with
            {
                CertificateVersion = reading.CertificateVersion,
                PackVersion = ServiceJws.Number(reading.Payload!, "version")!.Value,
            })
            : new PackCheck(verdict, null, pins);
    }

    private static PackVerdict Judge(JwsReading reading, PackPins pins, DateTimeOffset now) => reading.Verdict switch
    {
        JwsVerdict.CertificateUntrusted => PackVerdict.CertificateUntrusted,
        not JwsVerdict.Malformed when reading.CertificateVersion < pins.CertificateVersion =>
            PackVerdict.CertificateRolledBack,
        JwsVerdict.SignatureInvalid => PackVerdict.SignatureInvalid,
        JwsVerdict.Malformed => PackVerdict.Malformed,
        _ => Check(reading.Payload!, pins, now),
    };

    private static PackVerdict Check(JsonObject payload, PackPins pins, DateTimeOffset now)
    {
        if (ServiceJws.Text(payload, "aud") is not { } audience
            || ServiceJws.Number(payload, "iat") is not { } issued
            || ServiceJws.Number(payload, "exp") is not { } expires
            || ServiceJws.Number(payload, "version") is not { } version)
        {
            return PackVerdict.Malformed;
        }

        long seconds = now.ToUnixTimeSeconds();
        return audience != pins.Audience ? PackVerdict.OtherAudience
            : issued > seconds + (long)PackPolicy.ClockSkew.TotalSeconds ? PackVerdict.NotYetValid
            : expires <= seconds ? PackVerdict.Expired
            : version < pins.PackVersion ? PackVerdict.VersionRolledBack
            : PackVerdict.Good;
    }
}
