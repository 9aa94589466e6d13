using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    private const string DeliveryColumns =
        "created_at, requested_by, sent_count, sent_at, acked_at, outcome, detail";

    private const string SelectCommands =
        $"SELECT command_id, command, argument, expires_at, {DeliveryColumns} FROM commands WHERE beacon_id = @beacon";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CommandView>> ListCommandsAsync(
        int tenantId, BeaconId id, uint? beforeId, int limit, CancellationToken cancellationToken) =>
        await ReadTenantAsync(
            tenantId,
            work => work
                .Sql($"""
                    {SelectCommands} AND tenant_id = @tenant AND command_id < @before
                    ORDER BY command_id DESC LIMIT @limit
                    """)
                .With("beacon", ToColumn(id)).With("tenant", tenantId).With("before", beforeId ?? long.MaxValue)
                .With("limit", limit).ListAsync(ReadCommand),
            cancellationToken);

    /// <inheritdoc/>
    public Task<CommandView?> GetCommandAsync(
        int tenantId, BeaconId id, uint commandId, CancellationToken cancellationToken) => ReadTenantAsync(
        tenantId,
        work => work.Sql($"{SelectCommands} AND tenant_id = @tenant AND command_id = @id")
            .With("beacon", ToColumn(id)).With("tenant", tenantId).With("id", commandId).FirstAsync(ReadCommand),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ConfigurationView>> ListConfigurationsAsync(
        int tenantId, BeaconId id, CancellationToken cancellationToken) => await ReadTenantAsync(
        tenantId,
        work => work
            .Sql($"""
                SELECT version, body, {DeliveryColumns} FROM configurations
                WHERE tenant_id = @tenant AND beacon_id = @beacon ORDER BY version DESC
                """)
            .With("tenant", tenantId).With("beacon", ToColumn(id))
            .ListAsync(row => new ConfigurationView(row.UInt(0), row.Text(1), ReadDelivery(row, 2))),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DiagnosticsView>> ListDiagnosticsAsync(
        int tenantId, BeaconId id, CancellationToken cancellationToken) => await ReadTenantAsync(
        tenantId,
        work => work
            .Sql("""
                SELECT boot, seq, captured_unix_ms, received_at, body FROM diagnostics
                WHERE tenant_id = @tenant AND beacon_id = @beacon ORDER BY boot DESC, seq DESC
                """)
            .With("tenant", tenantId).With("beacon", ToColumn(id))
            .ListAsync(row => new DiagnosticsView(
                row.UInt(0), row.UInt(1), row.Long(2), row.Time(3), row.Text(4))),
        cancellationToken);

    private static CommandView ReadCommand(SqlRow row) => new(
        row.UInt(0), (BeaconCommand)row.Int(1), (ushort)row.Int(2), row.Time(3), ReadDelivery(row, 4));

    private static DeliveryState ReadDelivery(SqlRow row, int first) => new(
        row.Time(first), row.Text(first + 1), row.Int(first + 2), row.TimeOrNull(first + 3),
        row.TimeOrNull(first + 4), (ControlOutcome?)row.LongOrNull(first + 5), row.Text(first + 6));
}
