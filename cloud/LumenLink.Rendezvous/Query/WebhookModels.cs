using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Webhooks;

namespace LumenLink.Rendezvous.Query;

/// <summary>What is asked for when a webhook is made.</summary>
/// <param name="Url">Where events are sent to: https.</param>
/// <param name="Events">Names of the events.</param>
/// <param name="Description">For people; left out it is empty.</param>
internal sealed record WebhookRequest(string Url, IReadOnlyList<string> Events, string? Description = null);

/// <summary>A webhook, without its secret.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Url">Where events are sent to.</param>
/// <param name="Events">Names of the events.</param>
/// <param name="Description">For people.</param>
/// <param name="State">active, paused, or gone: its receiver answered 410.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="PreviousSecretUntil">Until when the secret before signs too; null without one.</param>
/// <param name="Failures">Tries that failed since one went well.</param>
/// <param name="RestsUntil">Until when nothing is sent, because too many failed; null: it does not rest.</param>
/// <param name="Pending">Deliveries that wait.</param>
/// <param name="Dropped">Events that were dropped because too many waited.</param>
internal sealed record Webhook(
    string Id, string Url, IReadOnlyList<string> Events, string Description, WebhookState State, string CreatedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? PreviousSecretUntil, int Failures, DateTimeOffset? RestsUntil,
    long Pending, long Dropped)
{
    public static Webhook Of(WebhookView webhook, DateTimeOffset now) => new(
        webhook.Id, webhook.Url, WebhookEvents.Write(webhook.Events), webhook.Description, webhook.State,
        webhook.CreatedBy, webhook.CreatedAt, webhook.PreviousUntil > now ? webhook.PreviousUntil : null,
        webhook.Failures, webhook.RestsUntil > now ? webhook.RestsUntil : null, webhook.Pending, webhook.Dropped);
}

/// <summary>A webhook with its new secret. The only answer that has it.</summary>
/// <param name="Secret">whsec_ and base64, as Standard Webhooks writes it.</param>
/// <param name="Webhook">The webhook.</param>
internal sealed record NewWebhookSecret(string Secret, Webhook Webhook);

/// <summary>A test on its way.</summary>
/// <param name="MessageId">What the header webhook-id will say.</param>
internal sealed record WebhookTest(string MessageId);

/// <summary>Where a delivery stands.</summary>
internal enum DeliveryState
{
    /// <summary>It waits for its next try.</summary>
    Pending,

    /// <summary>The receiver took it.</summary>
    Delivered,

    /// <summary>It was given up.</summary>
    Dead,
}

/// <summary>A delivery and what became of it.</summary>
/// <param name="MessageId">What the header webhook-id says, at each try.</param>
/// <param name="Event">Name of the event.</param>
/// <param name="State">Where it stands.</param>
/// <param name="CreatedAt">When it was written into the outbox.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="Outcome">What the last try came to; null before its end.</param>
/// <param name="Status">HTTP status of the last answer; null without one.</param>
/// <param name="TriedAt">When the last try ended.</param>
/// <param name="NextAt">When it is tried next; null once it is over.</param>
internal sealed record WebhookDelivery(
    string MessageId, string Event, DeliveryState State, DateTimeOffset CreatedAt, int Tries, WebhookOutcome? Outcome,
    int? Status, DateTimeOffset? TriedAt, DateTimeOffset? NextAt)
{
    public static WebhookDelivery Of(DeliveryView delivery) => new(
        delivery.MessageId, WebhookEvents.NameOf(delivery.Kind),
        delivery.NextAt is not null ? DeliveryState.Pending
            : delivery.Outcome == WebhookOutcome.Delivered ? DeliveryState.Delivered : DeliveryState.Dead,
        delivery.CreatedAt, delivery.Tries, delivery.Outcome, delivery.Status, delivery.TriedAt, delivery.NextAt);
}
