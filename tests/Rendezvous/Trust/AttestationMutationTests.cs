using System.Text;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Shared;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>What each check of the verifier is good for: without it exactly its faults are judged otherwise.</summary>
public sealed class AttestationMutationTests
{
    private static readonly AttestationCheck[] Checks =
        [.. AttestationChecks.OfChallenge, .. AttestationChecks.OfBeacon];

    [Fact]
    public async Task Without_a_check_exactly_its_faults_are_judged_otherwise()
    {
        var cases = await CasesAsync();
        HashSet<string> noticed = [];
        foreach (AttestationCheck check in Checks)
        {
            string[] otherwise = Otherwise(cases, check);
            Assert.True(otherwise.Length > 0, $"nothing notices that \"{check.Name}\" is gone");
            Assert.All(otherwise, name => Assert.True(noticed.Add(name), $"{name}: noticed by two checks"));
            Assert.All(
                otherwise,
                name => Assert.Equal(check.Outcome, EvidenceFaults.All.Single(fault => fault.Name == name).Outcome));
        }
    }

    [Fact]
    public async Task The_evidence_in_the_documentation_is_what_a_run_finds()
    {
        var cases = await CasesAsync();
        StringBuilder text = new("""
            # What the attestation verifier does without one of its checks

            Written and compared by `AttestationMutationTests`: for each check removed, the faults of
            `EvidenceFaults` whose outcome changes.
            Every fault but the altered signature is signed anew with the beacon's own key.

            | check | outcome | judged otherwise without it |
            |---|---|---|

            """);
        foreach (AttestationCheck check in Checks)
        {
            string faults = string.Join("; ", Otherwise(cases, check).Select(
                name => $"{name} ({Without(cases.Single(one => one.Name == name).Case, check)})"));
            text.Append(null, $"| {check.Name} | {check.Outcome} | {faults} |\n");
        }

        string path = Path.Combine(RepositoryFolder.Find(), "docs", "evidence", "attestation-mutations.md");
        if (Environment.GetEnvironmentVariable("LUMENLINK_WRITE_VECTORS") == "1")
            await File.WriteAllTextAsync(path, text.ToString());
        Assert.Equal(await File.ReadAllTextAsync(path), text.ToString());
    }

    [Fact]
    public async Task No_bit_of_an_Evidence_can_be_flipped()
    {
        EvidenceCase good = await EvidenceScenario.CaseAsync(_ => { });
        Assert.Equal(AttestationOutcome.Accepted, AttestationVerifier.Verify(good).Outcome);
        List<int> accepted = [];
        for (int bit = 0; bit < good.Frame.Length * 8; bit++)
        {
            byte[] flipped = [.. good.Frame];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Verdict verdict = AttestationVerifier.Verify(good with { Frame = flipped });
            if (verdict.Outcome == AttestationOutcome.Accepted || verdict.Keys is not null)
                accepted.Add(bit);
        }

        Assert.Empty(accepted);
    }

    private static async Task<List<(string Name, EvidenceCase Case)>> CasesAsync()
    {
        List<(string, EvidenceCase)> cases = [];
        foreach (var fault in EvidenceFaults.All)
            cases.Add((fault.Name, await EvidenceScenario.CaseAsync(fault.Spoil)));
        return cases;
    }

    private static string[] Otherwise(List<(string Name, EvidenceCase Case)> cases, AttestationCheck gone) =>
    [
        .. cases.Where(one => Without(one.Case, gone) != AttestationVerifier.Verify(one.Case).Outcome)
            .Select(one => one.Name),
    ];

    private static AttestationOutcome Without(EvidenceCase given, AttestationCheck gone) => AttestationVerifier.Verify(
        given, AttestationChecks.OfChallenge.Where(check => check != gone),
        AttestationChecks.OfBeacon.Where(check => check != gone)).Outcome;
}
