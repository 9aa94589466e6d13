using LumenLink.Rendezvous.Webhooks;

namespace LumenLink.Rendezvous.Store;

/// <summary>Where a webhook stands; a column of the store, so numbers stay.</summary>
public enum WebhookState
{
    /// <summary>It gets what happens.</summary>
    Active = 1,

    /// <summary>Somebody paused it: events wait.</summary>
    Paused = 2,

    /// <summary>Its receiver said that it is gone: it gets nothing until somebody resumes it.</summary>
    Gone = 3,
}

/// <summary>What a try of a delivery came to; stored as its number, log field, metric label.</summary>
public enum WebhookOutcome
{
    /// <summary>The receiver took it: 2xx.</summary>
    Delivered = 1,

    /// <summary>The receiver answered something else.</summary>
    Refused = 2,

    /// <summary>The receiver said 410: the webhook is over.</summary>
    Gone = 3,

    /// <summary>The receiver pointed elsewhere; that is not followed.</summary>
    Redirected = 4,

    /// <summary>The receiver took too long.</summary>
    TimedOut = 5,

    /// <summary>There is no connection, or it broke, or its TLS is not trusted.</summary>
    NotReached = 6,

    /// <summary>The receiver's name leads to an address that nothing is sent to.</summary>
    AddressRefused = 7,

    /// <summary>The webhook's secret does not open: nothing was sent.</summary>
    SecretUnusable = 8,

    /// <summary>Its time was over before it could be tried.</summary>
    NeverTried = 9,
}

/// <summary>A webhook, without its secret.</summary>
/// <param name="Id">Its id, 16 hexadecimal digits.</param>
/// <param name="TenantId">Whose.</param>
/// <param name="Url">Where events are sent to.</param>
/// <param name="Events">Which: a set of <see cref="WebhookEventKind"/>.</param>
/// <param name="Description">For people; may be empty.</param>
/// <param name="State">Where it stands.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="PreviousUntil">Until when the secret before signs too; null without one.</param>
/// <param name="Failures">Tries that failed since one went well.</param>
/// <param name="RestsUntil">Until when nothing is sent, because too many failed; null: now.</param>
/// <param name="Dropped">Events that were dropped, ever.</param>
/// <param name="Pending">Deliveries that wait.</param>
public sealed record WebhookView(
    string Id, int TenantId, string Url, int Events, string Description, WebhookState State, string CreatedBy,
    DateTimeOffset CreatedAt, DateTimeOffset? PreviousUntil = null, int Failures = 0,
    DateTimeOffset? RestsUntil = null, long Dropped = 0, long Pending = 0);

/// <summary>A delivery and what became of it.</summary>
/// <param name="Number">Rises.</param>
/// <param name="MessageId">What webhook-id says.</param>
/// <param name="Kind">Which event.</param>
/// <param name="CreatedAt">When it was written into the outbox.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="Outcome">What the last try came to; null before the first.</param>
/// <param name="Status">The HTTP status of the last answer; null without one.</param>
/// <param name="TriedAt">When it was tried last.</param>
/// <param name="NextAt">When it is due next; null once it is over.</param>
public sealed record DeliveryView(
    long Number, string MessageId, WebhookEventKind Kind, DateTimeOffset CreatedAt, int Tries, WebhookOutcome? Outcome,
    int? Status, DateTimeOffset? TriedAt, DateTimeOffset? NextAt);

/// <summary>A webhook that something is due for. A class and not a record, so that it does not print itself.</summary>
/// <param name="id">Its id.</param>
/// <param name="url">Where to.</param>
/// <param name="secretWrapped">Its secrets, sealed.</param>
/// <param name="previousUntil">Until when the one before signs too.</param>
/// <param name="failures">Tries that failed since one went well.</param>
public sealed class DueWebhook(
    string id, string url, byte[] secretWrapped, DateTimeOffset? previousUntil, int failures)
{
    /// <summary>Its id.</summary>
    public string Id => id;

    /// <summary>Where to.</summary>
    public string Url => url;

    /// <summary>Its secrets, sealed.</summary>
    public byte[] SecretWrapped => secretWrapped;

    /// <summary>Until when the one before signs too.</summary>
    public DateTimeOffset? PreviousUntil => previousUntil;

    /// <summary>Tries that failed since one went well.</summary>
    public int Failures => failures;
}

/// <summary>A delivery that this caller has, until its lease is over.</summary>
/// <param name="Number">Which.</param>
/// <param name="Lease">Says that it is this caller's.</param>
/// <param name="MessageId">What webhook-id says.</param>
/// <param name="Payload">The body.</param>
/// <param name="CreatedAt">When it was written into the outbox.</param>
/// <param name="Tries">How often it was tried, with this time.</param>
public sealed record ClaimedDelivery(
    long Number, long Lease, string MessageId, string Payload, DateTimeOffset CreatedAt, int Tries);

/// <summary>What became of a try.</summary>
/// <param name="WebhookId">Of which webhook.</param>
/// <param name="Delivery">Which delivery.</param>
/// <param name="Outcome">What it came to.</param>
/// <param name="Status">HTTP status, or null.</param>
/// <param name="At">When.</param>
/// <param name="NextAt">When it is due next; null: it is over.</param>
public sealed record SettledDelivery(
    string WebhookId, ClaimedDelivery Delivery, WebhookOutcome Outcome, int? Status, DateTimeOffset At,
    DateTimeOffset? NextAt);

/// <summary>What waits in all outboxes.</summary>
/// <param name="Pending">Deliveries that are not over.</param>
/// <param name="Dropped">Events that were dropped, of webhooks that are there.</param>
public readonly record struct OutboxCount(long Pending, long Dropped);

/// <summary>
/// Webhooks and their outbox. Events get into the outbox by the transactions that bring them about: verdicts, alarms,
/// the look at who is online.
/// </summary>
public interface IWebhookStore
{
    /// <summary>Adds a webhook; false when its tenant has as many as it may.</summary>
    Task<bool> AddWebhookAsync(WebhookView webhook, byte[] secretWrapped, CancellationToken cancellationToken);

    /// <summary>Webhooks of a tenant, in order of id.</summary>
    Task<IReadOnlyList<WebhookView>> ListWebhooksAsync(int tenantId, CancellationToken cancellationToken);

    /// <summary>The box of a webhook's secrets; null when the tenant has none of this id.</summary>
    Task<byte[]?> FindWebhookSecretAsync(int tenantId, string id, CancellationToken cancellationToken);

    /// <summary>
    /// Puts another box of secrets in the place of one; null when the tenant has no such webhook or its box is another.
    /// </summary>
    Task<WebhookView?> RotateWebhookAsync(
        int tenantId, string id, byte[] old, byte[] fresh, DateTimeOffset previousUntil, string by, DateTimeOffset now,
        CancellationToken cancellationToken);

    /// <summary>
    /// Pauses or resumes; one that is resumed is tried at once. Null when the tenant has none of this id.
    /// </summary>
    Task<WebhookView?> SetWebhookStateAsync(
        int tenantId, string id, WebhookState state, string by, DateTimeOffset now,
        CancellationToken cancellationToken);

    /// <summary>Removes a webhook and what it has in the outbox. Null when the tenant has none of this id.</summary>
    Task<WebhookView?> RemoveWebhookAsync(
        int tenantId, string id, string by, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Puts a try into the outbox; its message id, or null when the tenant has none of this id.</summary>
    Task<string?> TestWebhookAsync(int tenantId, string id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Deliveries of a webhook, the newest first.</summary>
    Task<IReadOnlyList<DeliveryView>> ListDeliveriesAsync(
        int tenantId, string id, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Compares who is online with who was, and writes differences with their events in one transaction; and tells
    /// webhooks with room again what was dropped.
    /// </summary>
    /// <param name="now">Service time.</param>
    /// <param name="liveWithin">A beacon is online for so long after its last sign.</param>
    /// <param name="limit">Differences at most.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many came or went.</returns>
    Task<int> FollowPresenceAsync(
        DateTimeOffset now, TimeSpan liveWithin, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Webhooks of all tenants that something is due for and that do not rest, the longest due first.
    /// </summary>
    Task<IReadOnlyList<DueWebhook>> ListDueWebhooksAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Takes due deliveries until a time; nobody else gets them before. Each counts as tried from then on.
    /// </summary>
    Task<IReadOnlyList<ClaimedDelivery>> ClaimDeliveriesAsync(
        string webhookId, DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Writes down what became of a try; false when the lease is another's by now. A webhook rests after as many
    /// failures in a row as <see cref="WebhookPolicy.RestAfter"/> says.
    /// </summary>
    Task<bool> SettleDeliveryAsync(SettledDelivery settled, CancellationToken cancellationToken);

    /// <summary>Ends deliveries whose time is over and forgets old ones. Returns how many rows went.</summary>
    Task<int> PruneDeliveriesAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Counts what waits.</summary>
    Task<OutboxCount> CountOutboxAsync(CancellationToken cancellationToken);
}
