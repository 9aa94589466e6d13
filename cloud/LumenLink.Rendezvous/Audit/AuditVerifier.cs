using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Audit;

/// <summary>
/// The check of an audit without a network and without trust in its database: a pure function of what was read, what
/// the auditor pins, and nothing else.
/// </summary>
internal static class AuditVerifier
{
    /// <summary>Checks everything and names everything that is wrong.</summary>
    public static AuditReport Verify(AuditEvidence evidence, AuditPins pins)
    {
        List<AuditFinding> findings =
        [
            .. evidence.Unreadable.Select(place => new AuditFinding(
                AuditFault.EntryUnreadable, null, null, $"{place} was altered: it cannot be an entry")),
        ];
        List<TrustedHead> heads = [];
        int later = 0;
        foreach (IGrouping<string, AuditHeadText> same in evidence.Heads.GroupBy(text => text.Jws))
        {
            AuditHeadText text = same.OrderByDescending(one => one.IsExported).First();
            if (ReadHead(text, pins, findings) is not { } head)
                continue;
            if (head.At > evidence.At + AuditPolicy.ClockSkew)
                later++;
            else
                heads.Add(new TrustedHead(head, text.IsExported));
        }

        ILookup<string, TrustedHead> headsOf = heads.ToLookup(head => head.Head.Chain);
        ILookup<string, AuditEntry> entriesOf = evidence.Entries.ToLookup(entry => entry.Chain);
        bool isExported = heads.Any(head => head.IsExported);
        List<AuditChainSummary> summaries = [];
        foreach (string chain in headsOf.Select(group => group.Key).Union(entriesOf.Select(group => group.Key))
            .Order(StringComparer.Ordinal))
        {
            AuditHead[] vouching =
                [.. headsOf[chain].Select(one => one.Head).OrderBy(head => head.At).ThenBy(head => head.Number)];
            AuditEntry[] entries = [.. entriesOf[chain].OrderBy(entry => entry.Number)];
            CompareHeads(vouching, findings);
            if (entries.Length == 0)
            {
                CheckAbsent(vouching, evidence.At, pins, findings);
                continue;
            }

            new AuditChainCheck(entries, vouching, evidence.At, pins, findings).Run();
            CheckGaps(
                entries,
                isExported ? [.. vouching.Where(head => headsOf[chain].Any(
                    one => one.IsExported && one.Head == head))] : vouching,
                evidence.At, pins, findings);
            AuditHead? newest = vouching.MaxBy(head => head.Number);
            summaries.Add(new AuditChainSummary(
                chain, entries[0].Number, entries[^1].Number, newest?.Number ?? 0, newest?.At));
        }

        return new AuditReport(findings, summaries, evidence.Entries.Count, heads.Count, later);
    }

    private static AuditHead? ReadHead(AuditHeadText text, AuditPins pins, List<AuditFinding> findings)
    {
        JwsReading reading = text.Jws.Length > AuditPolicy.MaxHeadCharacters
            ? new JwsReading(JwsVerdict.Malformed, null, 0)
            : ServiceJws.Read(text.Jws, AuditHead.Type, KeyUsage.Audit, pins.Roots);
        AuditHead? head = reading.Payload is { } payload ? AuditHead.Read(payload) : null;
        if (head is null)
        {
            JwsVerdict verdict = reading.Verdict == JwsVerdict.Good ? JwsVerdict.Malformed : reading.Verdict;
            findings.Add(new AuditFinding(
                AuditFault.HeadUntrusted, null, null, $"{text.Source}: the head is not to be trusted: {verdict}"));
            return null;
        }

        if (!pins.RevokedKeys.TryGetValue(reading.CertificateVersion, out DateTimeOffset revoked) || head.At < revoked)
            return head;
        findings.Add(new AuditFinding(
            AuditFault.HeadOfRevokedKey, head.Chain, head.Number,
            $"{text.Source}: the head of {head.At:u} is of the key audit-{reading.CertificateVersion}, which was "
            + $"revoked at {revoked:u}"));
        return null;
    }

    /// <summary>Heads of a chain, in order of time: numbers never fall, and one number has one hash.</summary>
    private static void CompareHeads(AuditHead[] heads, List<AuditFinding> findings)
    {
        foreach (IGrouping<long, AuditHead> same in heads.GroupBy(head => head.Number))
        {
            AuditHead first = same.First();
            if (same.FirstOrDefault(head => !head.Hash.AsSpan().SequenceEqual(first.Hash)) is { } other)
            {
                findings.Add(new AuditFinding(
                    AuditFault.HeadsDisagree, first.Chain, first.Number,
                    $"the heads of {first.At:u} and {other.At:u} vouch for different entries {first.Number}: the chain "
                    + "was forked or rewritten between them"));
            }
        }

        AuditHead? highest = null;
        foreach (AuditHead head in heads)
        {
            if (highest is not null && head.Number < highest.Number && head.At - highest.At > AuditPolicy.ClockSkew)
            {
                findings.Add(new AuditFinding(
                    AuditFault.HeadsDisagree, head.Chain, head.Number,
                    $"the head of {head.At:u} knows {head.Number} entries, that of {highest.At:u} before it knew "
                    + $"{highest.Number}"));
            }

            if (highest is null || head.Number > highest.Number)
                highest = head;
        }
    }

    /// <summary>A chain of which only heads are known: it may be gone when its retention is over.</summary>
    private static void CheckAbsent(
        AuditHead[] heads, DateTimeOffset at, AuditPins pins, List<AuditFinding> findings)
    {
        AuditHead newest = heads.MaxBy(head => head.Number)!;
        if (newest.At + pins.Kept > at + AuditPolicy.ClockSkew)
        {
            findings.Add(new AuditFinding(
                AuditFault.ChainMissing, newest.Chain, newest.Number,
                $"nothing is there of the chain, for whose {newest.Number} entries the head of {newest.At:u} vouches"));
        }
    }

    private static void CheckGaps(
        AuditEntry[] entries, AuditHead[] heads, DateTimeOffset at, AuditPins pins, List<AuditFinding> findings)
    {
        List<DateTimeOffset> times = [.. heads.Select(head => head.At)];
        if (entries[0].Number == 1)
            times.Insert(0, entries[0].Fact.At);
        AuditHead? last = heads.LastOrDefault();
        if (last is null || last.Kind == AuditHeadKind.Hourly || last.Number < entries[^1].Number)
            times.Add(at);
        foreach ((DateTimeOffset from, DateTimeOffset to) in times.Zip(times.Skip(1)))
        {
            if (to - from > pins.MaxGap)
            {
                findings.Add(new AuditFinding(
                    AuditFault.Gap, entries[0].Chain, null, $"nobody vouched for the chain from {from:u} to {to:u}"));
            }
        }
    }

    private sealed record TrustedHead(AuditHead Head, bool IsExported);
}
