using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Query;

/// <summary>The words that people read: one home for those of the API and the dashboard.</summary>
internal static class FleetWords
{
    /// <summary>Where the key lives; an emulated chip and a key that can be copied are called so everywhere.</summary>
    public static string Label(SecurityLevel level) => level switch
    {
        SecurityLevel.Software => "key in flash: can be copied",
        SecurityLevel.EmulatedChip => "emulated chip",
        SecurityLevel.SecureElement => "secure element",
        _ => "unknown level",
    };

    /// <summary>What the level means.</summary>
    public static string Meaning(SecurityLevel level) => level switch
    {
        SecurityLevel.Software =>
            "The key is in flash, and whoever holds the board can copy it: refused in production unless the policy "
            + "allows it.",
        SecurityLevel.EmulatedChip =>
            "The key is in an emulated chip: for development, no protection, refused in production.",
        SecurityLevel.SecureElement => "The key was made in a secure element and cannot leave it.",
        _ => "This build does not know the level.",
    };

    /// <summary>One word.</summary>
    public static string Label(FleetStatus status) => status switch
    {
        FleetStatus.Live => "Live",
        FleetStatus.Stale => "Stale",
        FleetStatus.Suspected => "Suspected",
        FleetStatus.Refused => "Refused",
        FleetStatus.Revoked => "Revoked",
        _ => "Enrolled",
    };

    /// <summary>What the status means.</summary>
    public static string Meaning(FleetStatus status) => status switch
    {
        FleetStatus.Live => $"Trusted and heard from within the last {FleetPolicy.LiveWithin.TotalMinutes} minutes.",
        FleetStatus.Stale => "Was trusted, but is silent or has to attest again.",
        FleetStatus.Suspected =>
            "Its identity seems to run twice: what it says is stored, and not trusted until an operator has looked.",
        FleetStatus.Refused => "Its last attestation was refused; nothing it says is taken.",
        FleetStatus.Revoked => "Taken out of service by the operator.",
        _ => "Enrolled, and has never attested.",
    };

    /// <summary>What the verifier found, in plain words.</summary>
    public static string Meaning(AttestationOutcome outcome) => outcome switch
    {
        AttestationOutcome.Accepted => "All checks passed.",
        AttestationOutcome.NonceNotOurs => "It answered a challenge that this service did not make.",
        AttestationOutcome.NonceExpired => "It answered its challenge too late.",
        AttestationOutcome.NonceForAnotherHello => "It answered a challenge that was given to another request.",
        AttestationOutcome.NonceUsed => "It answered the same challenge twice.",
        AttestationOutcome.BeaconUnknown => "No beacon is enrolled with this key.",
        AttestationOutcome.KeyMismatch => "Its key is not the one that was enrolled.",
        AttestationOutcome.ChainUntrusted => "Its certificate does not come from one of the operator's authorities.",
        AttestationOutcome.ChainExpired => "A certificate of its chain is out of date.",
        AttestationOutcome.Revoked => "It, or an authority above it, is revoked.",
        AttestationOutcome.SignatureInvalid => "Its evidence is not signed by the enrolled key.",
        AttestationOutcome.MeasurementUnknown => "It runs software that is not on the list of known software.",
        AttestationOutcome.VersionTooOld => "Its firmware is older than the policy allows.",
        AttestationOutcome.HardwareMismatch => "It says it is other hardware than was enrolled.",
        AttestationOutcome.BootNotRising => "Its boot number went back: a copy or a replay.",
        AttestationOutcome.LevelNotAllowed =>
            "Its kind of key is not allowed here, such as an emulated chip or a key in flash in production.",
        AttestationOutcome.PolicyVersionTooOld => "The service's policy file is older than this beacon requires.",
        AttestationOutcome.EvidenceMalformed => "Its evidence cannot be read.",
        AttestationOutcome.EpochUnknown => "It used a service key that has been destroyed since.",
        AttestationOutcome.CouldNotCheck => "The service could not check it: neither passed nor failed.",
        _ => "Refused for a reason that this build does not know.",
    };

    /// <summary>What happened, in plain words.</summary>
    public static string Meaning(AlarmKind kind) => kind switch
    {
        AlarmKind.EarlierBoot => "An earlier boot attested after a later one had.",
        AlarmKind.UptimeBehind => "The same boot attested again with less uptime than it must have.",
        AlarmKind.RecordConflict => "Two different records came under one number.",
        AlarmKind.EarlierBootToken => "An earlier boot connected anew after a later one had.",
        _ => "Something that this build does not know.",
    };

    /// <summary>Why events are missing, and what to do, in plain words.</summary>
    public static string Meaning(GapReason reason) => reason switch
    {
        GapReason.NotHeld => "What followed the last event is not held any more: read /sightings.",
        GapReason.FellBehind => "Events came faster than they were read: read /sightings.",
        GapReason.ReplicasAway => "From here on only events of this replica are told: read /sightings.",
        GapReason.ReplicasBack => "Events of all replicas are told again; for those in between read /sightings.",
        _ => "Something that this build does not know.",
    };

    /// <summary>Why a connection was turned away, in plain words.</summary>
    public static string Meaning(TokenOutcome outcome) => outcome switch
    {
        TokenOutcome.Accepted or TokenOutcome.Retry => "Accepted.",
        TokenOutcome.Used => "Its connection token was used before.",
        TokenOutcome.EarlierBoot => "Its connection token is from an earlier boot.",
        TokenOutcome.Malformed => "It showed no readable connection token.",
        TokenOutcome.SignatureInvalid => "Its connection token is not signed by the enrolled key.",
        TokenOutcome.BeaconUnknown => "No beacon is enrolled with this id.",
        TokenOutcome.Revoked => "It is revoked.",
        _ => "The service could not check it: neither passed nor failed.",
    };

    /// <summary>Why the beacon started.</summary>
    public static string Label(BootReason reason) => reason switch
    {
        BootReason.Power => "power came",
        BootReason.Requested => "asked for by its firmware",
        BootReason.Supervisor => "its loop was hanging",
        BootReason.LinkHang => "its link was hanging",
        BootReason.MemoryLow => "its memory was running out",
        BootReason.Command => "a command asked for it",
        BootReason.Provisioning => "it was set up",
        BootReason.FactoryReset => "it was reset to factory settings",
        BootReason.Configuration => "its configuration changed",
        _ => "not known",
    };

    /// <summary>How its frames reach the service.</summary>
    public static string Label(TransportKind kind) => kind switch
    {
        TransportKind.None => "none",
        TransportKind.Mqtt => "MQTT",
        TransportKind.Http => "HTTP",
        _ => "one that this build does not know",
    };

    /// <summary>Where it says that its key lives.</summary>
    public static string Label(KeyHome level) => level switch
    {
        KeyHome.SecureElement => "in a secure element",
        KeyHome.SoftwareKey => "in flash: it can be copied",
        _ => "not known",
    };

    /// <summary>What kind of radio.</summary>
    public static string Label(HeardRadio radio) => radio switch
    {
        HeardRadio.Ble => "Bluetooth LE",
        HeardRadio.Wifi => "Wi-Fi",
        _ => "not known",
    };

    /// <summary>The radio of a stored number.</summary>
    public static HeardRadio Radio(byte stored) =>
        Enum.IsDefined((HeardRadio)stored) ? (HeardRadio)stored : HeardRadio.Unknown;

    /// <summary>The day of a pseudonym key, counted from 1970; null for a raw address.</summary>
    public static DateOnly? PseudonymDay(int keyDay) =>
        keyDay == 0 ? null : DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(keyDay);

    /// <summary>48 bits as 12 hexadecimal digits.</summary>
    public static string Address(long address) =>
        address.ToString("x12", System.Globalization.CultureInfo.InvariantCulture);
}
