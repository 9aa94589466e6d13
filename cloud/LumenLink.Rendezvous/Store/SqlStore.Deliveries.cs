using System.Security.Cryptography;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Webhooks;

namespace LumenLink.Rendezvous.Store;

/// <summary>How the outbox is emptied, by several replicas at once.</summary>
internal abstract partial class SqlStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<DueWebhook>> ListDueWebhooksAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<DueWebhook>>(
        async work => await work
            .Sql($"""
                SELECT * FROM (
                    SELECT w.webhook_id, w.url, w.secret_wrapped, w.previous_until, w.failures,
                        (SELECT min(d.next_at) FROM webhook_deliveries AS d
                            WHERE d.webhook_id = w.webhook_id AND d.next_at IS NOT NULL) AS due_at
                    FROM webhooks AS w
                    WHERE w.state = {(int)WebhookState.Active}
                        AND (w.closed_until IS NULL OR w.closed_until <= @now)) AS asked
                WHERE due_at <= @now ORDER BY due_at, webhook_id LIMIT @limit
                """)
            .With("now", now).With("limit", limit)
            .ListAsync(row => new DueWebhook(
                row.Text(0), row.Text(1), row.Bytes(2), row.TimeOrNull(3), row.Int(4))),
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClaimedDelivery>> ClaimDeliveriesAsync(
        string webhookId, DateTimeOffset now, DateTimeOffset until, int limit, CancellationToken cancellationToken)
    {
        long lease = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        return WriteAsync<IReadOnlyList<ClaimedDelivery>>(
            async work => await work
                .Sql($"""
                    UPDATE webhook_deliveries SET next_at = @until, lease = @lease, tries = tries + 1
                    WHERE delivery_id IN (
                        SELECT delivery_id FROM webhook_deliveries
                        WHERE webhook_id = @id AND next_at <= @now
                        ORDER BY next_at, delivery_id LIMIT @limit{dialect.SkipLocked})
                    RETURNING delivery_id, message_id, payload, created_at, tries
                    """)
                .With("until", until).With("lease", lease).With("id", webhookId).With("now", now).With("limit", limit)
                .ListAsync(row => new ClaimedDelivery(
                    row.Long(0), lease, row.Text(1), row.Text(2), row.Time(3), row.Int(4))),
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> SettleDeliveryAsync(SettledDelivery settled, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            int written = await work
                .Sql("""
                    UPDATE webhook_deliveries SET next_at = @next, outcome = @outcome, status = @status, tried_at = @at,
                        lease = 0
                    WHERE delivery_id = @number AND lease = @lease AND next_at IS NOT NULL
                    """)
                .With("next", settled.NextAt).With("outcome", (int)settled.Outcome).With("status", settled.Status)
                .With("at", settled.At).With("number", settled.Delivery.Number).With("lease", settled.Delivery.Lease)
                .ExecuteAsync();
            if (written == 0)
                return false;
            await NoteHealthAsync(work, settled);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<int> PruneDeliveriesAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await WriteAsync(
            work => work
                .Sql($"""
                    UPDATE webhook_deliveries SET next_at = NULL,
                        outcome = coalesce(outcome, {(int)WebhookOutcome.NeverTried})
                    WHERE next_at IS NOT NULL AND next_at < @now AND created_at < @end
                    """)
                .With("now", now).With("end", now - WebhookPolicy.Lifetime).ExecuteAsync(),
            cancellationToken);
        int gone = await WriteAsync(
            work => work.Sql("DELETE FROM webhook_deliveries WHERE next_at IS NULL AND created_at < @before")
                .With("before", now - WebhookPolicy.SettledKept).ExecuteAsync(),
            cancellationToken);
        foreach ((string webhook, long? cut) in await ReadAsync(ListCutsAsync, cancellationToken))
        {
            if (cut is not { } last)
                continue;
            gone += await WriteAsync(
                work => work
                    .Sql("""
                        DELETE FROM webhook_deliveries
                        WHERE webhook_id = @id AND next_at IS NULL AND delivery_id <= @last
                        """)
                    .With("id", webhook).With("last", last).ExecuteAsync(),
                cancellationToken);
        }

        return gone;
    }

    /// <summary>Of each webhook the newest settled delivery that is too much.</summary>
    private static Task<List<(string Webhook, long? Cut)>> ListCutsAsync(SqlWork work) => work
        .Sql($"""
            SELECT w.webhook_id, (
                SELECT d.delivery_id FROM webhook_deliveries AS d
                WHERE d.webhook_id = w.webhook_id AND d.next_at IS NULL
                ORDER BY d.delivery_id DESC LIMIT 1 OFFSET {WebhookPolicy.MaxSettled})
            FROM webhooks AS w
            """)
        .ListAsync(row => (row.Text(0), row.LongOrNull(1)));

    /// <inheritdoc/>
    public async Task<OutboxCount> CountOutboxAsync(CancellationToken cancellationToken) => (await ReadAsync(
        work => work
            .Sql("""
                SELECT (SELECT count(*) FROM webhook_deliveries WHERE next_at IS NOT NULL),
                    (SELECT CAST(coalesce(sum(dropped), 0) AS bigint) FROM webhooks)
                """)
            .ListAsync(row => new OutboxCount(row.Long(0), row.Long(1))),
        cancellationToken))[0];

    /// <summary>What a try says of its receiver.</summary>
    private async Task NoteHealthAsync(SqlWork work, SettledDelivery settled)
    {
        if (settled.Outcome == WebhookOutcome.Delivered)
        {
            await work
                .Sql("""
                    UPDATE webhooks SET failures = 0, closed_until = NULL
                    WHERE webhook_id = @id AND (failures > 0 OR closed_until IS NOT NULL)
                    """)
                .With("id", settled.WebhookId).ExecuteAsync();
            return;
        }

        // Several tries end at once: the row says which failure in a row this is, and holds it until the commit.
        List<int> failures = await work
            .Sql("UPDATE webhooks SET failures = failures + 1 WHERE webhook_id = @id RETURNING failures")
            .With("id", settled.WebhookId).ListAsync(row => row.Int(0));
        foreach (int count in failures)
        {
            if (WebhookPolicy.RestAfter(count) is not { } rest)
                continue;
            await work.Sql("UPDATE webhooks SET closed_until = @until WHERE webhook_id = @id")
                .With("until", settled.At + rest).With("id", settled.WebhookId).ExecuteAsync();
        }

        if (settled.Outcome != WebhookOutcome.Gone)
            return;
        List<int> gone = await work
            .Sql($"""
                UPDATE webhooks SET state = {(int)WebhookState.Gone}
                WHERE webhook_id = @id AND state <> {(int)WebhookState.Gone} RETURNING tenant_id
                """)
            .With("id", settled.WebhookId).ListAsync(row => row.Int(0));
        foreach (int tenant in gone)
        {
            WebhookView webhook = (await FindWebhookAsync(work, tenant, settled.WebhookId))!;
            await AuditWebhookAsync(work, webhook, AuditFact.Service, $"{WebhookState.Gone}", settled.At);
        }
    }
}
