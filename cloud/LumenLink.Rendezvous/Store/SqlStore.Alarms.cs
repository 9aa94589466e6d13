using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Webhooks;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    private const string AlarmColumns =
        "alarm_id, beacon_id, kind, first_at, last_at, count, detail, acknowledged_at, acknowledged_by";

    private const string CountAlarm = $"""
        UPDATE alarms SET last_at = @now, count = count + @count, detail = @detail
        WHERE beacon_id = @beacon AND kind = @kind AND acknowledged_at IS NULL
        RETURNING {AlarmColumns}
        """;

    /// <summary>
    /// Of two that open one alarm at once, the second counts into what the first has opened: its row is there by then.
    /// </summary>
    private const string OpenAlarm = $"""
        INSERT INTO alarms (tenant_id, beacon_id, kind, first_at, last_at, count, detail)
        VALUES (@tenant, @beacon, @kind, @now, @now, @count, @detail)
        ON CONFLICT (beacon_id, kind) DO UPDATE SET last_at = excluded.last_at, detail = excluded.detail,
            count = alarms.count + excluded.count, acknowledged_at = NULL, acknowledged_by = ''
        RETURNING {AlarmColumns}
        """;

    /// <inheritdoc/>
    public Task<AlarmView> RaiseAlarmAsync(
        int tenantId, BeaconId beacon, AlarmKind kind, string detail, long count, DateTimeOffset now,
        CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            if (await With(work.Sql(CountAlarm)).FirstAsync(ReadAlarm) is { } counted)
                return counted;
            await work
                .Sql("""
                    DELETE FROM alarms WHERE beacon_id = @beacon AND kind = @kind AND acknowledged_at IS NOT NULL
                    """)
                .With("beacon", ToColumn(beacon)).With("kind", (int)kind).ExecuteAsync();
            AlarmView alarm = (await With(work.Sql(OpenAlarm)).With("tenant", tenantId).FirstAsync(ReadAlarm))!;
            if (alarm.Count == count)
                await PublishAsync(work, [WebhookEvent.Suspected(tenantId, alarm)], now);
            return alarm;

            SqlStatement With(SqlStatement statement) => statement
                .With("beacon", ToColumn(beacon)).With("kind", (int)kind).With("detail", detail).With("count", count)
                .With("now", now);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<AlarmView?> AcknowledgeAlarmAsync(
        int tenantId, long id, string by, DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            int acknowledged = await work
                .Sql("""
                    UPDATE alarms SET acknowledged_at = @now, acknowledged_by = @by
                    WHERE alarm_id = @id AND tenant_id = @tenant AND acknowledged_at IS NULL
                    """)
                .With("now", now).With("by", by).With("id", id).With("tenant", tenantId).ExecuteAsync();
            AlarmView? alarm = await work
                .Sql($"SELECT {AlarmColumns} FROM alarms WHERE alarm_id = @id AND tenant_id = @tenant")
                .With("id", id).With("tenant", tenantId).FirstAsync(ReadAlarm);
            if (acknowledged == 1)
            {
                await AuditAsync(work, AuditFact.Of(
                    now, tenantId, AuditKind.Alarm, alarm!.Beacon, by, "Acknowledged", $"{alarm.Kind}, {alarm.Count}"));
            }

            return alarm;
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<AlarmKind, long>> CountOpenAlarmsAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(
            work => work.Sql("SELECT kind, count(*) FROM alarms WHERE acknowledged_at IS NULL GROUP BY kind")
                .ListAsync(row => (Kind: (AlarmKind)row.Int(0), Count: row.Long(1))),
            cancellationToken)).ToDictionary(open => open.Kind, open => open.Count);

    /// <inheritdoc/>
    public Task<int> PruneAlarmsAsync(DateTimeOffset before, CancellationToken cancellationToken) => WriteAsync(
        work => work.Sql("DELETE FROM alarms WHERE acknowledged_at < @before").With("before", before).ExecuteAsync(),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AlarmView>> ListAlarmsAsync(
        int tenantId, AlarmFilter filter, CancellationToken cancellationToken) => await ReadTenantAsync(
        tenantId,
        work =>
        {
            string state = filter.IsOpen switch
            {
                true => "AND acknowledged_at IS NULL",
                false => "AND acknowledged_at IS NOT NULL",
                null => "",
            };
            SqlStatement statement = work
                .Sql($"""
                    SELECT {AlarmColumns} FROM alarms
                    WHERE tenant_id = @tenant AND alarm_id < @before {state}
                        {(filter.Beacon is null ? "" : "AND beacon_id = @beacon")}
                    ORDER BY alarm_id DESC LIMIT @limit
                    """)
                .With("tenant", tenantId).With("before", filter.BeforeId ?? long.MaxValue).With("limit", filter.Limit);
            return (filter.Beacon is { } beacon ? statement.With("beacon", ToColumn(beacon)) : statement)
                .ListAsync(ReadAlarm);
        },
        cancellationToken);

    private static AlarmView ReadAlarm(SqlRow row) => new(
        row.Long(0), ToBeaconId(row.Long(1)), (AlarmKind)row.Int(2), row.Time(3), row.Time(4), row.Long(5),
        row.Text(6), row.TimeOrNull(7), row.Text(8));
}
