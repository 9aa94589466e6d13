using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    private const string SelectRoster = """
        SELECT beacon_id, tenant_id, region, level, eid_key_wrapped FROM beacons WHERE revoked_at IS NULL AND
        """;

    /// <summary>
    /// Both tables are told where the page begins: PostgreSQL does not carry an inequality over a join, and would read
    /// the second one from its beginning for each page.
    /// </summary>
    private const string SelectStandings = $"""
        SELECT b.beacon_id, b.region, a.last_seen_at, b.attested_at, {AttestedUntil}, b.last_outcome, {OpenAlarms},
            (SELECT t.eid_period FROM beacon_status AS t WHERE t.beacon_id = b.beacon_id)
        FROM beacons AS b JOIN beacon_activity AS a ON a.beacon_id = b.beacon_id
        WHERE b.revoked_at IS NULL AND b.beacon_id > @after AND a.beacon_id > @after ORDER BY b.beacon_id LIMIT @limit
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<RosterRow>> ListRosterAsync(
        BeaconId? after, int limit, CancellationToken cancellationToken) => ReadRosterAsync(
        "beacon_id > @after ORDER BY beacon_id", statement => statement.With("after", BeyondOf(after)), limit,
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RosterRow>> ListEnrolledAsync(
        DateTimeOffset since, int limit, CancellationToken cancellationToken) => ReadRosterAsync(
        "enrolled_at >= @since ORDER BY enrolled_at", statement => statement.With("since", since), limit,
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StandingRow>> ListStandingsAsync(
        BeaconId? after, int limit, CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<StandingRow>>(
        async work => await work.Sql(SelectStandings).With("after", BeyondOf(after)).With("limit", limit)
            .ListAsync(row => new StandingRow(
                ToBeaconId(row.Long(0)), row.Text(1),
                new BeaconStanding(
                    null, row.TimeOrNull(2), row.TimeOrNull(3), row.TimeOrNull(4),
                    (AttestationOutcome?)row.LongOrNull(5), (AlarmKinds)row.Int(6)),
                (uint?)row.LongOrNull(7))),
        cancellationToken);

    private Task<IReadOnlyList<RosterRow>> ReadRosterAsync(
        string which, Func<SqlStatement, SqlStatement> bind, int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<RosterRow>>(
            async work => await bind(work.Sql($"{SelectRoster} {which} LIMIT @limit").With("limit", limit))
                .ListAsync(row => new RosterRow(
                    ToBeaconId(row.Long(0)), row.Int(1), row.Text(2), (SecurityLevel)row.Int(3), row.Bytes(4))),
            cancellationToken);

    /// <summary>What all ids behind this one are greater than.</summary>
    private static long BeyondOf(BeaconId? after) => after is { } id ? ToColumn(id) : long.MinValue;
}
