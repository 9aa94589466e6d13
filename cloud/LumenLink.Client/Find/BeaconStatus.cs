using System.Text.Json.Serialization;

namespace LumenLink.Client;

/// <summary>Where a beacon stands.</summary>
[JsonConverter(typeof(BeaconStatusConverter))]
public enum BeaconStatus
{
    /// <summary>A word that this version of the client does not know.</summary>
    Unknown = 0,

    /// <summary>Trusted, and heard from a moment ago.</summary>
    Live,

    /// <summary>Was trusted, but is silent or its session ran out.</summary>
    Stale,

    /// <summary>Its identity seems to run twice: an alarm is open.</summary>
    Suspected,

    /// <summary>Its last attestation was refused, and it has no session.</summary>
    Refused,

    /// <summary>The operator took it out of service.</summary>
    Revoked,

    /// <summary>Enrolled, and never attested.</summary>
    Enrolled,
}

/// <summary>How the residency of a beacon's key was proven when it was enrolled.</summary>
[JsonConverter(typeof(SecurityLevelConverter))]
public enum SecurityLevel
{
    /// <summary>A word that this version of the client does not know.</summary>
    Unknown = 0,

    /// <summary>A key in flash: it can be copied. For development.</summary>
    Software,

    /// <summary>A key in an emulated chip. For development.</summary>
    EmulatedChip,

    /// <summary>A key made in a secure element under the operator's eyes.</summary>
    SecureElement,
}
