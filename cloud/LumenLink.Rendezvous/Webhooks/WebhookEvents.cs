using System.Security.Cryptography;
using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Webhooks;

/// <summary>What webhooks are told of; stored as its number.</summary>
public enum WebhookEventKind
{
    /// <summary>A beacon is heard from again, or for the first time.</summary>
    BeaconOnline = 1,

    /// <summary>A beacon was not heard from for twice the status interval, or was revoked.</summary>
    BeaconOffline = 2,

    /// <summary>An attestation of a beacon was refused, and that stands.</summary>
    AttestationFailed = 3,

    /// <summary>Something says that a beacon's identity runs twice: an alarm was opened.</summary>
    CloneSuspected = 4,

    /// <summary>Events of this webhook were dropped: too many waited. Told to every webhook.</summary>
    EventsDropped = 5,

    /// <summary>Somebody tries the webhook.</summary>
    Test = 6,
}

/// <summary>An event on its way to the outbox.</summary>
/// <param name="TenantId">Whose.</param>
/// <param name="Kind">What.</param>
/// <param name="At">When it happened.</param>
/// <param name="Payload">The body that is sent, without secrets.</param>
internal sealed record WebhookEvent(int TenantId, WebhookEventKind Kind, DateTimeOffset At, string Payload)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>A refused attestation.</summary>
    public static WebhookEvent Refused(
        int tenantId, BeaconId beacon, DateTimeOffset at, AttestationOutcome outcome) => Of(
        tenantId, WebhookEventKind.AttestationFailed, at,
        new { Beacon = $"{beacon}", Outcome = Word(outcome) });

    /// <summary>An alarm that was opened.</summary>
    public static WebhookEvent Suspected(int tenantId, AlarmView alarm) => Of(
        tenantId, WebhookEventKind.CloneSuspected, alarm.LastAt,
        new { Beacon = $"{alarm.Beacon}", Alarm = alarm.Id, Kind = Word(alarm.Kind) });

    /// <summary>A beacon came or went.</summary>
    public static WebhookEvent Presence(
        int tenantId, BeaconId beacon, string region, bool isOnline, DateTimeOffset at, DateTimeOffset? lastSign) => Of(
        tenantId, isOnline ? WebhookEventKind.BeaconOnline : WebhookEventKind.BeaconOffline, at,
        new { Beacon = $"{beacon}", Region = region, LastSeenAt = lastSign?.UtcDateTime });

    /// <summary>What was dropped since it was told last.</summary>
    public static WebhookEvent Dropped(int tenantId, DateTimeOffset at, long count) =>
        Of(tenantId, WebhookEventKind.EventsDropped, at, new { Dropped = count });

    /// <summary>A try.</summary>
    public static WebhookEvent Test(int tenantId, DateTimeOffset at, string webhookId) =>
        Of(tenantId, WebhookEventKind.Test, at, new { Webhook = webhookId });

    /// <summary>A new message id: what webhook-id says at each try of an event.</summary>
    public static string NewMessageId() => "msg_" + RandomNumberGenerator.GetHexString(32, lowercase: true);

    private static WebhookEvent Of(int tenantId, WebhookEventKind kind, DateTimeOffset at, object data) => new(
        tenantId, kind, at,
        JsonSerializer.Serialize(
            new { Type = WebhookEvents.NameOf(kind), Timestamp = at.UtcDateTime, Data = data }, Json));

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}

/// <summary>Names of events, as they are asked for and sent.</summary>
internal static class WebhookEvents
{
    private static readonly Dictionary<WebhookEventKind, string> Names = new()
    {
        [WebhookEventKind.BeaconOnline] = "beacon.online",
        [WebhookEventKind.BeaconOffline] = "beacon.offline",
        [WebhookEventKind.AttestationFailed] = "beacon.attestation_failed",
        [WebhookEventKind.CloneSuspected] = "beacon.clone_suspected",
        [WebhookEventKind.EventsDropped] = "webhook.events_dropped",
        [WebhookEventKind.Test] = "webhook.test",
    };

    /// <summary>Those that a webhook may ask for.</summary>
    public static IReadOnlyList<WebhookEventKind> Choices { get; } =
    [
        WebhookEventKind.BeaconOnline, WebhookEventKind.BeaconOffline, WebhookEventKind.AttestationFailed,
        WebhookEventKind.CloneSuspected,
    ];

    /// <summary>The name of an event.</summary>
    public static string NameOf(WebhookEventKind kind) => Names[kind];

    /// <summary>A set of events as a column holds it: bit n is the kind of number n.</summary>
    public static int BitOf(WebhookEventKind kind) => 1 << (int)kind;

    /// <summary>Names as a set; null when one is not to be asked for, or there is none.</summary>
    public static int? Read(IReadOnlyList<string> names)
    {
        int set = 0;
        foreach (string name in names)
        {
            WebhookEventKind kind = Choices.FirstOrDefault(choice => Names[choice] == name);
            if (kind == default)
                return null;
            set |= BitOf(kind);
        }

        return set == 0 ? null : set;
    }

    /// <summary>A set as names.</summary>
    public static IReadOnlyList<string> Write(int set) =>
        [.. Choices.Where(kind => (set & BitOf(kind)) != 0).Select(NameOf)];
}
