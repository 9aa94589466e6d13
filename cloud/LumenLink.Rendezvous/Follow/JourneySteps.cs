using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Follow;

/// <summary>
/// Tells the steps of a journey from what the store keeps, and from nothing else. This part: what happened on the
/// beacon and on the way.
/// </summary>
internal static partial class JourneySteps
{
    private const string Specification = "shared-protocol/README.md";
    private const string Architecture = "docs/architecture.md";

    /// <summary>The journey.</summary>
    public static Journey Of(JourneyFacts facts) => new(
        facts.Name.ToString(), facts.Followed is { } one ? Text(one.View.RowId) : null, facts.Name.Beacon.ToString(),
        facts.Beacon.Name,
        [
            Radio(facts), Record(facts), Frame(facts), Seal(facts), Decision(facts), Receipt(facts), Rows(facts),
            Answer(facts),
        ]);

    private static JourneyStep Radio(JourneyFacts facts)
    {
        const string Document = Architecture + ", \"On the beacon\"";
        if (facts.Followed is { } one)
        {
            HeardRadio radio = FleetWords.Radio(one.View.Radio);
            string what = radio == HeardRadio.Wifi ? "A Wi-Fi access point" : "An advertiser";
            return new(
                JourneyPart.Radio,
                $"{what} was heard by {FleetWords.Label(radio)} at {one.View.RssiDbm} dBm "
                    + $"in a scan window of {Text(one.DurationMs)} ms.",
                true, null, Document, WindowTimes([one]),
                [
                    new("address", FleetWords.Address(one.View.Address)), new("key_day", Day(one.View.KeyDay)),
                    new("radio", FleetWords.Label(radio)),
                    new("address_type", TypeName(one.AddressType)), new("rssi_dbm", Text(one.View.RssiDbm)),
                    new("duration_ms", Text(one.DurationMs)),
                ]);
        }

        if (facts.Kind != RecordKind.Report)
        {
            return new(
                JourneyPart.Radio, "No radio took part: the record tells of the beacon itself.", false,
                "There was no scan window.", Document, [], []);
        }

        if (facts.Sightings.Count == 0)
        {
            return new(
                JourneyPart.Radio, "Nothing of what it heard is in the store.", false,
                "No row of its sightings: nothing was heard, it was refused, or they are past retention.", Document,
                [], []);
        }

        int windows = facts.Sightings.Select(row => (row.View.WindowOpenUnixMs, row.DurationMs)).Distinct().Count();
        return new(
            JourneyPart.Radio,
            $"The radio heard {Count(facts.Sightings.Count, "sighting")} in {Count(windows, "scan window")}.", true,
            "Windows in which nothing was heard are not rows.", Document, WindowTimes(facts.Sightings),
            [new("sightings", Text(facts.Sightings.Count)), new("windows", Text(windows))]);
    }

    private static JourneyStep Record(JourneyFacts facts) => new(
        JourneyPart.Record,
        $"The beacon wrote it into record {Text(facts.Name.Sequence)} of its boot {Text(facts.Name.Boot)}, and kept "
            + "that on flash until a receipt named it.",
        true, "When the record was made (time_ms) is not kept; when its windows were open is.",
        Specification + ", section 4",
        facts.Status is { } status
            ? [new("made", Unix(status.Status.CapturedUnixMs), JourneyClock.Device)]
            : WindowTimes(facts.Sightings),
        [
            new("boot", Text(facts.Name.Boot)), new("sequence", Text(facts.Name.Sequence)),
            new("kind", $"{Text((int)facts.Kind)} {facts.Kind}"),
            new("coding", facts.Kind == RecordKind.Report
                ? "Rice-coded addresses and signals, a window at a time"
                : "fields of fixed size"),
            new("time quality", facts.Sightings.Count > 0 ? Meaning(facts.Sightings[0].View.Quality) : "not kept"),
        ]);

    private static JourneyStep Frame(JourneyFacts facts)
    {
        const string Document = Specification + ", sections 2 and 4; lumen decode";
        const string Happened = "The record went to the service in a Records frame, which may have held others.";
        const string Frames = "Frames are not kept: what they say is, as rows.";
        if (facts.Kind != RecordKind.Report || facts.Sightings.Count == 0)
        {
            string instead = facts.Books.Record?.Refused == RefusalReason.NotStorable
                ? Frames + " This record was set aside with its frame: GET /api/v1/admin/poisoned."
                : Frames + " Only reports with sightings are encoded again.";
            return new(JourneyPart.Frame, Happened, false, instead, Document, [], []);
        }

        FollowedSession? session = facts.Books.Session;
        session = session?.Boot == facts.Name.Boot ? session : null;
        (byte[]? record, string? fault) = ReportAgain.Encode(facts.Sightings, session);
        if (record is null)
        {
            return new(
                JourneyPart.Frame, Happened, false, $"{Frames} It cannot be encoded again: {fault}.", Document, [], []);
        }

        bool? isSame = facts.Books.Record?.Fingerprint is { } fingerprint ? FingerprintOf(record) == fingerprint : null;
        string made = isSame == true
            ? " The bytes here were encoded again from the rows, and are the same as those that came: the fingerprint "
                + "of the record fits."
            : " The bytes here were encoded again from the rows: time_ms is the close of the last window, and windows "
                + "without a sighting and extras are missing.";
        return new(
            JourneyPart.Frame, Happened, false, Frames + made, Document, [],
            [
                new("bytes of the record", Text(record.Length)),
                new("fingerprint", facts.Books.Record?.Fingerprint is { } kept
                    ? kept.ToString("x16", CultureInfo.InvariantCulture)
                    : "not kept"),
            ],
            new JourneyBytes(
                true, isSame, Convert.ToHexStringLower(record),
                [.. FrameText.DescribeRecord(record).Select(JourneyField.Of)]));
    }

    private static JourneyStep Seal(JourneyFacts facts)
    {
        const string Document = Specification + ", sections 2 and 3";
        const string Happened = "The service found the session by the beacon and the session id, checked the tag of "
            + "the frame with the session's up key, and only then read the rest.";
        JourneyFact[] known =
        [
            new("beacon", facts.Name.Beacon.ToString()),
            new("level of the beacon's key", FleetWords.Label(facts.Beacon.Level)),
            new("tag", "8 bytes of HMAC-SHA-256, checked before the commit, not kept"),
        ];
        if (facts.Books.Session is not { } session)
        {
            return new(
                JourneyPart.Seal, Happened, false,
                "The session is not kept any more: a session's row goes when it has ended.", Document, [], known);
        }

        return new(
            JourneyPart.Seal, Happened, true,
            "Which session sealed a record is not kept: this is the one in force when it was committed.", Document,
            [
                new("session granted", session.CreatedAt, JourneyClock.Service),
                new("session confirmed by a frame", session.ConfirmedAt, JourneyClock.Service),
            ],
            [
                .. known, new("session_id", Text(session.Id)), new("boot that attested", Text(session.Boot)),
                new("session ends at the latest", FullTime(session.ExpiresAt)),
            ]);
    }

    private static JourneyTime[] WindowTimes(IReadOnlyList<FollowedSighting> rows)
    {
        if (rows.Count == 0 || rows[0].View.Quality == CaptureQuality.Received)
        {
            return rows.Count == 0
                ? []
                : [new("frame arrived", Unix(rows[0].View.WindowOpenUnixMs), JourneyClock.Service)];
        }

        JourneyClock clock = ClockOf(rows[0].View.Quality);
        return
        [
            new("window opened", Unix(rows.Min(row => row.View.WindowOpenUnixMs)), clock),
            new("window closed", Unix(CloseOf(rows)), clock),
        ];
    }

    private static long CloseOf(IReadOnlyList<FollowedSighting> rows) =>
        rows.Max(row => row.View.WindowOpenUnixMs + row.DurationMs);

    private static JourneyClock ClockOf(CaptureQuality quality) =>
        quality == CaptureQuality.DeviceClock ? JourneyClock.Device : JourneyClock.DeviceUptime;

    private static string Meaning(CaptureQuality quality) => quality switch
    {
        CaptureQuality.DeviceClock => "device_clock: by the beacon's clock, which was set",
        CaptureQuality.Placed => "placed: by the beacon's uptime, from the uptime that it told when it attested",
        _ => "received: not known; the frame's arrival stands for it",
    };

    private static long FingerprintOf(ReadOnlySpan<byte> record) =>
        BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(record));

    private static string Day(int keyDay) => FleetWords.PseudonymDay(keyDay) is { } day
        ? $"{Text(keyDay)}: pseudonym of {day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}"
        : "0: a raw address";

    private static string TypeName(byte type) =>
        Enum.IsDefined((AddressType)type) ? $"{Text(type)} {(AddressType)type}" : Text(type);

    private static string Count(int number, string noun) => $"{Text(number)} {noun}{(number == 1 ? "" : "s")}";

    private static DateTimeOffset Unix(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    private static string FullTime(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
