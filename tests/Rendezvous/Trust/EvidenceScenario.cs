using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>One good exchange, taken apart so that a test can spoil any piece of it before it is judged.</summary>
internal sealed class EvidenceScenario
{
    private readonly ManualTime time = new();
    private readonly TestBeacon beacon = new();

    private EvidenceScenario()
    {
        Operator = new TestOperator(time.Now);
        Enrolment = beacon.Enrolment(Operator);
        ForeignCertificate = beacon.Enrolment(Operator, Operator.ForeignCa).Certificate;
        ProductionCertificate = beacon.Enrolment(Operator, Operator.ProductionCa).Certificate;
        ExpiredCertificate = beacon.ExpiredCertificate(Operator);
    }

    public TestOperator Operator { get; }

    public BeaconEnrolment Enrolment { get; set; }

    public byte[] ForeignCertificate { get; }

    public byte[] ProductionCertificate { get; }

    public byte[] ExpiredCertificate { get; }

    public Func<TestOperator, DeviceCas> DeviceCas { get; set; } = op => op.DeviceCas;

    public bool IsEnrolled { get; set; } = true;

    public DateTimeOffset? RevokedAt { get; set; }

    public uint HighestAttestedBoot { get; set; }

    public string Policy { get; set; } = """{"version":1}""";

    public int MinimumPolicyVersion { get; set; }

    public ServiceEnvironment Environment { get; set; }

    public TimeSpan AnsweredAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The keys under which the challenge is given.</summary>
    public Func<TestOperator, KeyRings> GivenUnder { get; set; } = op => op.Rings;

    /// <summary>The keys that are good when it is judged.</summary>
    public Func<TestOperator, TestKey[]> Good { get; set; } = op => [op.Attestation];

    public bool IsEpochHeld { get; set; } = true;

    public bool IsSignatureGood { get; set; } = true;

    public bool IsHelloReplaced { get; set; }

    public bool IsNonceOfAnother { get; set; }

    public Action<EvidenceFrame>? Alter { get; set; }

    public Func<byte[], byte[]>? AlterFrame { get; set; }

    public Action<byte[]>? AlterKey { get; set; }

    /// <summary>Runs the exchange with the service's own issuer and judges it.</summary>
    public static async Task<Verdict> JudgeAsync(Action<EvidenceScenario> spoil) =>
        AttestationVerifier.Verify(await CaseAsync(spoil));

    /// <summary>As <see cref="JudgeAsync"/>, for a test that judges itself.</summary>
    public static Task<EvidenceCase> CaseAsync(Action<EvidenceScenario> spoil)
    {
        EvidenceScenario scenario = new();
        spoil(scenario);
        return scenario.BuildAsync();
    }

    /// <summary>The nonce of a later challenge goes with the MAC of the first.</summary>
    private async Task MixAsync(ChallengeIssuer issuer, byte[] hello, HelloFrame read)
    {
        time.Advance(TimeSpan.FromSeconds(1));
        byte[] later = await issuer.IssueAsync(hello, read, default);
        ChallengeFrame challenge = new();
        Assert.Equal(WireError.None, challenge.Read(later, 0, later.Length));
        Alter += evidence =>
        {
            challenge.ServiceNonce.CopyTo(evidence.ServiceNonce, 0);
            evidence.IssuedUnixMs = challenge.IssuedUnixMs;
        };
    }

    private async Task<EvidenceCase> BuildAsync()
    {
        SharedKeys shared = new(new MemoryStore(), new SecretBox(new byte[32]), time);
        EpochKeys epochs = new(shared, time);
        ChallengeKeys challengeKeys = new(shared, time);
        ChallengeIssuer issuer = new(new OperatorKeys(GivenUnder(Operator), time), epochs, challengeKeys, time);
        byte[] hello = beacon.Hello();
        HelloFrame read = new();
        Assert.Equal(WireError.None, read.Read(hello, 0, hello.Length));
        byte[] challenge = await issuer.IssueAsync(hello, read, default);
        Assert.True(TestBeacon.Trusts(Operator, hello, challenge));
        EpochKey epoch = await epochs.CurrentAsync(default);
        byte[]? key = (await challengeKeys.ForCheckAsync(time.Now.ToUnixTimeMilliseconds(), default))!.ToArray();
        if (IsNonceOfAnother)
            await MixAsync(issuer, hello, read);
        byte[] frame = beacon.Evidence(IsHelloReplaced ? beacon.Hello() : hello, challenge, Alter);
        if (!IsSignatureGood)
            frame[^1] ^= 1;
        AlterKey?.Invoke(key);
        return new EvidenceCase(
            AlterFrame?.Invoke(frame) ?? frame,
            IsEnrolled
                ? new RegisteredBeacon(
                    beacon.Id, SHA256.HashData(Enrolment.PublicKey), Enrolment, RevokedAt, [], HighestAttestedBoot)
                : null,
            key, IsEpochHeld ? epoch : null, [.. Good(Operator).Select(key => key.Open(null).Certificate)],
            DeviceCas(Operator),
            ReferencePolicy.Parse(Policy), MinimumPolicyVersion, Environment, time.Now + AnsweredAfter);
    }
}
