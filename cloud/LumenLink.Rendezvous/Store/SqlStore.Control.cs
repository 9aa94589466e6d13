using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    /// <summary>A command that may still be carried out and was not acknowledged.</summary>
    private const string PendingCommand = "acked_at IS NULL AND expires_at > @now";

    /// <summary>
    /// An open configuration that was not sent lately; one that is accepted is asked about less often.
    /// </summary>
    private const string DueConfiguration =
        "is_open AND (sent_at IS NULL OR sent_at <= CASE WHEN outcome IS NULL THEN @resend ELSE @ask END)";

    /// <summary>
    /// Of each beacon the command whose turn it is, unless it was sent lately; and open configurations.
    /// </summary>
    private const string SelectDue = $"""
        SELECT c.beacon_id FROM commands AS c
        WHERE {PendingCommand} AND (sent_at IS NULL OR sent_at <= @resend) AND NOT EXISTS (
            SELECT 1 FROM commands WHERE beacon_id = c.beacon_id AND command_id < c.command_id AND {PendingCommand})
        UNION SELECT beacon_id FROM configurations WHERE {DueConfiguration}
        LIMIT @limit
        """;

    /// <inheritdoc/>
    public Task<(ControlRequestOutcome Outcome, CommandView? Command)> AddCommandAsync(
        int tenantId, BeaconId beacon, BeaconCommand command, ushort argument, DateTimeOffset expiresAt,
        string requestedBy, DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            ControlRequestOutcome outcome = await LockForControlAsync(work, tenantId, beacon);
            long pending = await NumberAsync(
                work.Sql($"SELECT count(*) FROM commands WHERE beacon_id = @beacon AND {PendingCommand}")
                    .With("now", now), beacon);
            if (outcome == ControlRequestOutcome.Added && pending >= ControlPolicy.PendingCommands)
                outcome = ControlRequestOutcome.TooManyPending;
            if (outcome != ControlRequestOutcome.Added)
                return (outcome, (CommandView?)null);
            long last = await NumberAsync(
                work.Sql("SELECT coalesce(max(command_id), 0) FROM commands WHERE beacon_id = @beacon"), beacon);
            CommandView added = new(
                (uint)last + 1, command, argument, expiresAt, DeliveryState.New(now, requestedBy));
            await work
                .Sql("""
                    INSERT INTO commands (beacon_id, command_id, tenant_id, command, argument, created_at, expires_at,
                        requested_by)
                    VALUES (@beacon, @id, @tenant, @command, @argument, @now, @expires, @by)
                    """)
                .With("beacon", ToColumn(beacon)).With("id", added.Id).With("tenant", tenantId)
                .With("command", (int)command).With("argument", (int)argument).With("now", now)
                .With("expires", expiresAt).With("by", requestedBy).ExecuteAsync();
            await AuditAsync(work, AuditFact.Of(
                now, tenantId, AuditKind.Command, beacon, requestedBy, $"{outcome}",
                $"command {added.Id}: {command} {argument}, until {expiresAt:u}"));
            return (outcome, added);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<(ControlRequestOutcome Outcome, ConfigurationView? Configuration)> AddConfigurationAsync(
        int tenantId, BeaconId beacon, string text, Func<uint, byte[]> sign, string requestedBy, DateTimeOffset now,
        CancellationToken cancellationToken, uint? after = null) => WriteAsync(
        async work =>
        {
            ControlRequestOutcome outcome = await LockForControlAsync(work, tenantId, beacon);
            if (outcome == ControlRequestOutcome.Added && after is { } newest
                && await NewestVersionAsync(work, beacon) != newest)
                outcome = ControlRequestOutcome.Changed;
            if (outcome != ControlRequestOutcome.Added)
                return (outcome, (ConfigurationView?)null);
            uint version = await NextVersionAsync(work, beacon);
            byte[] signed = sign(version);
            await work.Sql("UPDATE configurations SET is_open = false WHERE beacon_id = @beacon AND is_open")
                .With("beacon", ToColumn(beacon)).ExecuteAsync();
            await work
                .Sql("""
                    INSERT INTO configurations (beacon_id, version, tenant_id, body, signed, created_at, requested_by)
                    VALUES (@beacon, @version, @tenant, @body, @signed, @now, @by)
                    """)
                .With("beacon", ToColumn(beacon)).With("version", version).With("tenant", tenantId)
                .With("body", text).With("signed", signed).With("now", now).With("by", requestedBy)
                .ExecuteAsync();
            await work
                .Sql($"""
                    DELETE FROM configurations WHERE beacon_id = @beacon AND version <= (
                        SELECT version FROM configurations WHERE beacon_id = @beacon
                        ORDER BY version DESC LIMIT 1 OFFSET {ControlPolicy.ConfigurationsKept})
                    """)
                .With("beacon", ToColumn(beacon)).ExecuteAsync();
            await AuditAsync(work, AuditFact.Of(
                now, tenantId, AuditKind.Configuration, beacon, requestedBy, $"{outcome}", $"configuration {version}",
                SHA256.HashData(signed)));
            return (outcome, new ConfigurationView(version, text, DeliveryState.New(now, requestedBy)));
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BeaconId>> ListControlDueAsync(
        DateTimeOffset now, int limit, CancellationToken cancellationToken) => await ReadAsync(
        work => WithTimes(work.Sql(SelectDue), now).With("limit", limit).ListAsync(row => ToBeaconId(row.Long(0))),
        cancellationToken);

    /// <inheritdoc/>
    public Task<ControlDue> ClaimControlAsync(
        BeaconId beacon, uint sessionId, DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            if (await LockBeaconAsync(work, beacon) is not { IsRevoked: false }
                || await FindLiveAsync(work, beacon, sessionId) is not { IsConfirmed: true })
                return ControlDue.Nothing;
            return new ControlDue(
                await ClaimCommandAsync(work, beacon, now), await ClaimConfigurationAsync(work, beacon, now));
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<ControlAckOutcome> AcknowledgeAsync(
        ControlAck ack, DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            if (await LockBeaconAsync(work, ack.Beacon) is not { } beacon)
                return ControlAckOutcome.SessionEnded;
            if (beacon.IsRevoked)
                return ControlAckOutcome.Revoked;
            if (await FindLiveAsync(work, ack.Beacon, ack.SessionId) is not { } session)
                return ControlAckOutcome.SessionEnded;
            if (!session.IsConfirmed)
                await ConfirmAsync(work, session, now);
            string table = ack.Subject == ControlSubject.Command ? "commands" : "configurations";
            string number = ack.Subject == ControlSubject.Command ? "command_id" : "version";
            List<ControlOutcome?> earlier = await work
                .Sql($"SELECT outcome FROM {table} WHERE beacon_id = @beacon AND {number} = @number AND sent_count > 0")
                .With("beacon", ToColumn(ack.Beacon)).With("number", ack.Number)
                .ListAsync(row => (ControlOutcome?)row.LongOrNull(0));
            if (earlier.Count == 0)
                return ControlAckOutcome.Unknown;
            if (!GoesOn(ack, earlier[0]))
                return ControlAckOutcome.Repeated;
            string isOpen = ack.Subject == ControlSubject.Command ? ""
                : $", is_open = (is_open AND @outcome = {(int)ControlOutcome.Accepted})";
            await work
                .Sql($"""
                    UPDATE {table} SET acked_at = @now, outcome = @outcome, detail = @detail{isOpen}
                    WHERE beacon_id = @beacon AND {number} = @number
                    """)
                .With("now", now).With("outcome", (int)ack.Outcome).With("detail", ack.Detail)
                .With("beacon", ToColumn(ack.Beacon)).With("number", ack.Number).ExecuteAsync();
            return ControlAckOutcome.Noted;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<int> PruneControlAsync(DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        work => work
            .Sql("""
                DELETE FROM commands WHERE created_at < @before AND EXISTS (
                    SELECT 1 FROM commands AS later
                    WHERE later.beacon_id = commands.beacon_id AND later.command_id > commands.command_id)
                """)
            .With("before", now - ControlPolicy.CommandsKept).ExecuteAsync(),
        cancellationToken);

    /// <summary>The first outcome counts; only a configuration that is accepted goes on, to anything else.</summary>
    private static bool GoesOn(ControlAck ack, ControlOutcome? earlier) =>
        earlier is null
        || (ack.Subject == ControlSubject.Configuration && earlier == ControlOutcome.Accepted
            && ack.Outcome != ControlOutcome.Accepted);

    private static SqlStatement WithTimes(SqlStatement statement, DateTimeOffset now) => statement
        .With("now", now).With("resend", now - ControlPolicy.ResendAfter)
        .With("ask", now - ControlPolicy.AskAgainAfter);

    private async Task<ControlRequestOutcome> LockForControlAsync(SqlWork work, int tenantId, BeaconId id)
    {
        LockedBeacon? beacon = await LockBeaconAsync(work, id);
        return beacon is null || beacon.TenantId != tenantId ? ControlRequestOutcome.BeaconUnknown
            : beacon.IsRevoked ? ControlRequestOutcome.BeaconRevoked
            : ControlRequestOutcome.Added;
    }

    /// <summary>
    /// Above every version stored, and above what the beacon says is in effect, if that can be meant.
    /// </summary>
    private static async Task<uint> NextVersionAsync(SqlWork work, BeaconId beacon)
    {
        long stored = await NewestVersionAsync(work, beacon);
        long told = await NumberAsync(
            work.Sql("SELECT coalesce(max(config_version), 0) FROM beacon_status WHERE beacon_id = @beacon"), beacon);
        return (uint)Math.Max(stored, told <= int.MaxValue ? told : 0) + 1;
    }

    private static Task<long> NewestVersionAsync(SqlWork work, BeaconId beacon) => NumberAsync(
        work.Sql("SELECT coalesce(max(version), 0) FROM configurations WHERE beacon_id = @beacon"), beacon);

    private static async Task<long> NumberAsync(SqlStatement statement, BeaconId beacon) =>
        (await statement.With("beacon", ToColumn(beacon)).ListAsync(row => row.Long(0)))[0];

    private static async Task<CommandView?> ClaimCommandAsync(SqlWork work, BeaconId beacon, DateTimeOffset now)
    {
        CommandView? next = await work
            .Sql($"{SelectCommands} AND {PendingCommand} ORDER BY command_id LIMIT 1")
            .With("beacon", ToColumn(beacon)).With("now", now).FirstAsync(ReadCommand);
        if (next is null || next.Delivery.SentAt > now - ControlPolicy.ResendAfter)
            return null;
        await work
            .Sql("""
                UPDATE commands SET sent_count = sent_count + 1, sent_at = @now
                WHERE beacon_id = @beacon AND command_id = @id
                """)
            .With("now", now).With("beacon", ToColumn(beacon)).With("id", next.Id).ExecuteAsync();
        return next;
    }

    private static async Task<byte[]?> ClaimConfigurationAsync(SqlWork work, BeaconId beacon, DateTimeOffset now) =>
        await WithTimes(
            work.Sql($"""
                UPDATE configurations SET sent_count = sent_count + 1, sent_at = @now
                WHERE beacon_id = @beacon AND {DueConfiguration} RETURNING signed
                """),
            now)
            .With("beacon", ToColumn(beacon)).FirstAsync(row => row.Bytes(0));

    private static Task<LiveGrant?> FindLiveAsync(SqlWork work, BeaconId beacon, uint sessionId) => work
        .Sql("""
            SELECT grant_number, confirmed_at FROM sessions
            WHERE beacon_id = @beacon AND session_id = @session AND ended_at IS NULL
            """)
        .With("beacon", ToColumn(beacon)).With("session", sessionId)
        .FirstAsync(row => new LiveGrant(ToColumn(beacon), row.Long(0), !row.IsNull(1)));

    private static async Task ConfirmAsync(SqlWork work, LiveGrant session, DateTimeOffset now)
    {
        await work.Sql("UPDATE sessions SET confirmed_at = @now WHERE grant_number = @grant")
            .With("now", now).With("grant", session.Number).ExecuteAsync();
        await work
            .Sql("""
                UPDATE sessions SET ended_at = @now
                WHERE beacon_id = @beacon AND grant_number < @grant AND ended_at IS NULL
                """)
            .With("now", now).With("beacon", session.Beacon).With("grant", session.Number).ExecuteAsync();
    }

    private sealed record LiveGrant(long Beacon, long Number, bool IsConfirmed);
}
