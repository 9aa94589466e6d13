namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    /// <summary>Characters kept of a reason.</summary>
    private const int ReasonLength = 200;

    /// <inheritdoc/>
    public string? RefusalOf(Exception error)
    {
        string? reason = error switch
        {
            PoisonedFullException => error.Message,
            // A value that the statement's parameters cannot carry.
            InvalidCastException or OverflowException or ArgumentException => error.GetType().Name,
            _ => ReasonOf(error),
        };
        return reason is null ? null : OneLine(reason);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PoisonedView>> ListPoisonedAsync(
        int tenantId, long? beforeId, int limit, CancellationToken cancellationToken) => await ReadTenantAsync(
        tenantId,
        work => work
            .Sql("""
                SELECT poisoned_id, beacon_id, boot, seq, at, reason, frame FROM poisoned_frames
                WHERE tenant_id = @tenant AND poisoned_id < @before ORDER BY poisoned_id DESC LIMIT @limit
                """)
            .With("tenant", tenantId).With("before", beforeId ?? long.MaxValue).With("limit", limit)
            .ListAsync(row => new PoisonedView(
                row.Long(0), ToBeaconId(row.Long(1)), row.UInt(2), row.UInt(3), row.Time(4), row.Text(5),
                row.Bytes(6))),
        cancellationToken);

    /// <inheritdoc/>
    public Task<int> PrunePoisonedAsync(DateTimeOffset before, CancellationToken cancellationToken) => WriteAsync(
        work => work.Sql("DELETE FROM poisoned_frames WHERE at < @before").With("before", before).ExecuteAsync(),
        cancellationToken);

    /// <summary>What the engine says of a row that it cannot take; null for every other failure.</summary>
    protected abstract string? ReasonOf(Exception error);

    private static string OneLine(string text)
    {
        string line = string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
        return line.Length <= ReasonLength ? line : line[..ReasonLength];
    }
}
