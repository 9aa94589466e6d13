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

    /// <summary>
    /// Every way to spoil a good exchange, in the order of the checks, with the outcome it must have.
    /// </summary>
    private static readonly (string Name, AttestationOutcome Outcome, Action<EvidenceScenario> Spoil)[] Faults =
    [
        ("truncated", AttestationOutcome.EvidenceMalformed, s => s.AlterFrame = frame => frame[..^40]),
        ("nonce under another key", AttestationOutcome.NonceNotOurs, s => s.AlterKey = key => key[0] ^= 1),
        ("nonce altered", AttestationOutcome.NonceNotOurs, s => s.Alter += evidence => evidence.ServiceNonce[0] ^= 1),
        ("nonce made younger", AttestationOutcome.NonceNotOurs, s => s.Alter += evidence => evidence.IssuedUnixMs += 1),
        ("nonce moved to another epoch", AttestationOutcome.NonceNotOurs,
         s => s.Alter += evidence => evidence.EpochId--),
        ("answered late", AttestationOutcome.NonceExpired, s => s.AnsweredAfter = TimeSpan.FromSeconds(121)),
        ("answered before it was issued", AttestationOutcome.NonceExpired,
         s => s.AnsweredAfter = TimeSpan.FromSeconds(-6)),
        ("challenge replayed to another Hello", AttestationOutcome.NonceForAnotherHello, s => s.IsHelloReplaced = true),
        ("MAC altered", AttestationOutcome.NonceForAnotherHello, s => s.Alter += evidence => evidence.Mac[0] ^= 1),
        ("challenge hash altered", AttestationOutcome.NonceForAnotherHello,
            s => s.Alter += evidence => evidence.ChallengeHash[0] ^= 1),
        ("epoch over", AttestationOutcome.EpochUnknown, s => s.IsEpochHeld = false),
        ("not enrolled", AttestationOutcome.BeaconUnknown, s => s.IsEnrolled = false),
        ("another key enrolled", AttestationOutcome.KeyMismatch,
            s => s.Enrolment = s.Enrolment with { PublicKey = new TestBeacon().PublicKey }),
        ("certificate for another key", AttestationOutcome.KeyMismatch,
            s => s.Enrolment = s.Enrolment with { Certificate = new TestBeacon().Enrolment(s.Operator).Certificate }),
        ("foreign CA", AttestationOutcome.ChainUntrusted,
            s => s.Enrolment = s.Enrolment with { Certificate = s.ForeignCertificate }),
        ("expired certificate", AttestationOutcome.ChainExpired,
            s => s.Enrolment = s.Enrolment with { Certificate = s.ExpiredCertificate }),
        ("revoked", AttestationOutcome.Revoked, s => s.RevokedAt = s.Operator.Now),
        ("signature altered", AttestationOutcome.SignatureInvalid, s => s.IsSignatureGood = false),
        ("measurement not listed", AttestationOutcome.MeasurementUnknown,
            s => s.Policy = $$"""{"version":3,"measurements":["{{new string('1', 64)}}"]}"""),
        ("no measurement where one is demanded", AttestationOutcome.MeasurementUnknown,
            s =>
            {
                s.Policy = $$"""{"version":3,"measurements":["{{new string('0', 64)}}"]}""";
                s.Alter += evidence => evidence.Claims.HasMeasurement = false;
            }),
        ("old firmware", AttestationOutcome.VersionTooOld,
            s => s.Policy = """{"version":3,"minimum_firmware":{"65535":"0.2.0"}}"""),
        ("firmware version is no version", AttestationOutcome.VersionTooOld,
            s =>
            {
                s.Policy = """{"version":3,"minimum_firmware":{"65535":"0.1.0"}}""";
                s.Alter += evidence => evidence.Claims.SwVersion.Set("newest");
            }),
        ("another board in the evidence", AttestationOutcome.HardwareMismatch,
            s => s.Alter += evidence => evidence.HardwareModel = HardwareModel.Esp32S3),
        ("another board enrolled", AttestationOutcome.HardwareMismatch,
            s => s.Enrolment = s.Enrolment with { HardwareModel = 1 }),
        ("earlier boot", AttestationOutcome.BootNotRising, s => s.HighestAttestedBoot = 6),
        ("development CA in production", AttestationOutcome.LevelNotAllowed,
            s => s.Environment = ServiceEnvironment.Production),
        ("development CA for a secure element", AttestationOutcome.LevelNotAllowed,
            s => s.Enrolment = s.Enrolment with { Level = SecurityLevel.SecureElement }),
        ("level not in the policy", AttestationOutcome.LevelNotAllowed,
            s => s.Policy = """{"version":3,"levels":{"development":["secure_element"]}}"""),
        ("emulated chip under a production CA in production", AttestationOutcome.LevelNotAllowed,
            s =>
            {
                s.Enrolment = s.Enrolment with { Certificate = s.ProductionCertificate };
                s.Environment = ServiceEnvironment.Production;
            }),
        ("key in flash under a production CA in production", AttestationOutcome.LevelNotAllowed,
            s =>
            {
                s.Enrolment = s.Enrolment with
                {
                    Certificate = s.ProductionCertificate,
                    Level = SecurityLevel.Software,
                };
                s.Environment = ServiceEnvironment.Production;
            }),
        ("old policy", AttestationOutcome.PolicyVersionTooOld, s => s.MinimumPolicyVersion = 9),
        ("ephemeral key off the curve", AttestationOutcome.EvidenceMalformed,
            s => s.Alter += evidence => evidence.EphemeralKey[63] ^= 1),
    ];

    public static TheoryData<string> FaultNames => [.. Faults.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(FaultNames))]
    public async Task A_fault_has_its_own_outcome_and_gives_no_keys(string name)
    {
        var fault = Faults.Single(fault => fault.Name == name);
        Verdict verdict = await EvidenceScenario.JudgeAsync(fault.Spoil);
        Assert.Equal(fault.Outcome, verdict.Outcome);
        Assert.Null(verdict.Keys);
        Assert.EndsWith(".", verdict.Detail, StringComparison.Ordinal);
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

    [Theory]
    [InlineData(SecurityLevel.Software)]
    [InlineData(SecurityLevel.EmulatedChip)]
    public async Task No_policy_lets_a_weak_level_into_production(SecurityLevel level)
    {
        Verdict verdict = await EvidenceScenario.JudgeAsync(s =>
        {
            s.Policy = """{"version":3,"levels":{"production":["software","emulated_chip","secure_element"]}}""";
            s.Environment = ServiceEnvironment.Production;
            s.Enrolment = s.Enrolment with { Certificate = s.ProductionCertificate, Level = level };
        });
        Assert.Equal(AttestationOutcome.LevelNotAllowed, verdict.Outcome);
    }

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
            var fault = Faults.Single(fault => fault.Name == name);
            spoil += fault.Spoil;
            Assert.Equal((name, fault.Outcome), (name, (await EvidenceScenario.JudgeAsync(spoil)).Outcome));
        }
    }

    [Fact]
    public async Task A_challenge_is_used_up_only_once_it_is_proven_to_be_for_this_Hello()
    {
        foreach (var fault in Faults)
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
            Faults.Select(fault => fault.Outcome).Concat(elsewhere).Distinct().Order());
    }
}
