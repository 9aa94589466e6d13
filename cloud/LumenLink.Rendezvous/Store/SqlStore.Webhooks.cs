using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Webhooks;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    private static readonly string SelectWebhooks = $"""
        SELECT w.webhook_id, w.tenant_id, w.url, w.events, w.description, w.state, w.created_by, w.created_at,
            w.previous_until, w.failures, w.closed_until, w.dropped, {PendingOf}
        FROM webhooks AS w WHERE w.tenant_id = @tenant
        """;

    /// <inheritdoc/>
    public Task<bool> AddWebhookAsync(
        WebhookView webhook, byte[] secretWrapped, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            int added = await work
                .Sql("""
                    INSERT INTO webhooks (webhook_id, tenant_id, url, events, description, secret_wrapped, state,
                        created_by, created_at)
                    SELECT @id, @tenant, @url, @events, @description, @secret, @state, @by, @now
                    WHERE (SELECT count(*) FROM webhooks WHERE tenant_id = @tenant) < @most
                    """)
                .With("id", webhook.Id).With("tenant", webhook.TenantId).With("url", webhook.Url)
                .With("events", webhook.Events).With("description", webhook.Description).With("secret", secretWrapped)
                .With("state", (int)webhook.State).With("by", webhook.CreatedBy).With("now", webhook.CreatedAt)
                .With("most", WebhookPolicy.MaxWebhooks).ExecuteAsync();
            if (added == 1)
                await AuditWebhookAsync(work, webhook, webhook.CreatedBy, "Created", webhook.CreatedAt);
            return added == 1;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<WebhookView>> ListWebhooksAsync(
        int tenantId, CancellationToken cancellationToken) => await ReadTenantAsync(
        tenantId,
        work => work.Sql(SelectWebhooks + " ORDER BY w.webhook_id").With("tenant", tenantId).ListAsync(ReadWebhook),
        cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> FindWebhookSecretAsync(int tenantId, string id, CancellationToken cancellationToken) =>
        ReadAsync(
            work => work.Sql("SELECT secret_wrapped FROM webhooks WHERE webhook_id = @id AND tenant_id = @tenant")
                .With("id", id).With("tenant", tenantId).FirstAsync(row => row.Bytes(0)),
            cancellationToken);

    /// <inheritdoc/>
    public Task<WebhookView?> RotateWebhookAsync(
        int tenantId, string id, byte[] old, byte[] fresh, DateTimeOffset previousUntil, string by, DateTimeOffset now,
        CancellationToken cancellationToken) => ChangeWebhookAsync(
        tenantId, id, by, "Rotated", now,
        work => work
            .Sql("""
                UPDATE webhooks SET secret_wrapped = @fresh, previous_until = @until
                WHERE webhook_id = @id AND tenant_id = @tenant AND secret_wrapped = @old
                """)
            .With("fresh", fresh).With("until", previousUntil).With("old", old),
        mustChange: true, cancellationToken);

    /// <inheritdoc/>
    public Task<WebhookView?> SetWebhookStateAsync(
        int tenantId, string id, WebhookState state, string by, DateTimeOffset now,
        CancellationToken cancellationToken) => ChangeWebhookAsync(
        tenantId, id, by, state == WebhookState.Active ? "Resumed" : $"{state}", now,
        work => work
            .Sql("""
                UPDATE webhooks SET state = @state, failures = 0, closed_until = NULL
                WHERE webhook_id = @id AND tenant_id = @tenant AND state <> @state
                """)
            .With("state", (int)state),
        mustChange: false, cancellationToken);

    /// <inheritdoc/>
    public Task<WebhookView?> RemoveWebhookAsync(
        int tenantId, string id, string by, DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            WebhookView? webhook = await FindWebhookAsync(work, tenantId, id);
            if (webhook is null)
                return null;
            int removed = await work.Sql("DELETE FROM webhooks WHERE webhook_id = @id AND tenant_id = @tenant")
                .With("id", id).With("tenant", tenantId).ExecuteAsync();
            if (removed == 0)
                return null;
            await AuditWebhookAsync(work, webhook, by, "Removed", now);
            return webhook;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<string?> TestWebhookAsync(
        int tenantId, string id, DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            WebhookView? webhook = await FindWebhookAsync(work, tenantId, id);
            if (webhook is null)
                return null;
            if (webhook.Pending >= WebhookPolicy.MaxPending)
                return "";
            string message = WebhookEvent.NewMessageId();
            SqlRows rows = NewDeliveries();
            rows.Add(
                id, tenantId, message, (int)WebhookEventKind.Test, WebhookEvent.Test(tenantId, now, id).Payload, now,
                now);
            await rows.On(work, "").ExecuteAsync();
            return message;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeliveryView>> ListDeliveriesAsync(
        int tenantId, string id, int limit, CancellationToken cancellationToken) => await ReadTenantAsync(
        tenantId,
        work => work
            .Sql("""
                SELECT delivery_id, message_id, kind, created_at, tries, outcome, status, tried_at, next_at
                FROM webhook_deliveries WHERE webhook_id = @id AND tenant_id = @tenant
                ORDER BY delivery_id DESC LIMIT @limit
                """)
            .With("id", id).With("tenant", tenantId).With("limit", limit)
            .ListAsync(row => new DeliveryView(
                row.Long(0), row.Text(1), (WebhookEventKind)row.Int(2), row.Time(3), row.Int(4),
                (WebhookOutcome?)row.LongOrNull(5), (int?)row.LongOrNull(6), row.TimeOrNull(7), row.TimeOrNull(8))),
        cancellationToken);

    private Task<WebhookView?> ChangeWebhookAsync(
        int tenantId, string id, string by, string outcome, DateTimeOffset now, Func<SqlWork, SqlStatement> change,
        bool mustChange, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            int changed = await change(work).With("id", id).With("tenant", tenantId).ExecuteAsync();
            if (changed == 0 && mustChange)
                return null;
            WebhookView? webhook = await FindWebhookAsync(work, tenantId, id);
            if (changed == 1)
                await AuditWebhookAsync(work, webhook!, by, outcome, now);
            return webhook;
        },
        cancellationToken);

    private static Task<WebhookView?> FindWebhookAsync(SqlWork work, int tenantId, string id) => work
        .Sql(SelectWebhooks + " AND w.webhook_id = @id").With("tenant", tenantId).With("id", id)
        .FirstAsync(ReadWebhook);

    private Task AuditWebhookAsync(SqlWork work, WebhookView webhook, string by, string outcome, DateTimeOffset now) =>
        AuditAsync(work, new AuditFact(
            now, webhook.TenantId, AuditKind.Webhook, webhook.Id, by, outcome,
            $"{webhook.Url}: {string.Join(", ", WebhookEvents.Write(webhook.Events))}", []));

    private static WebhookView ReadWebhook(SqlRow row) => new(
        row.Text(0), row.Int(1), row.Text(2), row.Int(3), row.Text(4), (WebhookState)row.Int(5), row.Text(6),
        row.Time(7), row.TimeOrNull(8), row.Int(9), row.TimeOrNull(10), row.Long(11), row.Long(12));
}
