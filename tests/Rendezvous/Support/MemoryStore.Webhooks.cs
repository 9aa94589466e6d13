using LumenLink.Rendezvous.Store;

namespace LumenLink.Tests.Rendezvous.Support;

internal sealed partial class MemoryStore
{
    public Task<bool> AddWebhookAsync(
        WebhookView webhook, byte[] secretWrapped, CancellationToken cancellationToken) => throw NoWebhooks();

    public Task<IReadOnlyList<WebhookView>> ListWebhooksAsync(int tenantId, CancellationToken cancellationToken) =>
        throw NoWebhooks();

    public Task<byte[]?> FindWebhookSecretAsync(int tenantId, string id, CancellationToken cancellationToken) =>
        throw NoWebhooks();

    public Task<WebhookView?> RotateWebhookAsync(
        int tenantId, string id, byte[] old, byte[] fresh, DateTimeOffset previousUntil, string by, DateTimeOffset now,
        CancellationToken cancellationToken) => throw NoWebhooks();

    public Task<WebhookView?> SetWebhookStateAsync(
        int tenantId, string id, WebhookState state, string by, DateTimeOffset now,
        CancellationToken cancellationToken) => throw NoWebhooks();

    public Task<WebhookView?> RemoveWebhookAsync(
        int tenantId, string id, string by, DateTimeOffset now, CancellationToken cancellationToken) =>
        throw NoWebhooks();

    public Task<string?> TestWebhookAsync(
        int tenantId, string id, DateTimeOffset now, CancellationToken cancellationToken) => throw NoWebhooks();

    public Task<IReadOnlyList<DeliveryView>> ListDeliveriesAsync(
        int tenantId, string id, int limit, CancellationToken cancellationToken) => throw NoWebhooks();

    public Task<int> FollowPresenceAsync(
        DateTimeOffset now, TimeSpan liveWithin, int limit, CancellationToken cancellationToken) => throw NoWebhooks();

    public Task<IReadOnlyList<DueWebhook>> ListDueWebhooksAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken) => throw NoWebhooks();

    public Task<IReadOnlyList<ClaimedDelivery>> ClaimDeliveriesAsync(
        string webhookId, DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken) =>
        throw NoWebhooks();

    public Task<bool> SettleDeliveryAsync(SettledDelivery settled, CancellationToken cancellationToken) =>
        throw NoWebhooks();

    public Task<int> PruneDeliveriesAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        throw NoWebhooks();

    public Task<OutboxCount> CountOutboxAsync(CancellationToken cancellationToken) => throw NoWebhooks();

    private static NotSupportedException NoWebhooks() => new("webhooks are the real stores' business");
}
