using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Query;

/// <summary>One page of a list.</summary>
/// <param name="Items">The items.</param>
/// <param name="NextCursor">Pass it as cursor for the next page; null on the last.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>Why the last attestation was refused.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Meaning">What that means, in plain words.</param>
/// <param name="Detail">The verifier's sentence for operators.</param>
/// <param name="At">When.</param>
internal sealed record Refusal(AttestationOutcome Outcome, string Meaning, string Detail, DateTimeOffset? At)
{
    public static Refusal? Of(BeaconView beacon) => FleetPolicy.WasRefused(beacon)
        ? new Refusal(
            beacon.LastOutcome!.Value, FleetWords.Meaning(beacon.LastOutcome.Value), beacon.LastOutcomeDetail,
            beacon.LastOutcomeAt)
        : null;
}

/// <summary>A beacon as a client may use it.</summary>
/// <param name="Id">Beacon id, 11 characters.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Region">Region label.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Trusted">True while it holds a session, is not revoked, and is not suspected.</param>
/// <param name="SecurityLevel">How the residency of its key was proven at enrolment.</param>
/// <param name="SecurityLevelLabel">The same for people.</param>
/// <param name="HardwareModel">Hardware model number.</param>
/// <param name="FirmwareVersion">Claimed firmware version; null before the first attestation.</param>
/// <param name="LastSeenAt">Time of the last stored frame.</param>
/// <param name="AttestedAt">Time of the last accepted attestation.</param>
/// <param name="AttestedUntil">End of its session.</param>
/// <param name="RevokedAt">When it was revoked.</param>
/// <param name="Boot">Boot number of the last accepted attestation.</param>
/// <param name="SightingCount">Sightings stored within retention.</param>
/// <param name="RecordCount">Records stored.</param>
/// <param name="Refusal">Why the last attestation was refused; null when it was not.</param>
/// <param name="CloneSuspected">True while an alarm says that its identity runs twice.</param>
/// <param name="OpenAlarms">Kinds of those alarms.</param>
/// <param name="Location">Where it is; null when nobody said it.</param>
/// <param name="QueueRecords">
/// How loaded it is: records that waited on it when it told its last status; null before the first.
/// </param>
/// <param name="DistanceM">Metres from the place that was asked for; null without one, or without a location.</param>
internal sealed record Gateway(
    string Id, string Name, string Region, FleetStatus Status, bool Trusted, SecurityLevel SecurityLevel,
    string SecurityLevelLabel, int HardwareModel, string? FirmwareVersion, DateTimeOffset? LastSeenAt,
    DateTimeOffset? AttestedAt, DateTimeOffset? AttestedUntil, DateTimeOffset? RevokedAt, long Boot, long SightingCount,
    long RecordCount, Refusal? Refusal, bool CloneSuspected, IReadOnlyList<AlarmKind> OpenAlarms, Location? Location,
    long? QueueRecords, long? DistanceM)
{
    public static Gateway Of(BeaconView beacon, DateTimeOffset now, GeoPoint? near = null) => new(
        beacon.Id.ToString(), beacon.Name, beacon.Region, FleetPolicy.StatusOf(beacon, now),
        FleetPolicy.IsTrusted(beacon, now), beacon.Level, FleetWords.Label(beacon.Level), beacon.HardwareModel,
        beacon.FirmwareVersion.Length == 0 ? null : beacon.FirmwareVersion, beacon.LastSeenAt, beacon.AttestedAt,
        beacon.AttestedUntil, beacon.RevokedAt, beacon.Boot, beacon.SightingCount, beacon.RecordCount,
        Refusal.Of(beacon), FleetPolicy.IsSuspected(beacon), FleetPolicy.OpenAlarms(beacon),
        Registry.Location.Of(beacon.Location), beacon.QueueRecords,
        near is { } place && beacon.Location is { } there ? (long)Math.Round(place.DistanceTo(there)) : null);
}

/// <summary>What a beacon sent in an hour.</summary>
/// <param name="Hour">Its start.</param>
/// <param name="Records">Records stored for the first time.</param>
/// <param name="Sightings">Their sightings.</param>
internal sealed record BeaconHour(DateTimeOffset Hour, long Records, long Sightings);

/// <summary>What a beacon sent, hour by hour.</summary>
/// <param name="From">Start of the first hour asked for.</param>
/// <param name="To">End of the last hour that is counted.</param>
/// <param name="Items">Hours in which something was stored, oldest first.</param>
internal sealed record BeaconHours(DateTimeOffset From, DateTimeOffset To, IReadOnlyList<BeaconHour> Items);

/// <summary>One attestation.</summary>
/// <param name="At">When.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Meaning">What that means, in plain words.</param>
/// <param name="Detail">The verifier's sentence for operators.</param>
/// <param name="Boot">Claimed boot number.</param>
/// <param name="FirmwareVersion">Claimed firmware version.</param>
internal sealed record Attestation(
    DateTimeOffset At, AttestationOutcome Outcome, string Meaning, string Detail, long Boot, string FirmwareVersion)
{
    public static Attestation Of(AttestationView view) => new(
        view.At, view.Outcome, FleetWords.Meaning(view.Outcome), view.Detail, view.Boot, view.FirmwareVersion);
}

/// <summary>The newest Evidence of a beacon, signed by its key.</summary>
/// <param name="Beacon">Beacon id, 11 characters.</param>
/// <param name="At">When it was judged.</param>
/// <param name="Outcome">What it came to.</param>
/// <param name="SecurityLevel">Level of the enrolment.</param>
/// <param name="HardwareModel">Hardware model of the enrolment.</param>
/// <param name="Frame">The Evidence frame as it came, base64.</param>
internal sealed record RecordedEvidence(
    string Beacon, DateTimeOffset At, AttestationOutcome Outcome, SecurityLevel SecurityLevel, int HardwareModel,
    byte[] Frame)
{
    public static RecordedEvidence Of(EvidenceView view) => new(
        view.Beacon.ToString(), view.At, view.Outcome, view.Level, view.HardwareModel, view.Frame);
}

/// <summary>How a beacon's frames reach the service.</summary>
/// <param name="Kind">What it speaks; null for a kind that this build does not know.</param>
/// <param name="Index">Its place in the beacon's list, from 0.</param>
internal sealed record BeaconTransport(TransportKind? Kind, int Index);

/// <summary>How long a beacon's radio did what since boot; UptimeMs is the whole.</summary>
/// <param name="AdvertiseMs">Milliseconds spent advertising.</param>
/// <param name="BleScanMs">Milliseconds spent scanning for BLE advertisers.</param>
/// <param name="WifiScanMs">Milliseconds spent scanning for Wi-Fi access points.</param>
internal sealed record RadioDuty(long AdvertiseMs, long BleScanMs, long WifiScanMs)
{
    private const int MsPerTenth = 100;

    public static RadioDuty Of(StatusRadioDuty told) => new(
        (long)told.AdvertiseTenths * MsPerTenth, (long)told.BleScanTenths * MsPerTenth,
        (long)told.WifiScanTenths * MsPerTenth);
}

/// <summary>
/// What a beacon last said of itself. What it leaves out is null: an older one tells no details, and one that has
/// nothing but zeros to tell under a detail leaves that out.
/// </summary>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="CapturedAt">When it was made.</param>
/// <param name="UptimeMs">Milliseconds since boot.</param>
/// <param name="QueueRecords">Records that wait on the beacon.</param>
/// <param name="QueueBytes">Bytes of them.</param>
/// <param name="DroppedRecords">Records that its queue had no room for, this boot.</param>
/// <param name="DroppedSightings">Sightings lost to a full table, this boot.</param>
/// <param name="HeapFreeBytes">Free heap; null when not known.</param>
/// <param name="HeapLargestBytes">Largest free block; null when not known.</param>
/// <param name="WifiRssiDbm">Signal of its access point; null when not known.</param>
/// <param name="BootReason">Why it started.</param>
/// <param name="FirmwareVersion">Its firmware version.</param>
/// <param name="Transport">How its frames reach the service.</param>
/// <param name="RadioDuty">How long its radio did what, this boot.</param>
/// <param name="Filtered">Sightings that its filters left out, this boot.</param>
/// <param name="Link">How its link fared, this boot.</param>
/// <param name="SecurityLevel">Where it says that its key lives; the beacon's own level is what was proven.</param>
/// <param name="ConfigVersion">Version of its configuration.</param>
/// <param name="Faults">What went wrong, this boot.</param>
/// <param name="EidPeriod">Period of the identifier that it advertises: its identifier clock without the lowest
/// bits.</param>
internal sealed record Status(
    DateTimeOffset ReceivedAt, DateTimeOffset CapturedAt, long UptimeMs, long QueueRecords, long QueueBytes,
    long DroppedRecords, long DroppedSightings, long? HeapFreeBytes, long? HeapLargestBytes, int? WifiRssiDbm,
    BootReason BootReason, string FirmwareVersion, BeaconTransport? Transport, RadioDuty? RadioDuty,
    StatusFiltered? Filtered, StatusLink? Link, KeyHome? SecurityLevel, long? ConfigVersion, StatusFaults? Faults,
    long? EidPeriod)
{
    public static Status Of(StatusView view)
    {
        StatusEntry entry = view.Status;
        StatusDetailValues details = entry.Details;
        return new Status(
            view.ReceivedAt, DateTimeOffset.FromUnixTimeMilliseconds(entry.CapturedUnixMs), entry.UptimeMs,
            entry.QueueRecords, entry.QueueBytes, entry.DroppedRecords, entry.DroppedSightings, entry.HeapFreeBytes,
            entry.HeapLargestBytes, entry.WifiRssiDbm, ReasonOf(entry.BootReason), entry.FirmwareVersion,
            details.Transport is { } transport ? new BeaconTransport(KindOf(transport.Kind), transport.Index) : null,
            details.RadioDuty is { } duty ? RadioDuty.Of(duty) : null, details.Filtered, details.Link,
            details.SecurityLevel is { } level ? LevelOf(level) : null, details.ConfigVersion, details.Faults,
            details.EidPeriod);
    }

    private static TransportKind? KindOf(TransportKind sent) => Enum.IsDefined(sent) ? sent : null;

    private static KeyHome LevelOf(KeyHome sent) => Enum.IsDefined(sent) ? sent : KeyHome.NotKnown;

    private static BootReason ReasonOf(byte sent) =>
        Enum.IsDefined((BootReason)sent) ? (BootReason)sent : BootReason.NotKnown;
}

/// <summary>One status of a beacon's history.</summary>
/// <param name="Boot">Boot of its record.</param>
/// <param name="Sequence">Number of its record within the boot.</param>
/// <param name="Status">What it told.</param>
internal sealed record StatusRecord(long Boot, long Sequence, Status Status)
{
    public static StatusRecord Of(StatusRecordView view) => new(view.Boot, view.Sequence, Status.Of(view.View));
}

/// <summary>One beacon in full.</summary>
/// <param name="Beacon">As in the list.</param>
/// <param name="Attestations">Its newest attestations, newest first.</param>
/// <param name="Status">What it last said of itself; null before the first.</param>
internal sealed record BeaconDetail(Gateway Beacon, IReadOnlyList<Attestation> Attestations, Status? Status);

/// <summary>What kind of radio was heard.</summary>
internal enum HeardRadio
{
    /// <summary>Not known to this build.</summary>
    Unknown = 0,

    /// <summary>Bluetooth Low Energy.</summary>
    Ble = 1,

    /// <summary>Wi-Fi.</summary>
    Wifi = 2,
}

/// <summary>One sighting.</summary>
/// <param name="Id">Its id: GET /api/v1/trace follows it.</param>
/// <param name="Beacon">Who heard it.</param>
/// <param name="Address">Address or pseudonym, 12 hexadecimal digits.</param>
/// <param name="PseudonymDay">Day of the key that made the pseudonym; null when the address is raw.</param>
/// <param name="Radio">What kind of radio.</param>
/// <param name="RssiDbm">Signal strength in dBm.</param>
/// <param name="CapturedAt">When the scan window opened.</param>
/// <param name="CaptureQuality">How well that time is known.</param>
/// <param name="ReceivedAt">When the service stored it.</param>
internal sealed record Sighting(
    string Id, string Beacon, string Address, DateOnly? PseudonymDay, HeardRadio Radio, int RssiDbm,
    DateTimeOffset CapturedAt, CaptureQuality CaptureQuality, DateTimeOffset ReceivedAt)
{
    public static Sighting Of(SightingView view) => new(
        view.RowId.ToString(System.Globalization.CultureInfo.InvariantCulture), view.Beacon.ToString(),
        FleetWords.Address(view.Address), FleetWords.PseudonymDay(view.KeyDay),
        FleetWords.Radio(view.Radio), view.RssiDbm,
        DateTimeOffset.FromUnixTimeMilliseconds(view.WindowOpenUnixMs), view.Quality, view.ReceivedAt);
}

/// <summary>An address that is around.</summary>
/// <param name="Address">Address or pseudonym, 12 hexadecimal digits.</param>
/// <param name="PseudonymDay">Day of the key that made the pseudonym; null when the address is raw.</param>
/// <param name="Radio">What kind of radio.</param>
/// <param name="LastReceivedAt">When it was heard last.</param>
/// <param name="StrongestBeacon">The beacon that heard it loudest.</param>
/// <param name="StrongestRssiDbm">How loud, in dBm.</param>
/// <param name="BeaconCount">How many beacons heard it.</param>
/// <param name="SightingCount">How often.</param>
internal sealed record Presence(
    string Address, DateOnly? PseudonymDay, HeardRadio Radio, DateTimeOffset LastReceivedAt, string StrongestBeacon,
    int StrongestRssiDbm, int BeaconCount, long SightingCount)
{
    public static Presence Of(PresenceView view) => new(
        FleetWords.Address(view.Address), FleetWords.PseudonymDay(view.KeyDay),
        FleetWords.Radio(view.Radio), view.LastReceivedAt,
        view.StrongestBeacon.ToString(), view.StrongestRssiDbm, view.BeaconCount, view.SightingCount);
}

/// <summary>Who is around.</summary>
/// <param name="Since">Heard since.</param>
/// <param name="Items">Last heard first.</param>
internal sealed record PresenceList(DateTimeOffset Since, IReadOnlyList<Presence> Items);

/// <summary>The process answers.</summary>
/// <param name="Status">Always "alive".</param>
internal sealed record Alive(string Status);

/// <summary>Every part answers.</summary>
/// <param name="Status">Always "ready".</param>
/// <param name="Parts">The parts that were asked.</param>
internal sealed record Ready(string Status, IReadOnlyDictionary<string, string> Parts);
