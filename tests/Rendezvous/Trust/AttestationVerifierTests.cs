using LumenLink.Protocol;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Trust;

public sealed class AttestationVerifierTests
{
    // What the test beacon claims: 32 zero bytes.
    private const string TheMeasurement = "0000000000000000000000000000000000000000000000000000000000000000";

    public static TheoryData<string> FaultNames => [.. EvidenceFaults.All.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task A_fault_has_its_own_outcome_and_gives_no_keys(string name)
    {
        var fault = EvidenceFaults.All.Single(fault => fault.Name == name);
        Verdict verdict = await EvidenceScenario.JudgeAsync(fault.Spoil);
        Assert.Equal(fault.Outcome, verdict.Outcome);
        Assert.Null(verdict.Keys);
        Assert.EndsWith(".", verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_challenge_given_under_the_key_before_is_judged_while_that_is_good()
    {
        Verdict verdict = await EvidenceScenario.JudgeAsync(
            s => s.Good = op => [op.NewKey(KeyUsage.Attestation, 8), op.Attestation]);
        Assert.Equal(AttestationOutcome.Accepted, verdict.Outcome);
    }

    [Fact]
    public async Task A_good_exchange_is_accepted()
    {
        Verdict verdict = await EvidenceScenario.JudgeAsync(_ => { });
        Assert.Equal(AttestationOutcome.Accepted, verdict.Outcome);
        Assert.True(verdict.NonceIsOurs);
        Assert.NotNull(verdict.Keys);
    }

    [Theory]
    [InlineData("""{"version":3,"minimum_firmware":{"65535":"0.1.0"}}""")]
    [InlineData($$"""{"version":3,"measurements":["{{TheMeasurement}}"]}""")]
    [InlineData("""{"version":3,"levels":{"development":["emulated_chip"]}}""")]
    public async Task A_policy_that_the_beacon_meets_lets_it_pass(string policy)
    {
        Verdict verdict = await EvidenceScenario.JudgeAsync(scenario => scenario.Policy = policy);
        Assert.Equal(AttestationOutcome.Accepted, verdict.Outcome);
    }

    [Fact]
    public async Task A_production_beacon_is_accepted_in_production()
    {
        Verdict verdict = await EvidenceScenario.JudgeAsync(scenario =>
        {
            scenario.Environment = ServiceEnvironment.Production;
            scenario.Enrolment = scenario.Enrolment with
            {
                Certificate = scenario.ProductionCertificate,
                Level = SecurityLevel.SecureElement,
            };
        });
        Assert.Equal(AttestationOutcome.Accepted, verdict.Outcome);
    }

    [Fact]
    public async Task A_key_in_flash_is_accepted_in_development() => Assert.Equal(
        AttestationOutcome.Accepted,
        (await EvidenceScenario.JudgeAsync(s => s.Enrolment = s.Enrolment with { Level = SecurityLevel.Software }))
        .Outcome);

    [Fact]
    public async Task The_same_boot_may_attest_again() =>
        Assert.Equal(
            AttestationOutcome.Accepted,
            (await EvidenceScenario.JudgeAsync(scenario => scenario.HighestAttestedBoot = 5)).Outcome);

    /// <summary>
    /// Faults are added from the last check to the first; each new one must hide all that came before.
    /// </summary>
    [Fact]
    public async Task The_first_failing_check_names_the_outcome()
    {
        string[] backwards =
        [
            "ephemeral key off the curve", "old policy", "level not in the policy", "earlier boot",
            "another board in the evidence", "signature altered", "revoked", "foreign CA", "not enrolled", "epoch over",
            "MAC altered", "answered late", "nonce altered", "truncated",
        ];
        Action<EvidenceScenario> spoil = _ => { };
        foreach (string name in backwards)
        {
            var fault = EvidenceFaults.All.Single(fault => fault.Name == name);
            spoil += fault.Spoil;
            Assert.Equal((name, fault.Outcome), (name, (await EvidenceScenario.JudgeAsync(spoil)).Outcome));
        }
    }

    [Fact]
    public async Task A_challenge_is_used_up_only_once_it_is_proven_to_be_for_this_Hello()
    {
        foreach (var fault in EvidenceFaults.All)
        {
            Verdict verdict = await EvidenceScenario.JudgeAsync(fault.Spoil);
            bool isAboutNonce = fault.Name == "truncated" || verdict.Outcome is AttestationOutcome.NonceNotOurs
                or AttestationOutcome.NonceExpired or AttestationOutcome.NonceForAnotherHello
                or AttestationOutcome.EpochUnknown;
            Assert.Equal((fault.Name, !isAboutNonce), (fault.Name, verdict.NonceIsOurs));
        }
    }

    [Fact]
    public void Every_outcome_is_tested_here_or_with_the_store()
    {
        IEnumerable<AttestationOutcome> elsewhere =
            [AttestationOutcome.Accepted, AttestationOutcome.NonceUsed, AttestationOutcome.CouldNotCheck];
        Assert.Equal(
            Enum.GetValues<AttestationOutcome>().Order(),
            EvidenceFaults.All.Select(fault => fault.Outcome).Concat(elsewhere).Distinct().Order());
    }
}
