using System.Text.Json;
using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Trust;

/// <summary>What a service key signs, and nothing else: cert_usage of its certificate, and metric label.</summary>
internal enum KeyUsage : byte
{
    /// <summary>Challenges and refusals, for beacons.</summary>
    Attestation = ServiceCertificate.UsageAttestation,

    /// <summary>Configurations, for beacons.</summary>
    Configuration = ServiceCertificate.UsageConfiguration,

    /// <summary>Packs, for clients.</summary>
    Packs = ServiceCertificate.UsagePacks,

    /// <summary>Heads of the audit's chains, for auditors.</summary>
    Audit = ServiceCertificate.UsageAudit,
}

/// <summary>Names of usages.</summary>
internal static class KeyUsages
{
    /// <summary>As files and commands write it.</summary>
    public static string Text(this KeyUsage usage) => JsonNamingPolicy.SnakeCaseLower.ConvertName(usage.ToString());
}
