namespace LumenLink.Rendezvous.Audit;

/// <summary>The check of one chain's entries, against each other and against the heads that vouch for them.</summary>
/// <param name="entries">One or more, by number.</param>
/// <param name="heads">Trusted heads of the chain, by time.</param>
/// <param name="at">When reading began.</param>
/// <param name="pins">What the auditor holds it to.</param>
/// <param name="findings">Takes what is wrong.</param>
internal sealed class AuditChainCheck(
    AuditEntry[] entries, AuditHead[] heads, DateTimeOffset at, AuditPins pins, List<AuditFinding> findings)
{
    private static readonly byte[] Nothing = new byte[AuditEntry.HashSize];
    private readonly string chain = entries[0].Chain;

    /// <summary>Checks it.</summary>
    public void Run()
    {
        CheckHashes();
        CheckStart();
        for (int i = 1; i < entries.Length; i++)
            CheckLink(entries[i - 1], entries[i]);
        CheckAgainstHeads();
    }

    private void CheckHashes()
    {
        AuditEntry[] wrong = [.. entries.Where(entry => !Same(entry.ComputeHash(), entry.Hash))];
        foreach (AuditEntry entry in wrong)
        {
            long? place = wrong.Length > AuditPolicy.MaxMisplaced ? null : PlaceOf(entry);
            if (place is { } number)
            {
                Add(AuditFault.EntryMisplaced, entry.Number,
                    $"entry {entry.Number} was written as entry {number}: entries were reordered");
            }
            else
            {
                Add(AuditFault.EntryAltered, entry.Number, $"entry {entry.Number} was altered");
            }
        }
    }

    /// <summary>The number with which an entry's hash is right, near it; null when there is none.</summary>
    private long? PlaceOf(AuditEntry entry)
    {
        for (long number = Math.Max(1, entry.Number - AuditPolicy.MaxMisplaced);
            number <= entry.Number + AuditPolicy.MaxMisplaced;
            number++)
        {
            if (Same(entry.ComputeHashAt(number), entry.Hash))
                return number;
        }

        return null;
    }

    private void CheckStart()
    {
        AuditEntry first = entries[0];
        if (first.Number < 1 || (first.Number == 1 && !Same(first.Previous, Nothing)))
        {
            Add(AuditFault.LinkBroken, first.Number, $"entry {first.Number} is at the start and follows another one");
            return;
        }

        if (first.Number == 1)
            return;
        bool isPruned = heads.Any(head => head.Number == first.Number - 1 && Same(head.Hash, first.Previous)
            && head.At + pins.Kept <= at + AuditPolicy.ClockSkew);
        if (!isPruned)
        {
            Add(AuditFault.StartMissing, first.Number,
                $"entries 1 to {first.Number - 1} are missing, and no head from before {at - pins.Kept:u} vouches for "
                + "them");
        }
    }

    private void CheckLink(AuditEntry before, AuditEntry entry)
    {
        if (entry.Number == before.Number)
        {
            Add(AuditFault.EntryDoubled, entry.Number, $"entry {entry.Number} is there twice: one was put in");
        }
        else if (entry.Number != before.Number + 1)
        {
            Add(AuditFault.EntriesMissing, before.Number + 1,
                $"entries {before.Number + 1} to {entry.Number - 1} are missing");
        }
        else if (!Same(entry.Previous, before.Hash))
        {
            Add(AuditFault.LinkBroken, entry.Number,
                $"entry {entry.Number} does not follow entry {before.Number}: one of them was replaced");
        }
    }

    private void CheckAgainstHeads()
    {
        Dictionary<long, AuditEntry> byNumber = [];
        foreach (AuditEntry entry in entries)
            byNumber.TryAdd(entry.Number, entry);
        foreach (AuditHead head in heads.DistinctBy(head => (head.Number, Convert.ToHexString(head.Hash))))
        {
            if (byNumber.TryGetValue(head.Number, out AuditEntry? entry) && !Same(entry.Hash, head.Hash))
            {
                Add(AuditFault.HeadContradicted, head.Number,
                    $"entry {head.Number} is not the one that the head of {head.At:u} vouches for: entries up to it "
                    + "were rewritten");
            }
        }

        long last = entries[^1].Number;
        if (heads.FirstOrDefault(head => head.Number > last) is { } beyond)
        {
            Add(AuditFault.EndMissing, last + 1,
                $"entries {last + 1} to {heads.Max(head => head.Number)} are missing: the head of {beyond.At:u} and "
                + "later ones vouch for them");
        }
    }

    private void Add(AuditFault fault, long number, string sentence) =>
        findings.Add(new AuditFinding(fault, chain, number, sentence));

    private static bool Same(byte[] one, byte[] other) => one.AsSpan().SequenceEqual(other);
}
