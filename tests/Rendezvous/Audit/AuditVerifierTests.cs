using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Audit;

/// <summary>What heads prove, and whose heads do.</summary>
public sealed class AuditVerifierTests
{
    private static readonly DateTimeOffset Noon = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Chain = new('a', 32);
    private readonly TestOperator op = new(Noon);

    [Fact]
    public void A_whole_chain_with_heads_of_a_certified_key_is_good()
    {
        AuditEntry[] entries = Entries(5);
        AuditReport report = Verify(entries, [Head(entries[2], 1), Head(entries[4], 2, AuditHeadKind.Stop)]);
        Assert.Empty(report.Findings);
        Assert.Equal(0, Assert.Single(report.Chains).Unvouched);
    }

    [Fact]
    public void Two_heads_with_one_number_and_two_hashes_are_a_fork()
    {
        AuditEntry[] entries = Entries(5);
        AuditEntry[] other = Entries(5, "another truth");
        Assert.Contains(AuditFault.HeadsDisagree, Faults(entries, [Head(entries[4], 1), Head(other[4], 1)]));
    }

    [Fact]
    public void A_later_head_that_knows_less_is_a_rewriting()
    {
        AuditEntry[] entries = Entries(5);
        Assert.Contains(AuditFault.HeadsDisagree, Faults(entries, [Head(entries[4], 1), Head(entries[2], 2)]));
    }

    [Fact]
    public void A_head_of_another_usage_or_another_root_is_not_trusted_and_covers_nothing()
    {
        AuditEntry[] entries = Entries(3);
        TestKey packs = op.Packs;
        TestKey stranger = new TestOperator(Noon).Audit;
        foreach (ServiceKey key in (ServiceKey[])[packs.Open(null), stranger.Open(null)])
        {
            AuditReport report = Verify(entries, [Statement(entries[2], 1).Sign(key)]);
            Assert.Equal([AuditFault.HeadUntrusted], report.Findings.Select(finding => finding.Fault));
            Assert.Equal(3, Assert.Single(report.Chains).Unvouched);
        }
    }

    [Fact]
    public void A_head_altered_by_one_character_is_not_trusted()
    {
        AuditEntry[] entries = Entries(3);
        string jws = Head(entries[2], 1);
        int at = jws.IndexOf('.', StringComparison.Ordinal) + 20;
        string altered = jws[..at] + (jws[at] == 'A' ? 'B' : 'A') + jws[(at + 1)..];
        Assert.Equal([AuditFault.HeadUntrusted], Faults(entries, [altered]));
    }

    [Fact]
    public void A_head_from_after_its_keys_revocation_is_not_trusted_and_one_from_before_is()
    {
        AuditEntry[] entries = Entries(3);
        AuditPins pins = Pins() with
        {
            RevokedKeys = new Dictionary<uint, DateTimeOffset> { [op.Audit.Version] = Noon.AddHours(1.5) },
        };
        Assert.Empty(Verify(entries, [Head(entries[2], 1)], pins).Findings);
        Assert.Equal(
            [AuditFault.HeadOfRevokedKey],
            Verify(entries, [Head(entries[2], 1), Head(entries[2], 2)], pins).Findings.Select(one => one.Fault));
    }

    [Fact]
    public void A_time_without_heads_longer_than_stated_is_a_gap_and_nothing_worse()
    {
        AuditEntry[] entries = Entries(3);
        AuditReport report = Verify(entries, [Head(entries[0], 1), Head(entries[2], 9, AuditHeadKind.Stop)], hours: 9);
        Assert.Equal([AuditFault.Gap], report.Findings.Select(finding => finding.Fault));
        Assert.False(report.IsBroken);
        AuditReport silent = Verify(entries, [Head(entries[2], 1)], hours: 4);
        Assert.Contains(AuditFault.Gap, silent.Findings.Select(one => one.Fault));
        Assert.Empty(Verify(entries, [Head(entries[2], 1, AuditHeadKind.Stop)], hours: 4).Findings);
    }

    [Fact]
    public void A_pruned_start_needs_a_head_that_is_old_enough()
    {
        AuditEntry[] entries = Entries(5);
        AuditEntry[] rest = entries[2..];
        string[] heads = [Head(entries[1], 1), Head(entries[4], 2, AuditHeadKind.Stop)];
        Assert.Equal([AuditFault.StartMissing], Faults(rest, heads));
        AuditPins shorter = Pins() with { Kept = TimeSpan.FromHours(1) };
        Assert.Empty(Verify(rest, heads, shorter).Findings);
        Assert.Equal(
            [AuditFault.StartMissing], Verify(rest, heads[1..], shorter).Findings.Select(finding => finding.Fault));
    }

    [Fact]
    public void A_head_from_behind_the_export_is_left_out()
    {
        AuditEntry[] entries = Entries(5);
        AuditReport report = Verify(entries[..3], [Head(entries[2], 1), Head(entries[4], 8)]);
        Assert.Empty(report.Findings);
        Assert.Equal(1, report.LaterHeads);
    }

    private IEnumerable<AuditFault> Faults(AuditEntry[] entries, string[] heads) =>
        Verify(entries, heads).Findings.Select(finding => finding.Fault);

    private AuditReport Verify(AuditEntry[] entries, string[] heads, AuditPins? pins = null, int hours = 2) =>
        AuditVerifier.Verify(
            new AuditEvidence(
                entries, [.. heads.Select((jws, i) => new AuditHeadText($"head {i}", jws, true))], [],
                Noon.AddHours(hours)),
            pins ?? Pins());

    private AuditPins Pins() => new(
        [op.RootPublicKey], new Dictionary<uint, DateTimeOffset>(), AuditPolicy.MaxGap, AuditPolicy.Kept);

    private string Head(AuditEntry entry, int hours, AuditHeadKind kind = AuditHeadKind.Hourly) =>
        Statement(entry, hours, kind).Sign(op.Audit.Open(op.RootPublicKey));

    private static AuditHead Statement(AuditEntry entry, int hours, AuditHeadKind kind = AuditHeadKind.Hourly) =>
        new(Chain, entry.Number, entry.Hash, Noon.AddHours(hours), kind);

    private static AuditEntry[] Entries(int count, string detail = "")
    {
        List<AuditEntry> entries = [];
        byte[] previous = new byte[AuditEntry.HashSize];
        for (int number = 1; number <= count; number++)
        {
            AuditFact fact = new(Noon, 1, AuditKind.Verdict, "AQIDBAUGBwg", "service", "Accepted", detail, [1]);
            entries.Add(AuditEntry.Next(Chain, number, fact, previous));
            previous = entries[^1].Hash;
        }

        return [.. entries];
    }
}
