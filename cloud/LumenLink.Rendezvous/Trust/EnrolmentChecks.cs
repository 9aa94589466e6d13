using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// What must hold of an enrolment: asked once at the desk, where it can be mended, and again at every attestation. Each
/// answers null when it holds, else one sentence for the operator, no secrets.
/// </summary>
internal static class EnrolmentChecks
{
    /// <summary>The certificate is for this key, X || Y.</summary>
    public static string? IsForTheKey(CertificateCheck certificate, byte[] publicKey) =>
        certificate.PublicKey is { } key && key.AsSpan().SequenceEqual(publicKey)
            ? null
            : "The enrolled certificate is for another key.";

    /// <summary>The certificate leads to a pinned CA.</summary>
    public static string? IsTrusted(ChainResult chain) => chain is ChainResult.Untrusted or ChainResult.Malformed
        ? "The beacon's certificate does not lead to a pinned device CA."
        : null;

    /// <summary>The certificate and its CA are in their time.</summary>
    public static string? IsInTime(ChainResult chain) => chain == ChainResult.Expired
        ? "The beacon's certificate or its CA is out of its time."
        : null;

    /// <summary>The revocation list of the CA can be relied upon.</summary>
    public static string? ListIsOfUse(
        CertificateCheck certificate, DateTimeOffset now, ServiceEnvironment environment) =>
        certificate.Issuer?.Revoked is { } list && !list.IsOfUse(now, environment)
            ? $"The revocation list of the device CA is of no use: {list.At(now)}."
            : null;

    /// <summary>The certificate is not on that list.</summary>
    public static string? IsNotRevoked(CertificateCheck certificate) =>
        certificate.Issuer?.Revoked.Holds(certificate.Serial) == true
            ? "The device CA has revoked the beacon's certificate."
            : null;

    /// <summary>No development CA in production.</summary>
    public static string? CaMayBeHere(ChainResult chain, ServiceEnvironment environment) =>
        chain == ChainResult.Development && environment == ServiceEnvironment.Production
            ? "A development CA issued the certificate; this is production."
            : null;

    /// <summary>No secure element by a development CA.</summary>
    public static string? CaMayVouch(ChainResult chain, SecurityLevel? level) =>
        chain == ChainResult.Development && level == SecurityLevel.SecureElement
            ? "A development CA cannot vouch for a secure element."
            : null;

    /// <summary>The policy allows the level here.</summary>
    public static string? LevelIsAllowed(
        ReferencePolicy policy, ServiceEnvironment environment, SecurityLevel? level) =>
        level is { } stated && policy.AllowsLevel(environment, stated)
            ? null
            : $"Level {level} is not allowed in {environment}.";
}
