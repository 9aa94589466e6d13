using LumenLink.Protocol;
using LumenLink.Rendezvous.Admin;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Resolve;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Query;

/// <summary>Endpoint metadata: an example of the answer.</summary>
/// <param name="Value">An object to be written as JSON, or text.</param>
/// <param name="ContentType">What it is.</param>
internal sealed record ResponseExample(object Value, string ContentType);

/// <summary>The answers that the API description shows.</summary>
internal static class Examples
{
    public static readonly DateTimeOffset At = new(2030, 1, 31, 8, 0, 0, TimeSpan.Zero);

    public static readonly Location Location = new(52.5200066, 13.404954);

    public static readonly Place Place = new("north gate", "hall-2", Location);

    public static readonly Gateway Gateway = new(
        "AQIDBAUGBwg", "north gate", "hall-2", FleetStatus.Live, true, SecurityLevel.EmulatedChip,
        FleetWords.Label(SecurityLevel.EmulatedChip), 0xFFFF, "1.0.0",
        At, At.AddHours(-1), At.AddHours(23), null, 7, 90210,
        431, null, false, [], Location, 2, null);

    public static readonly Gateway RefusedGateway = Gateway with
    {
        Id = "CAcGBQQDAgE",
        Name = "south gate",
        Status = FleetStatus.Refused,
        Trusted = false,
        LastSeenAt = null,
        AttestedAt = null,
        AttestedUntil = null,
        Boot = 0,
        SightingCount = 0,
        RecordCount = 0,
        Refusal = new Refusal(
            AttestationOutcome.ChainUntrusted, FleetWords.Meaning(AttestationOutcome.ChainUntrusted),
            "the certificate's issuer is none of the operator's CAs", At),
    };

    public static readonly BeaconDetail Detail = new(
        Gateway,
        [new Attestation(
            At.AddHours(-1), AttestationOutcome.Accepted, FleetWords.Meaning(AttestationOutcome.Accepted),
            "", 7, "1.0.0")],
        new Status(At, At, 3_600_000, 2, 911, 0, 0, 81_920, 40_960, -61, BootReason.Power, "1.0.0",
            new BeaconTransport(TransportKind.Mqtt, 0), new RadioDuty(2_520_000, 900_000, 72_000),
            new StatusFiltered(120, 0, 0, 0, 2048), new StatusLink(1, 0, 0, 0), KeyHome.SecureElement, 3,
            new StatusFaults(2, 0, 0, 0),
            1_706_742));

    public static readonly StatusRecord StatusRecord = new(7, 42, Detail.Status!);

    public static readonly BeaconHours Hours = new(
        At.AddHours(-2), At, [new BeaconHour(At.AddHours(-2), 60, 2513), new BeaconHour(At.AddHours(-1), 60, 2498)]);

    public static readonly RecordedEvidence Evidence = new(
        "AQIDBAUGBwg", At, AttestationOutcome.Accepted, SecurityLevel.SecureElement, 1, [0x02, 0x01, 0, 0, 0, 0]);

    public static readonly PoisonedRecord Poisoned = new(
        17, "AQIDBAUGBwg", 7, 42, At, "SQLSTATE 22003: smallint out of range", [0x05, 0x01, 0x2A, 0, 0, 0]);

    public static readonly ResolvedEid Resolved = new(
        "a9b76a71c5f89290", new ResolvedBeacon(
            Gateway.Id, Gateway.Region, FleetStatus.Live, true, true, Gateway.SecurityLevel, Gateway.SecurityLevelLabel,
            Gateway.AttestedUntil, Gateway.LastSeenAt));

    public static readonly ResolvedEid NotResolved = new("4144413e45fefa58", null);

    public static readonly Sighting Sighting = new(
        "90210", "AQIDBAUGBwg", "c0ffee123456", new DateOnly(2030, 1, 31), HeardRadio.Ble, -67, At.AddSeconds(-30),
        CaptureQuality.DeviceClock, At);

    public static readonly Presence Presence = new(
        "c0ffee123456", new DateOnly(2030, 1, 31), HeardRadio.Ble, At, "AQIDBAUGBwg", -58, 3, 42);

    public static readonly Command Command = new(
        17, BeaconCommand.Identify, 30, CommandState.Acknowledged, "Done.", At, "loopback", At.AddHours(1), 1, At, At,
        ControlOutcome.Done, "");

    public static readonly AuditLine AuditLine = AuditLine.Of(AuditEntry.Next(
        "5f0c9a1be7d24c6f8a3b2e1d4c5f6a7b", 42,
        new AuditFact(
            At, 1, AuditKind.Command, "AQIDBAUGBwg", "admin token", "Added", "command 17: Identify 30", []),
        new byte[AuditEntry.HashSize]));

    public static readonly Configuration Configuration = new(
        3, new Dictionary<string, string> { ["report_ms"] = "30000" }, ConfigurationState.Sent,
        "It was sent; the beacon has not answered yet.", At, "loopback", 1, At, null, null, "");

    public static readonly Alarm Alarm = new(
        18, "AQIDBAUGBwg", AlarmKind.RecordConflict, FleetWords.Meaning(AlarmKind.RecordConflict), AlarmState.Open,
        At.AddMinutes(-5), At, 12, "Record 9 of boot 7 came with another content before.", null, null);

    public static readonly EnrolmentAnswer Enrolment = new(
        EnrolOutcome.Enrolled, false, "AQIDBAUGBwg", "hall-2-AQIDBAUGBwg", "hall-2", SecurityLevel.SecureElement, 1,
        "spring", "4f2a90c1d5e6b7083a1b2c3d4e5f6071", At.AddYears(10), Location);

    public static readonly Group Group = new(
        "spring", GroupState.Open, "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
        SecurityLevel.SecureElement, 1, new Dictionary<string, int> { ["hall-1"] = 3, ["hall-2"] = 1 },
        "{region}-{id}", 100, 12, At.AddDays(28), At, null);

    public static readonly ApiKey ApiKey = new(
        "4f2a90c1d5e6b708", "ci", Access.ApiRole.Viewer, ApiKeyState.Active, "admin token", At, At.AddDays(90), null,
        At);

    /// <summary>The text is shortened: no scanner for secrets is to find it.</summary>
    public static readonly NewApiKey NewApiKey = new("llk_4f2a90c1d5e6b708_…", ApiKey with { LastUsedAt = null });

    public static readonly Webhook Webhook = new(
        "9b1de24f7a3c5068", "https://receiver.example/lumen", ["beacon.online", "beacon.offline"], "pager",
        WebhookState.Active, "admin token", At, null, 0, null, 2, 0);

    /// <summary>The secret is shortened: no scanner for secrets is to find it.</summary>
    public static readonly NewWebhookSecret NewWebhook = new("whsec_…", Webhook with { Pending = 0 });

    public static readonly WebhookTest WebhookTest = new("msg_5f0c9a1be7d24c6f8a3b2e1d4c5f6a7b");

    public static readonly WebhookDelivery WebhookDelivery = new(
        WebhookTest.MessageId, "beacon.offline", DeliveryState.Pending, At, 2, WebhookOutcome.Refused, 503,
        At.AddSeconds(7), At.AddSeconds(19));

    public static readonly Diagnostics Diagnostics = new(At, At, 7, ["queue 2 911", "chip 0"]);

    public const string Stream =
        "id: 1895992800000-1\nevent: sightings\ndata: {\"at\":\"2030-01-31T08:00:00+00:00\",\"beacon\":\"AQIDBAUGBwg\","
        + "\"count\":1,\"newest\":[{\"address\":\"c0ffee123456\",\"pseudonym_day\":\"2030-01-31\",\"radio\":\"ble\","
        + "\"rssi_dbm\":-67,\"captured_at\":\"2030-01-31T07:59:30+00:00\"}]}\n\n";

    /// <summary>The body of a post's answer in base64: one frame, which says to try again in 10 seconds.</summary>
    public const string Frames = "HAABgwAAAAABAgMEBQYHCAkKCwwNDg8Q/woAAAAA";

    /// <summary>A pack, shortened.</summary>
    public const string Pack = "eyJhbGciOiJFUzI1NiIsImtpZCI6…In0.eyJhdWQiOiJsdW1lbmxpbmsi…fQ.q8Zk…";

    /// <summary>A keyset of one key; the certificate is shortened.</summary>
    public static readonly object Keyset = new
    {
        keys = new[]
        {
            new
            {
                alg = "ES256",
                crv = "P-256",
                kid = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U",
                kty = "EC",
                lumenlink_cert = "AAECAw…",
                use = "sig",
                x = "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
                y = "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU",
            },
        },
    };

    /// <summary>A frame down in base64, which says to try again in 10 seconds.</summary>
    public const string Refusal = "AYMAAAAAAQIDBAUGBwgJCgsMDQ4PEP8KAAAAAA==";

    public const string Metrics =
        "# TYPE lumenlink_sightings_stored_total counter\nlumenlink_sightings_stored_total 90210\n";

    /// <summary>Shows an example of the answer.</summary>
    public static RouteHandlerBuilder WithExample(
        this RouteHandlerBuilder builder, object value, string contentType = "application/json") =>
        builder.WithMetadata(new ResponseExample(value, contentType));
}
