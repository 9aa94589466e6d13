using System.Text.Json;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    private const string SelectGroup = """
        SELECT group_id, tenant_id, name, ca_sha256, level, hardware_model, regions, name_pattern, max_boards,
            open_until, created_at, closed_at, enrolled
        FROM enrolment_groups
        """;

    private const string OfThisName = " WHERE tenant_id = @tenant AND name = @name";

    /// <inheritdoc/>
    public Task<(GroupOutcome Outcome, EnrolmentGroup? Group)> AddGroupAsync(
        EnrolmentGroup group, string by, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            int added = await work
                .Sql("""
                    INSERT INTO enrolment_groups (tenant_id, name, ca_sha256, level, hardware_model, regions,
                        name_pattern, max_boards, open_until, created_at)
                    SELECT @tenant, @name, @ca, @level, @model, @regions, @pattern, @boards, @until, @now
                    WHERE (SELECT count(*) FROM enrolment_groups WHERE tenant_id = @tenant) < @most
                    ON CONFLICT DO NOTHING
                    """)
                .With("tenant", group.TenantId).With("name", group.Name).With("ca", group.CaSha256)
                .With("level", (int)group.Level).With("model", group.HardwareModel ?? NoModel)
                .With("regions", ToColumn(group.Regions)).With("pattern", group.NamePattern)
                .With("boards", group.MaxBoards).With("until", group.OpenUntil).With("now", group.CreatedAt)
                .With("most", EnrolmentPolicy.MaxGroups).ExecuteAsync();
            EnrolmentGroup? there = await FindGroupAsync(work, group.TenantId, group.Name);
            GroupOutcome outcome = added == 1 ? GroupOutcome.Created
                : there is null ? GroupOutcome.TooManyGroups
                : GroupOutcome.Exists;
            if (added == 1)
                await AuditGroupAsync(work, there!, by, "Created", group.CreatedAt);
            return (outcome, there);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<EnrolmentGroup?> FindGroupAsync(int tenantId, string name, CancellationToken cancellationToken) =>
        ReadAsync(work => FindGroupAsync(work, tenantId, name), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<EnrolmentGroup>> ListGroupsAsync(
        int tenantId, CancellationToken cancellationToken) => await ReadTenantAsync(
        tenantId,
        work => work.Sql(SelectGroup + " WHERE tenant_id = @tenant ORDER BY name")
            .With("tenant", tenantId).ListAsync(ReadGroup),
        cancellationToken);

    /// <inheritdoc/>
    public Task<EnrolmentGroup?> CloseGroupAsync(
        int tenantId, string name, string by, DateTimeOffset now, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            int closed = await work
                .Sql($"UPDATE enrolment_groups SET closed_at = @now{OfThisName} AND closed_at IS NULL")
                .With("now", now).With("tenant", tenantId).With("name", name).ExecuteAsync();
            EnrolmentGroup? group = await FindGroupAsync(work, tenantId, name);
            if (closed == 1)
                await AuditGroupAsync(work, group!, by, "Closed", now);
            return group;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<EnrolmentGroup?> WeighGroupAsync(
        int tenantId, string name, IReadOnlyDictionary<string, int> regions, string by, DateTimeOffset now,
        CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            await work.Sql($"UPDATE enrolment_groups SET regions = @regions{OfThisName}")
                .With("regions", ToColumn(regions)).With("tenant", tenantId).With("name", name).ExecuteAsync();
            EnrolmentGroup? group = await FindGroupAsync(work, tenantId, name);
            if (group is not null)
                await AuditGroupAsync(work, group, by, "Weighed", now);
            return group;
        },
        cancellationToken);

    private Task AuditGroupAsync(
        SqlWork work, EnrolmentGroup group, string by, string outcome, DateTimeOffset now) => AuditAsync(
        work, new AuditFact(
            now, group.TenantId, AuditKind.Group, group.Name, by, outcome,
            $"{ToColumn(group.Regions)}, {group.MaxBoards} boards until {group.OpenUntil:u}", group.CaSha256));

    /// <summary>No hardware model; models begin at 1.</summary>
    private const int NoModel = 0;

    /// <summary>
    /// Locks the group until the end of the transaction, so that boards take their places one after the other.
    /// </summary>
    private async Task<EnrolmentGroup> LockGroupAsync(SqlWork work, int groupId) => (await work
        .Sql($"{SelectGroup} WHERE group_id = @group{dialect.ForUpdate}")
        .With("group", groupId).ListAsync(ReadGroup))[0];

    private static Task TakePlaceAsync(SqlWork work, int groupId) => work
        .Sql("UPDATE enrolment_groups SET enrolled = enrolled + 1 WHERE group_id = @group")
        .With("group", groupId).ExecuteAsync();

    private static Task<EnrolmentGroup?> FindGroupAsync(SqlWork work, int tenantId, string name) => work
        .Sql(SelectGroup + OfThisName).With("tenant", tenantId).With("name", name).FirstAsync(ReadGroup);

    private static EnrolmentGroup ReadGroup(SqlRow row) => new(
        row.Int(0), row.Int(1), row.Text(2), row.Bytes(3), (SecurityLevel)row.Int(4),
        row.Int(5) == NoModel ? null : row.Int(5), JsonSerializer.Deserialize<Dictionary<string, int>>(row.Text(6))!,
        row.Text(7), row.Int(8), row.Time(9), row.Time(10), row.TimeOrNull(11), row.Int(12));

    private static string ToColumn(IReadOnlyDictionary<string, int> regions) => JsonSerializer.Serialize(regions);
}
