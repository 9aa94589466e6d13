using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>What the verifier makes of the device CAs' revocation lists.</summary>
public sealed class RevocationTests
{
    [Theory]
    [InlineData(ServiceEnvironment.Development)]
    [InlineData(ServiceEnvironment.Production)]
    public async Task A_certificate_on_the_list_is_revoked_and_its_neighbour_is_not(ServiceEnvironment environment)
    {
        Verdict verdict = await JudgeAsync(environment, (scenario, ca) => CrlReader.Read(
            scenario.Operator.Crl(ca, scenario.ExpiredCertificate, scenario.Enrolment.Certificate), ca));
        Assert.Equal(AttestationOutcome.Revoked, verdict.Outcome);
        Assert.Null(verdict.Keys);
        verdict = await JudgeAsync(environment, (scenario, ca) => CrlReader.Read(
            scenario.Operator.Crl(ca, scenario.ExpiredCertificate, scenario.ForeignCertificate), ca));
        Assert.Equal(AttestationOutcome.Accepted, verdict.Outcome);
    }

    [Theory]
    [InlineData(ServiceEnvironment.Development, AttestationOutcome.Accepted)]
    [InlineData(ServiceEnvironment.Production, AttestationOutcome.CouldNotCheck)]
    public async Task Without_a_list_development_goes_on_and_production_cannot_check(
        ServiceEnvironment environment, AttestationOutcome outcome)
    {
        Verdict verdict = await JudgeAsync(environment, (_, _) => RevocationList.Missing);
        Assert.Equal(outcome, verdict.Outcome);
    }

    [Theory]
    [InlineData("expired", "Expired")]
    [InlineData("not yet", "NotYetValid")]
    [InlineData("of another CA", "NotOfItsCa")]
    [InlineData("malformed", "Malformed")]
    [InlineData("unreadable", "Unreadable")]
    public async Task A_list_that_is_no_help_is_neither_a_pass_nor_a_failure(string fault, string words)
    {
        foreach (ServiceEnvironment environment in Enum.GetValues<ServiceEnvironment>())
        {
            Verdict verdict = await JudgeAsync(environment, (scenario, ca) => Faulty(fault, scenario.Operator, ca));
            Assert.Equal(AttestationOutcome.CouldNotCheck, verdict.Outcome);
            Assert.Contains(words, verdict.Detail, StringComparison.Ordinal);
            Assert.Null(verdict.Keys);
        }
    }

    [Fact]
    public async Task A_revocation_in_the_registry_counts_whatever_the_list_is()
    {
        Verdict verdict = await EvidenceScenario.JudgeAsync(scenario =>
        {
            scenario.RevokedAt = scenario.Operator.Now;
            scenario.DeviceCas = op => op.Pinned(
                RevocationList.Missing, RevocationList.Unusable(CrlState.Malformed));
        });
        Assert.Equal(AttestationOutcome.Revoked, verdict.Outcome);
    }

    [Fact]
    public async Task What_could_not_be_checked_is_not_stored_and_the_challenge_may_be_answered_again()
    {
        string folder = Directory.CreateTempSubdirectory("lumen-crl-").FullName;
        try
        {
            ManualTime time = new();
            TestOperator op = new(time.Now);
            string cas = Path.Combine(folder, "device-cas", "development");
            Directory.CreateDirectory(cas);
            File.WriteAllText(Path.Combine(cas, "ca.crt"), op.DevelopmentCa.ExportCertificatePem());
            string list = Path.Combine(cas, "ca.crl");
            File.WriteAllText(list, "nonsense");
            await using TestService service = new(
                time, op: op, deviceCas: DeviceCaFolder.Open(folder, ServiceEnvironment.Development));
            TestBeacon beacon = await service.EnrolAsync();
            byte[] hello = beacon.Hello();
            HelloFrame read = new();
            Assert.Equal(WireError.None, read.Read(hello, 0, hello.Length));
            byte[] challenge = await service.Get<ChallengeIssuer>().IssueAsync(hello, read, default);
            byte[] evidence = beacon.Evidence(hello, challenge);

            AttestationAnswer? answer = await JudgeAsync();
            Assert.Equal(AttestationOutcome.CouldNotCheck, answer!.Outcome);
            AttestationRefusalFrame refusal = new();
            Assert.Equal(WireError.None, refusal.Read(answer.Frame!, 0, answer.Frame!.Length));
            Assert.Equal(AttestationOutcome.CouldNotCheck, refusal.Outcome);
            Assert.Empty(service.Store.Verdicts);

            File.WriteAllBytes(list, op.Crl(op.DevelopmentCa));
            time.Advance(TrustPolicy.CrlLookEvery);
            answer = await JudgeAsync();
            Assert.Equal(AttestationOutcome.Accepted, answer!.Outcome);
            Assert.Single(service.Store.Verdicts);

            Task<AttestationAnswer?> JudgeAsync() =>
                service.Get<AttestationService>().JudgeAsync(beacon.Id, evidence, true, default);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_time_that_is_left_to_the_lists_can_be_watched()
    {
        TestOperator op = new(new ManualTime().Now);
        RevocationList sooner = CrlReader.Read(
            TestOperator.Crl(op.DevelopmentCa, op.Now, op.Now.AddDays(3)), op.DevelopmentCa);
        RevocationList longer = CrlReader.Read(op.Crl(op.ProductionCa), op.ProductionCa);
        Assert.Equal(TimeSpan.FromDays(3).TotalSeconds, await LeftAsync(op.Pinned(longer, sooner)));
        Assert.Equal(TimeSpan.FromDays(30).TotalSeconds, await LeftAsync(op.Pinned(longer, RevocationList.Missing)));
        Assert.Equal(0, await LeftAsync(op.Pinned(longer, RevocationList.Unusable(CrlState.Malformed))));
        Assert.Null(await LeftAsync(op.Pinned(RevocationList.Missing, RevocationList.Missing)));
        Assert.Equal(
            TimeSpan.Zero, op.Pinned(longer, RevocationList.Missing).ListsLeft(op.Now, ServiceEnvironment.Production));

        async Task<double?> LeftAsync(DeviceCas cas)
        {
            await using TestService service = new(op: op, deviceCas: DeviceCaFolder.Of(cas));
            using MemoryStream stream = new();
            await service.Metrics.Registry.CollectAndExportAsTextAsync(stream);
            string? line = System.Text.Encoding.UTF8.GetString(stream.ToArray()).Split('\n').SingleOrDefault(
                one => one.StartsWith("lumenlink_revocation_lists_left_seconds ", StringComparison.Ordinal));
            return line is null ? null : double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
        }
    }

    private static RevocationList Faulty(string fault, TestOperator op, X509Certificate2 ca) => fault switch
    {
        "expired" => CrlReader.Read(TestOperator.Crl(ca, op.Now.AddDays(-30), op.Now.AddSeconds(1)), ca),
        "not yet" => CrlReader.Read(TestOperator.Crl(ca, op.Now.AddMinutes(6), op.Now.AddDays(1)), ca),
        "of another CA" => CrlReader.Read(op.Crl(op.ForeignCa), ca),
        "malformed" => CrlReader.Read(new byte[100], ca),
        _ => RevocationList.Unusable(CrlState.Unreadable),
    };

    /// <summary>Judges a good exchange of a beacon whose device CA has this list.</summary>
    private static Task<Verdict> JudgeAsync(
        ServiceEnvironment environment, Func<EvidenceScenario, X509Certificate2, RevocationList> list) =>
        EvidenceScenario.JudgeAsync(scenario =>
        {
            scenario.Environment = environment;
            bool isProduction = environment == ServiceEnvironment.Production;
            if (isProduction)
            {
                scenario.Enrolment = scenario.Enrolment with
                {
                    Certificate = scenario.ProductionCertificate,
                    Level = SecurityLevel.SecureElement,
                };
            }

            RevocationList revoked = list(
                scenario, isProduction ? scenario.Operator.ProductionCa : scenario.Operator.DevelopmentCa);
            scenario.DeviceCas = op => isProduction
                ? op.Pinned(revoked, RevocationList.Missing)
                : op.Pinned(RevocationList.Missing, revoked);
        });
}
