namespace LumenLink.Rendezvous.Audit;

/// <summary>What can be wrong with an audit.</summary>
internal enum AuditFault
{
    /// <summary>An entry does not have the hash of what it says.</summary>
    EntryAltered,

    /// <summary>A row cannot be an entry.</summary>
    EntryUnreadable,

    /// <summary>An entry stands at another place than it was written at.</summary>
    EntryMisplaced,

    /// <summary>Two entries have one number: one was put in.</summary>
    EntryDoubled,

    /// <summary>An entry follows another one than the one before it: one of the two was replaced.</summary>
    LinkBroken,

    /// <summary>Entries between others are not there.</summary>
    EntriesMissing,

    /// <summary>Entries at the start are not there, and no head that is old enough vouches for them.</summary>
    StartMissing,

    /// <summary>Entries at the end are not there that a head vouches for.</summary>
    EndMissing,

    /// <summary>Nothing of a chain is there that a head vouches for.</summary>
    ChainMissing,

    /// <summary>An entry is another one than a head vouches for.</summary>
    HeadContradicted,

    /// <summary>Two heads of a chain cannot both be true: it was forked or rewritten.</summary>
    HeadsDisagree,

    /// <summary>A head is malformed, or no key that a pinned root certified for the audit signed it.</summary>
    HeadUntrusted,

    /// <summary>A head is from after its key was revoked.</summary>
    HeadOfRevokedKey,

    /// <summary>For longer than stated nobody vouched for a chain. Not proof of anything by itself.</summary>
    Gap,
}

/// <summary>Something wrong.</summary>
/// <param name="Fault">What.</param>
/// <param name="Chain">In which chain, or null.</param>
/// <param name="Number">At which entry, or null.</param>
/// <param name="Sentence">In words, with what was found where.</param>
internal sealed record AuditFinding(AuditFault Fault, string? Chain, long? Number, string Sentence);

/// <summary>How far a chain is vouched for.</summary>
/// <param name="Chain">Which.</param>
/// <param name="First">Number of its first entry here.</param>
/// <param name="Last">Number of its last entry here.</param>
/// <param name="VouchedThrough">Number up to which a head vouches for it; 0 for nothing.</param>
/// <param name="VouchedAt">Time of the newest head; null without one.</param>
internal sealed record AuditChainSummary(
    string Chain, long First, long Last, long VouchedThrough, DateTimeOffset? VouchedAt)
{
    /// <summary>Entries that who writes the database could replace without being found out yet.</summary>
    public long Unvouched => Last - Math.Min(Last, VouchedThrough);
}

/// <summary>What the check of an audit came to.</summary>
/// <param name="Findings">Everything wrong, chain by chain.</param>
/// <param name="Chains">Every chain with entries.</param>
/// <param name="Entries">Entries looked at.</param>
/// <param name="Heads">Heads that are trusted, each once.</param>
/// <param name="LaterHeads">Heads from behind the export, which were not compared with it.</param>
internal sealed record AuditReport(
    IReadOnlyList<AuditFinding> Findings, IReadOnlyList<AuditChainSummary> Chains, long Entries, int Heads,
    int LaterHeads)
{
    /// <summary>True when something is wrong beyond gaps.</summary>
    public bool IsBroken => Findings.Any(finding => finding.Fault != AuditFault.Gap);
}

/// <summary>A head to be checked, and where it is from.</summary>
/// <param name="Source">File, or place in the export.</param>
/// <param name="Jws">The text.</param>
/// <param name="IsExported">True for one from an export folder, which the database does not reach.</param>
internal sealed record AuditHeadText(string Source, string Jws, bool IsExported);

/// <summary>What is checked.</summary>
/// <param name="Entries">All entries that were read, in any order.</param>
/// <param name="Heads">All heads, from the database and from export folders.</param>
/// <param name="Unreadable">Places of rows that cannot be entries.</param>
/// <param name="At">When reading began.</param>
internal sealed record AuditEvidence(
    IReadOnlyList<AuditEntry> Entries, IReadOnlyList<AuditHeadText> Heads, IReadOnlyList<string> Unreadable,
    DateTimeOffset At);

/// <summary>What the auditor holds it to.</summary>
/// <param name="Roots">Pinned operator roots, 64 bytes each.</param>
/// <param name="RevokedKeys">Versions of revoked audit keys, and when they were revoked.</param>
/// <param name="MaxGap">Between two heads of a chain at most.</param>
/// <param name="Kept">How long entries must be kept.</param>
internal sealed record AuditPins(
    IReadOnlyList<byte[]> Roots, IReadOnlyDictionary<uint, DateTimeOffset> RevokedKeys, TimeSpan MaxGap,
    TimeSpan Kept);
