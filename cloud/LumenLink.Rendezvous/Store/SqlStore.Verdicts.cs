using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    private readonly GroupCommit<VerdictRow, VerdictCommit> verdicts;

    /// <inheritdoc/>
    public Task<VerdictCommit> CommitVerdictAsync(VerdictRow verdict, CancellationToken cancellationToken) =>
        verdicts.RunAsync(verdict, cancellationToken);

    /// <summary>
    /// True for what the data of one row brought about: the transaction is certainly rolled back, and the other rows
    /// are not at fault.
    /// </summary>
    protected abstract bool IsOfOneRow(Exception error);

    /// <summary>
    /// Verdicts in one transaction: they share a trip for each step, one place in the audit's chain, and one commit.
    /// </summary>
    private async Task<VerdictCommit[]> CommitVerdictsAsync(IReadOnlyList<VerdictRow> group)
    {
        using CancellationTokenSource limit = new(TrustPolicy.StoreTimeout);
        return await WriteAsync(
            async work =>
            {
                VerdictBatch batch = new(group, await LockBeaconsAsync(work, group));
                await batch.ConsumeNoncesAsync(work);
                VerdictCommit[] commits = batch.Judge();
                await batch.WriteAsync(work);
                await PublishAsync(work, batch.Refusals, group[0].At);
                await AuditAsync(work, [.. batch.Facts]);
                return commits;
            },
            limit.Token);
    }

    /// <summary>Takes the beacons' locks in order of id.</summary>
    private async Task<Dictionary<BeaconId, LockedBeacon>> LockBeaconsAsync(
        SqlWork work, IReadOnlyList<VerdictRow> group)
    {
        long[] ids = [.. group.Select(verdict => ToColumn(verdict.Beacon)).Distinct()];
        SqlStatement statement = work.Sql($"""
            SELECT tenant_id, revoked_at, attested_boot, beacon_id, attested_at FROM beacons
            WHERE beacon_id IN ({string.Join(", ", ids.Select((_, i) => $"@b{i}"))})
            ORDER BY beacon_id{dialect.ForUpdate}
            """);
        for (int i = 0; i < ids.Length; i++)
            statement.With($"b{i}", ids[i]);
        List<(long Id, LockedBeacon Beacon)> found = await statement.ListAsync(
            row => (row.Long(3), new LockedBeacon(row.Int(0), !row.IsNull(1), row.UInt(2), row.TimeOrNull(4))));
        return found.ToDictionary(one => ToBeaconId(one.Id), one => one.Beacon);
    }
}
