using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Webhooks;

namespace LumenLink.Rendezvous.Store;

/// <summary>How events get into the outbox: in the transaction that brings them about, or not at all.</summary>
internal abstract partial class SqlStore
{
    /// <summary>Deliveries of one statement: SQLite takes 32,766 parameters, PostgreSQL 65,535.</summary>
    private const int RowsAtOnce = 1000;

    /// <summary>Deliveries of webhook w that wait, counted up to one beyond the bound.</summary>
    private static readonly string PendingOf = $"""
        (SELECT count(*) FROM (SELECT 1 FROM webhook_deliveries AS d
            WHERE d.webhook_id = w.webhook_id AND d.next_at IS NOT NULL LIMIT {WebhookPolicy.MaxPending + 1}) AS waits)
        """;

    /// <summary>Beacons whose presence differs from what it was, with their last sign.</summary>
    private const string ChangedPresence = """
        SELECT * FROM (
            SELECT b.beacon_id, b.tenant_id, b.region, coalesce(p.is_online, 0) AS was,
                CASE WHEN b.revoked_at IS NULL AND (a.last_seen_at >= @since OR b.attested_at >= @since)
                    THEN 1 ELSE 0 END AS is_now,
                a.last_seen_at, b.attested_at
            FROM beacons AS b JOIN beacon_activity AS a ON a.beacon_id = b.beacon_id
                LEFT JOIN beacon_presence AS p ON p.beacon_id = b.beacon_id) AS seen
        WHERE was <> is_now ORDER BY beacon_id LIMIT @limit
        """;

    /// <inheritdoc/>
    public Task<int> FollowPresenceAsync(
        DateTimeOffset now, TimeSpan liveWithin, int limit, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            List<ChangedBeacon> changed = await work.Sql(ChangedPresence)
                .With("since", now - liveWithin).With("limit", limit)
                .ListAsync(row => new ChangedBeacon(
                    row.Long(0), row.Int(1), row.Text(2), row.Long(4) == 1,
                    Later(row.TimeOrNull(5), row.TimeOrNull(6))));
            HashSet<long> written = await WritePresenceAsync(work, changed, now);
            await PublishAsync(
                work,
                [.. changed.Where(beacon => written.Contains(beacon.Id)).Select(beacon => WebhookEvent.Presence(
                    beacon.TenantId, ToBeaconId(beacon.Id), beacon.Region, beacon.IsOnline,
                    beacon.IsOnline ? beacon.LastSign ?? now : now, beacon.LastSign))],
                now);
            await TellDroppedAsync(work, now);
            return written.Count;
        },
        cancellationToken);

    /// <summary>
    /// Writes events for every webhook that asked for them and has room; counts the others at the webhook.
    /// </summary>
    private static async Task PublishAsync(SqlWork work, IReadOnlyList<WebhookEvent> events, DateTimeOffset now)
    {
        if (events.Count == 0)
            return;
        List<Outbox> boxes = await OutboxesAsync(
            work, $"w.state <> {(int)WebhookState.Gone} AND w.tenant_id IN "
            + $"({string.Join(", ", events.Select(one => one.TenantId).Distinct())})");
        SqlRows rows = NewDeliveries();
        foreach (WebhookEvent one in events)
        {
            string message = WebhookEvent.NewMessageId();
            foreach (Outbox box in boxes.Where(box => box.Takes(one)))
            {
                if (box.Pending >= WebhookPolicy.MaxPending)
                {
                    box.Dropped++;
                    continue;
                }

                box.Pending++;
                rows.Add(box.Id, one.TenantId, message, (int)one.Kind, one.Payload, now, now);
                if (rows.Count < RowsAtOnce)
                    continue;
                await rows.On(work, "").ExecuteAsync();
                rows = NewDeliveries();
            }
        }

        if (rows.Count > 0)
            await rows.On(work, "").ExecuteAsync();
        foreach (Outbox box in boxes.Where(box => box.Dropped > 0))
        {
            await work
                .Sql("""
                    UPDATE webhooks SET dropped = dropped + @n, dropped_untold = dropped_untold + @n
                    WHERE webhook_id = @id
                    """)
                .With("n", box.Dropped).With("id", box.Id).ExecuteAsync();
        }
    }

    /// <summary>Each webhook whose outbox is half empty again is told how many events it lost.</summary>
    private static async Task TellDroppedAsync(SqlWork work, DateTimeOffset now)
    {
        foreach (Outbox box in await OutboxesAsync(work, "w.dropped_untold > 0"))
        {
            if (box.Pending > WebhookPolicy.MaxPending / 2)
                continue;
            SqlRows rows = NewDeliveries();
            rows.Add(
                box.Id, box.TenantId, WebhookEvent.NewMessageId(), (int)WebhookEventKind.EventsDropped,
                WebhookEvent.Dropped(box.TenantId, now, box.Untold).Payload, now, now);
            await rows.On(work, "").ExecuteAsync();
            await work
                .Sql("UPDATE webhooks SET dropped_untold = dropped_untold - @n WHERE webhook_id = @id")
                .With("n", box.Untold).With("id", box.Id).ExecuteAsync();
        }
    }

    private static SqlRows NewDeliveries() => new(
        "webhook_deliveries", "webhook_id", "tenant_id", "message_id", "kind", "payload", "created_at", "next_at");

    private static Task<List<Outbox>> OutboxesAsync(SqlWork work, string which) => work
        .Sql($"""
            SELECT w.webhook_id, w.tenant_id, w.events, w.dropped_untold, {PendingOf} FROM webhooks AS w
            WHERE {which} ORDER BY w.webhook_id
            """)
        .ListAsync(row => new Outbox(row.Text(0), row.Int(1), row.Int(2), row.Long(3)) { Pending = row.Long(4) });

    /// <summary>Writes how beacons are now; those that another look wrote meanwhile are left out.</summary>
    private static async Task<HashSet<long>> WritePresenceAsync(
        SqlWork work, List<ChangedBeacon> changed, DateTimeOffset now)
    {
        if (changed.Count == 0)
            return [];
        SqlRows rows = new("beacon_presence", "beacon_id", "tenant_id", "is_online", "changed_at");
        foreach (ChangedBeacon beacon in changed)
            rows.Add(beacon.Id, beacon.TenantId, beacon.IsOnline ? 1 : 0, now);
        return
        [
            .. await rows
                .On(work, """
                     ON CONFLICT (beacon_id) DO UPDATE SET is_online = excluded.is_online,
                        changed_at = excluded.changed_at
                    WHERE beacon_presence.is_online <> excluded.is_online RETURNING beacon_id
                    """)
                .ListAsync(row => row.Long(0)),
        ];
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other > one ? other : one;

    /// <summary>A beacon that came or went.</summary>
    private sealed record ChangedBeacon(
        long Id, int TenantId, string Region, bool IsOnline, DateTimeOffset? LastSign);

    /// <summary>A webhook, as far as events are about it.</summary>
    private sealed record Outbox(string Id, int TenantId, int Events, long Untold)
    {
        public long Pending { get; set; }

        public long Dropped { get; set; }

        public bool Takes(WebhookEvent one) =>
            TenantId == one.TenantId && (Events & WebhookEvents.BitOf(one.Kind)) != 0;
    }
}
