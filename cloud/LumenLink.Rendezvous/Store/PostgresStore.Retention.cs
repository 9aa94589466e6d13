namespace LumenLink.Rendezvous.Store;

internal sealed partial class PostgresStore
{
    private const int DaysAhead = 7;

    /// <summary>Beacons whose counts are settled in one transaction, which locks them.</summary>
    private const int SettledAtOnce = 200;

    /// <summary>
    /// Each step is its own transaction and can be repeated; who waits too long for a lock gives up (then this throws
    /// and the next run goes on). Ingest waits for a change of the catalogue at most, never for a scan. A partition
    /// goes when it is past retention by the database's clock too: one wrong clock drops nothing.
    /// </summary>
    public override async Task<int> RetainAsync(
        DateTimeOffset now, TimeSpan retention, CancellationToken cancellationToken)
    {
        DateOnly today = DateOnly.FromDateTime(now.UtcDateTime);
        for (int ahead = 0; ahead <= DaysAhead; ahead++)
            await CallAsync("SELECT add_sightings_partition(@arg)", today.AddDays(ahead), cancellationToken);
        DateTimeOffset theirs = await ReadClockAsync(cancellationToken);
        DateTimeOffset cutoff = CutoffOf(now < theirs ? now : theirs, retention);
        long gone = 0;
        DateOnly firstKept = DateOnly.FromDateTime(cutoff.UtcDateTime);
        foreach (DateOnly day in await ListDaysBeforeAsync(firstKept, cancellationToken))
        {
            await RollUpDayAsync(day, cancellationToken);
            await CallAsync("SELECT detach_sightings_partition(@arg)", day, cancellationToken);
            gone += (long)await CallAsync("SELECT drop_sightings_partition(@arg)", day, cancellationToken);
        }

        gone += (long)await CallAsync("SELECT drop_stray_sightings(@arg)", cutoff, cancellationToken);
        while ((int)await CallAsync("SELECT settle_dropped_sightings(@arg)", SettledAtOnce, cancellationToken) > 0)
        {
            // The next ones.
        }

        await ForgetDiagnosticsAsync(cutoff, cancellationToken);
        await PruneIdentitiesAsync(cutoff, cancellationToken);
        return (int)Math.Min(gone, int.MaxValue);
    }

    /// <inheritdoc/>
    protected override Task RollUpHourAsync(SqlWork work, DateTimeOffset hour) =>
        work.Sql("SELECT roll_up_hour(@hour)").With("hour", hour).ExecuteAsync();

    private async Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) => (await ReadAsync(
        work => work.Sql("SELECT now()").ListAsync(row => row.Time(0)), cancellationToken))[0];

    /// <summary>Days with a partition, attached or detached by a run that stopped half-way.</summary>
    private Task<List<DateOnly>> ListDaysBeforeAsync(DateOnly first, CancellationToken cancellationToken) => ReadAsync(
        work => work
            .Sql("""
                SELECT substr(relname, 11) FROM pg_class
                WHERE relnamespace = 'lumen'::regnamespace AND relkind = 'r' AND relname ~ '^sightings_[0-9]{8}$'
                    AND relname < 'sightings_' || @first
                ORDER BY relname
                """)
            .With("first", first.ToString("yyyyMMdd", null))
            .ListAsync(row => DateOnly.ParseExact(row.Text(0), "yyyyMMdd", null)),
        cancellationToken);
}
