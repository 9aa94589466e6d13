using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public async Task<int> RollUpAsync(DateTimeOffset now, TimeSpan retention, CancellationToken cancellationToken)
    {
        DateTimeOffset end = UpkeepPolicy.CountedUntil(now);
        DateTimeOffset first = UpkeepPolicy.HourOf(now - retention);
        DateTimeOffset? through = await ReadAsync(ReadThroughAsync, cancellationToken);

        // A mark beyond now is of a clock that was wrong: counting an hour again changes nothing that was right.
        if (through > first && through <= end)
            first = through.Value;
        int counted = 0;
        for (DateTimeOffset hour = first; hour < end; hour += Hour, counted++)
        {
            DateTimeOffset from = hour;
            await WriteAsync(
                async work =>
                {
                    await RollUpHourAsync(work, from);
                    return await MarkThroughAsync(work, from + Hour);
                },
                cancellationToken);
        }

        await WriteAsync(
            work => work.Sql("DELETE FROM beacon_hours WHERE hour < @before")
                .With("before", now - UpkeepPolicy.HoursKept).ExecuteAsync(),
            cancellationToken);
        return counted;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HourView>> ListHoursAsync(
        int tenantId, BeaconId id, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        await ReadTenantAsync(
            tenantId,
            work => work
                .Sql("""
                    SELECT hour, records, sightings FROM beacon_hours
                    WHERE tenant_id = @tenant AND beacon_id = @beacon AND hour >= @from AND hour < @to
                    ORDER BY hour
                    """)
                .With("tenant", tenantId).With("beacon", ToColumn(id)).With("from", from).With("to", to)
                .ListAsync(row => new HourView(row.Time(0), row.Long(1), row.Long(2))),
            cancellationToken);

    /// <summary>
    /// Counts an hour's records and sightings. What was counted before only rises: rows may be gone by now.
    /// </summary>
    protected abstract Task RollUpHourAsync(SqlWork work, DateTimeOffset hour);

    /// <summary>Counts a day that is about to go once more: what came later than it should have is in it too.</summary>
    protected async Task RollUpDayAsync(DateOnly day, CancellationToken cancellationToken)
    {
        DateTimeOffset start = new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        for (DateTimeOffset hour = start; hour < start.AddDays(1); hour += Hour)
        {
            DateTimeOffset from = hour;
            await WriteAsync(
                async work =>
                {
                    await RollUpHourAsync(work, from);
                    return 0;
                },
                cancellationToken);
        }
    }

    private static async Task<DateTimeOffset?> ReadThroughAsync(SqlWork work)
    {
        List<DateTimeOffset> marks = await work.Sql("SELECT through FROM roll_ups WHERE name = 'beacon_hours'")
            .ListAsync(row => row.Time(0));
        return marks.Count == 0 ? null : marks[0];
    }

    private static Task<int> MarkThroughAsync(SqlWork work, DateTimeOffset through) => work
        .Sql("""
            INSERT INTO roll_ups (name, through) VALUES ('beacon_hours', @through)
            ON CONFLICT (name) DO UPDATE SET through = excluded.through
            """)
        .With("through", through).ExecuteAsync();
}
