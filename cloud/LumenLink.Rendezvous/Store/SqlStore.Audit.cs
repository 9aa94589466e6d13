using System.Security.Cryptography;
using LumenLink.Rendezvous.Audit;

namespace LumenLink.Rendezvous.Store;

internal abstract partial class SqlStore
{
    /// <summary>Bytes of randomness in the name of a chain.</summary>
    private const int ChainBytes = 16;

    private const string SelectChain = "SELECT number, hash FROM audit_chains WHERE chain_id = @chain";

    private const string SelectEntries = """
        SELECT chain_id, number, tenant_id, at, kind, subject, actor, outcome, detail, judged, previous, hash
        FROM audit_entries
        """;

    /// <inheritdoc/>
    public string AuditChain { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(ChainBytes));

    /// <inheritdoc/>
    public Task AuditAsync(IReadOnlyList<AuditFact> facts, CancellationToken cancellationToken) => WriteAsync(
        async work =>
        {
            await AuditAsync(work, [.. facts]);
            return facts.Count;
        },
        cancellationToken);

    /// <summary>
    /// Adds entries to this store's chain, in the transaction of what they tell. The chain's row says what the next
    /// entry follows, and nothing in memory does: so a commit whose end is unknown, or that failed, neither forks the
    /// chain nor leaves a gap. It is locked until the end of the transaction, so this comes last in it.
    /// </summary>
    protected async Task AuditAsync(SqlWork work, params AuditFact[] facts)
    {
        if (facts.Length == 0)
            return;
        (long number, byte[] hash) = await LockChainAsync(work, facts[0].At);
        if (number == 0)
            facts = [Beginning(facts[0].At), .. facts];
        SqlRows rows = new(
            "audit_entries", "chain_id", "number", "tenant_id", "at", "kind", "subject", "actor", "outcome", "detail",
            "judged", "previous", "hash");
        foreach (AuditFact fact in facts)
        {
            AuditEntry entry = AuditEntry.Next(AuditChain, ++number, fact, hash);
            hash = entry.Hash;
            AuditFact kept = entry.Fact;
            rows.Add(
                entry.Chain, entry.Number, kept.TenantId, kept.At, kept.Kind, kept.Subject, kept.Actor, kept.Outcome,
                kept.Detail, kept.Judged, entry.Previous, entry.Hash);
        }

        await rows.On(work, "; UPDATE audit_chains SET number = @last, hash = @hash WHERE chain_id = @chain")
            .With("last", number).With("hash", hash).With("chain", AuditChain).ExecuteAsync();
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditChain>> ListAuditChainsAsync(CancellationToken cancellationToken) =>
        await ReadAsync(
            work => work
                .Sql("""
                    SELECT c.chain_id, c.number, c.hash, c.started_at, h.at, coalesce(h.number, 0), h.kind
                    FROM audit_chains AS c LEFT JOIN audit_heads AS h ON h.head_id = (
                        SELECT max(head_id) FROM audit_heads WHERE chain_id = c.chain_id)
                    ORDER BY c.chain_id
                    """)
                .ListAsync(row => new AuditChain(
                    row.Text(0), row.Long(1), row.Bytes(2), row.Time(3), row.TimeOrNull(4),
                    row.Long(5), row.IsNull(6) ? null : AuditHeadKinds.Parse(row.Text(6)))),
            cancellationToken);

    /// <inheritdoc/>
    public Task AddAuditHeadAsync(AuditHead head, string jws, CancellationToken cancellationToken) => WriteAsync(
        work => work
            .Sql("""
                INSERT INTO audit_heads (chain_id, number, at, kind, jws) VALUES (@chain, @number, @at, @kind, @jws)
                """)
            .With("chain", head.Chain).With("number", head.Number).With("at", head.At)
            .With("kind", head.Kind.Text()).With("jws", jws).ExecuteAsync(),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditEntry>> ListAuditEntriesAsync(
        AuditPosition? after, int limit, CancellationToken cancellationToken)
    {
        string beyond = after is null ? "" : "WHERE (chain_id, number) > (@chain, @number)";
        return await ReadAsync(
            work =>
            {
                SqlStatement statement =
                    work.Sql($"{SelectEntries} {beyond} ORDER BY chain_id, number LIMIT @limit").With("limit", limit);
                if (after is { } last)
                    statement.With("chain", last.Chain).With("number", last.Number);
                return statement.ListAsync(row => new AuditEntry(
                    row.Text(0), row.Long(1),
                    new AuditFact(
                        row.Time(3), row.IsNull(2) ? null : row.Int(2), row.Text(4), row.Text(5), row.Text(6),
                        row.Text(7), row.Text(8), row.Bytes(9)),
                    row.Bytes(10), row.Bytes(11)));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditHeadRow>> ListAuditHeadsAsync(
        long? afterId, int limit, CancellationToken cancellationToken) => await ReadAsync(
        work => work
            .Sql("SELECT head_id, jws FROM audit_heads WHERE head_id > @after ORDER BY head_id LIMIT @limit")
            .With("after", afterId ?? 0).With("limit", limit)
            .ListAsync(row => new AuditHeadRow(row.Long(0), row.Text(1))),
        cancellationToken);

    /// <inheritdoc/>
    public abstract Task<int> PruneAuditAsync(DateTimeOffset before, CancellationToken cancellationToken);

    private static AuditFact Beginning(DateTimeOffset at) =>
        new(at, null, AuditKind.Started, "", AuditFact.Service, "Started", "", []);

    /// <summary>The chain's head, locked; made when this is the first entry.</summary>
    private async Task<(long Number, byte[] Hash)> LockChainAsync(SqlWork work, DateTimeOffset now)
    {
        if (await FindAsync() is { } known)
            return (known.Number, known.Hash);
        await work
            .Sql("""
                INSERT INTO audit_chains (chain_id, started_at, number, hash) VALUES (@chain, @now, 0, @hash)
                ON CONFLICT DO NOTHING
                """)
            .With("chain", AuditChain).With("now", now).With("hash", new byte[AuditEntry.HashSize]).ExecuteAsync();
        ChainHead made = (await FindAsync())!;
        return (made.Number, made.Hash);

        Task<ChainHead?> FindAsync() => work.Sql(SelectChain + dialect.ForUpdate).With("chain", AuditChain)
            .FirstAsync(row => new ChainHead(row.Long(0), row.Bytes(1)));
    }

    private sealed record ChainHead(long Number, byte[] Hash);
}
