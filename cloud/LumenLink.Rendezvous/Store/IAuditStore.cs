using LumenLink.Rendezvous.Audit;

namespace LumenLink.Rendezvous.Store;

/// <summary>A chain as it stands.</summary>
/// <param name="Chain">Which.</param>
/// <param name="Number">Number of its newest entry.</param>
/// <param name="Hash">Hash of that.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="HeadAt">When its newest head was signed; null before the first.</param>
/// <param name="HeadNumber">Number of the entry that it is about; 0 before the first.</param>
/// <param name="HeadKind">Of which kind that is.</param>
public sealed record AuditChain(
    string Chain, long Number, byte[] Hash, DateTimeOffset StartedAt, DateTimeOffset? HeadAt, long HeadNumber,
    AuditHeadKind? HeadKind)
{
    /// <summary>True when a head says that its service stopped or went away, and is about all of it.</summary>
    public bool IsOver => HeadKind is AuditHeadKind.Stop or AuditHeadKind.Left && HeadNumber == Number;
}

/// <summary>A signed head as it is stored.</summary>
/// <param name="Id">Rises from head to head.</param>
/// <param name="Jws">The head.</param>
public sealed record AuditHeadRow(long Id, string Jws);

/// <summary>Where a listing of entries goes on: behind this one.</summary>
/// <param name="Chain">Its chain.</param>
/// <param name="Number">Its number.</param>
public readonly record struct AuditPosition(string Chain, long Number);

/// <summary>
/// The audit. A store writes one chain of its own, named at random when it is made, so that no two ever write one.
/// Verdicts and changes add their entries in their own transactions; this adds the rest, and reads.
/// </summary>
public interface IAuditStore
{
    /// <summary>Name of the chain that this store writes.</summary>
    string AuditChain { get; }

    /// <summary>Adds entries for what changed nothing else in the store, in one transaction.</summary>
    Task AuditAsync(IReadOnlyList<AuditFact> facts, CancellationToken cancellationToken);

    /// <summary>Every chain that has rows.</summary>
    Task<IReadOnlyList<AuditChain>> ListAuditChainsAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a signed head.</summary>
    Task AddAuditHeadAsync(AuditHead head, string jws, CancellationToken cancellationToken);

    /// <summary>Entries of all chains and tenants, by chain and number.</summary>
    Task<IReadOnlyList<AuditEntry>> ListAuditEntriesAsync(
        AuditPosition? after, int limit, CancellationToken cancellationToken);

    /// <summary>Signed heads in the order in which they were kept.</summary>
    Task<IReadOnlyList<AuditHeadRow>> ListAuditHeadsAsync(
        long? afterId, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets of each chain what is behind the newest head from before this time, and keeps that head; forgets chains
    /// that ended with such a head.
    /// </summary>
    /// <returns>How many entries went.</returns>
    Task<int> PruneAuditAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
