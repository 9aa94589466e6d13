using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<SealedRow>> ListSealedAsync(
        SealedKind kind, byte[] head, SealedRow? after, int limit, CancellationToken cancellationToken)
    {
        SealedColumn column = SealedColumn.Of(kind);
        string beyond = after is null ? "" : $"AND {column.Beyond}";
        string text = $"""
            SELECT {column.Keys}, {column.Name} FROM {column.Table}
            WHERE substr({column.Name}, 1, {head.Length}) <> @head {beyond}
            ORDER BY {column.Order} LIMIT {limit}
            """;
        return ReadAsync<IReadOnlyList<SealedRow>>(
            async work =>
            {
                SqlStatement statement = work.Sql(text).With("head", head);
                if (after is not null)
                    statement.With("number", after.Number);
                if (after is not null && column.HasText)
                    statement.With("text", after.Text);
                return await statement.ListAsync(row => new SealedRow(
                    kind, row.Text(0), row.Long(1), ToBeaconId(row.Long(2)), row.UInt(3), row.Bytes(4)));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> ReplaceSealedAsync(
        IReadOnlyList<(SealedRow Row, byte[] Fresh)> rows, CancellationToken cancellationToken) => WriteAsOwnerAsync(
        async work =>
        {
            int replaced = 0;
            foreach ((SealedRow row, byte[] fresh) in rows)
            {
                SealedColumn column = SealedColumn.Of(row.Kind);
                SqlStatement statement = work
                    .Sql($"""
                        UPDATE {column.Table} SET {column.Name} = @fresh
                        WHERE {column.Place} AND {column.Name} = @old
                        """)
                    .With("fresh", fresh).With("old", row.Sealed).With("number", row.Number);
                if (column.HasText)
                    statement.With("text", row.Text);
                replaced += await statement.ExecuteAsync();
            }

            return replaced;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SealedCount>> CountSealedAsync(int headBytes, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<SealedCount>>(
            async work =>
            {
                List<SealedCount> counts = [];
                foreach (SealedKind kind in Enum.GetValues<SealedKind>())
                {
                    SealedColumn column = SealedColumn.Of(kind);
                    counts.AddRange(await work
                        .Sql($"""
                            SELECT substr({column.Name}, 1, {headBytes}) AS head, count(*)
                            FROM {column.Table} GROUP BY head ORDER BY head
                            """)
                        .ListAsync(row => new SealedCount(kind, row.Bytes(0), row.Long(1))));
                }

                return counts;
            },
            cancellationToken);

    /// <summary>
    /// Runs work in one durable transaction of the tables' owner, who may change what the pipeline may not.
    /// </summary>
    protected abstract Task<T> WriteAsOwnerAsync<T>(Func<SqlWork, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Where a kind of box lies.</summary>
    /// <param name="Table">Its table.</param>
    /// <param name="Name">Its column.</param>
    /// <param name="Keys">Text, number, beacon and session of a row.</param>
    /// <param name="Place">Finds one row.</param>
    /// <param name="Beyond">Finds the rows behind one.</param>
    /// <param name="Order">Order of the rows.</param>
    /// <param name="HasText">True if a text is part of what names a row.</param>
    private sealed record SealedColumn(
        string Table, string Name, string Keys, string Place, string Beyond, string Order,
        bool HasText = false)
    {
        public static SealedColumn Of(SealedKind kind) => kind switch
        {
            SealedKind.BeaconIdentity => new(
                "beacons", "eid_key_wrapped", "'', beacon_id, beacon_id, CAST(0 AS bigint)", "beacon_id = @number",
                "beacon_id > @number", "beacon_id"),
            SealedKind.SessionKeys => new(
                "sessions", "keys_wrapped", "'', grant_number, beacon_id, session_id", "grant_number = @number",
                "grant_number > @number", "grant_number"),
            SealedKind.WebhookSecret => new(
                "webhooks", "secret_wrapped",
                "webhook_id, CAST(0 AS bigint), CAST(0 AS bigint), CAST(0 AS bigint)",
                "webhook_id = @text AND @number = 0", "webhook_id > @text AND @number = 0", "webhook_id",
                HasText: true),
            _ => new(
                "shared_keys", "wrapped", "purpose, number, CAST(0 AS bigint), CAST(0 AS bigint)",
                "purpose = @text AND number = @number", "(purpose, number) > (@text, @number)", "purpose, number",
                HasText: true),
        };
    }
}
