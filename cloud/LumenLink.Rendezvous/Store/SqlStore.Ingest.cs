namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    /// <summary>How many beacons are locked at a time while their identities are pruned.</summary>
    private const int PruneAtOnce = 100;

    /// <summary>The stored identities that may go: at or below the mark, and old.</summary>
    private const string Prunable = """
        FROM frames AS f WHERE f.beacon_id = boot_progress.beacon_id AND f.boot = boot_progress.boot
            AND f.received_at < @before AND f.seq <= boot_progress.settled_through
        """;

    /// <inheritdoc/>
    public async Task CommitAsync(IngestBatch batch, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        batch.Times.Begin();
        IngestPlan plan = await WriteAsync(
            async work =>
            {
                var planned = new IngestPlan(batch);
                await CreateWriter(work, receivedAt).WriteAsync(planned);
                return planned;
            },
            cancellationToken);
        batch.Times.End(CommitPhase.Commit);
        plan.Publish();
    }

    /// <summary>The statements of this engine.</summary>
    protected abstract IngestWriter CreateWriter(SqlWork work, DateTimeOffset receivedAt);

    /// <summary>Forgets diagnostics past retention.</summary>
    protected Task<int> ForgetDiagnosticsAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        WriteAsync(
            work => work.Sql("DELETE FROM diagnostics WHERE received_at < @before")
                .With("before", before).ExecuteAsync(),
            cancellationToken);

    /// <summary>
    /// Replaces old identities by a mark: what is at or below pruned_through is known without a row, for ever. The
    /// beacon's lock keeps a commit from reading the mark before and the rows after.
    /// </summary>
    protected async Task PruneIdentitiesAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        List<long> beacons = await ReadAsync(
            work => work
                .Sql($"""
                    SELECT DISTINCT beacon_id FROM boot_progress WHERE EXISTS (SELECT 1 {Prunable}) ORDER BY beacon_id
                    """)
                .With("before", before).ListAsync(row => row.Long(0)),
            cancellationToken);
        foreach (long[] some in beacons.Chunk(PruneAtOnce))
        {
            await WriteAsync(
                async work =>
                {
                    foreach (long beacon in some)
                        await PruneBeaconAsync(work, beacon, before);
                    return some.Length;
                },
                cancellationToken);
        }
    }

    private async Task PruneBeaconAsync(SqlWork work, long beacon, DateTimeOffset before)
    {
        await LockBeaconAsync(work, ToBeaconId(beacon));
        await work
            .Sql($"""
                UPDATE boot_progress SET pruned_through = (SELECT max(f.seq) {Prunable})
                WHERE beacon_id = @beacon AND EXISTS (SELECT 1 {Prunable})
                """)
            .With("beacon", beacon).With("before", before).ExecuteAsync();
        await work
            .Sql("""
                DELETE FROM frames WHERE beacon_id = @beacon AND seq <= (
                    SELECT p.pruned_through FROM boot_progress AS p
                    WHERE p.beacon_id = frames.beacon_id AND p.boot = frames.boot)
                """)
            .With("beacon", beacon).ExecuteAsync();
    }
}
