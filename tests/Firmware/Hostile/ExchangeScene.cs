using System.Security.Cryptography;
using LumenLink.Beacon.Security;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Core;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>A beacon's side of attestation, with one session behind it, and the keys that the attacker needs.</summary>
internal sealed class ExchangeScene : IDisposable
{
    private const uint SessionBefore = 1;
    private const uint NextSession = 2;

    private readonly SimChip chip = new();
    private readonly SimClock clock = new();
    private readonly MemoryStore store = new();
    private readonly AttestationExchange exchange;
    private readonly byte[] evidence = new byte[EvidenceFrame.MaxWriteSize];

    internal ExchangeScene()
    {
        var anchors = new TrustAnchors(Service.RootKey, null, store);
        exchange = new AttestationExchange(
            chip, new DotNetCrypto(), clock, anchors, new DeviceClaims(new BeaconIdentity(), HardwareModel.Simulator));
        Assert.Equal("Accepted", OnWholeExchange(SessionBefore));
        Before = Session;
        HelloBefore = Hello;
    }

    internal TestService Service { get; } = new();

    /// <summary>A service of another operator.</summary>
    internal TestService Foreign { get; } = new();

    /// <summary>A key that nobody certified.</summary>
    internal ECDsa Stranger { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The Hello that waits for its answer.</summary>
    internal byte[] Hello { get; private set; } = [];

    /// <summary>The one of the exchange before.</summary>
    internal byte[] HelloBefore { get; }

    /// <summary>What the service made of the Evidence.</summary>
    internal TestSession Session { get; private set; } = null!;

    /// <summary>The session of the exchange before.</summary>
    internal TestSession Before { get; }

    public void Dispose()
    {
        Service.Dispose();
        Foreign.Dispose();
        Stranger.Dispose();
        chip.Dispose();
    }

    /// <summary>A new Hello is sent.</summary>
    internal void SendHello()
    {
        byte[] buffer = new byte[WireLimits.MaxHelloBytes];
        Hello = buffer[..exchange.WriteHello(buffer)];
    }

    /// <summary>Its Challenge is answered; the Evidence waits.</summary>
    internal void SendEvidence()
    {
        SendHello();
        Assert.Equal("Accepted", OnGenuineChallenge());
    }

    /// <summary>A Hello of another beacon with the nonce of this one's.</summary>
    internal byte[] HelloOfAnother() => [.. Hello[..22], .. RandomNumberGenerator.GetBytes(32), .. Hello[54..]];

    internal string OnChallenge(byte[] frame)
    {
        WireError error = new ChallengeFrame().Read(frame, 0, frame.Length);
        return Text(exchange.OnChallenge(frame, frame.Length, evidence, out _), error);
    }

    internal string OnResult(byte[] frame)
    {
        WireError error = new AttestationResultFrame().Read(frame, 0, frame.Length);
        return Text(exchange.OnResult(frame, frame.Length), error);
    }

    internal string OnRefusal(byte[] frame)
    {
        WireError error = new AttestationRefusalFrame().Read(frame, 0, frame.Length);
        DownlinkOutcome outcome = exchange.OnRefusal(
            frame, frame.Length, out int retryAfterS, out bool isSigned, out AttestationOutcome why);
        return outcome != DownlinkOutcome.Accepted
            ? Text(outcome, error)
            : $"{(isSigned ? "signed" : "unsigned")} {why}, back-off {retryAfterS} s";
    }

    internal string OnGenuineChallenge()
    {
        byte[] challenge = Service.Challenge(Hello);
        DownlinkOutcome outcome = exchange.OnChallenge(challenge, challenge.Length, evidence, out int length);
        if (outcome == DownlinkOutcome.Accepted)
            Session = Service.Judge(Hello, challenge, evidence[..length], chip.PublicKey);
        return outcome.ToString();
    }

    internal string OnGenuineResult() => OnResult(Session.Result(NextSession, 3_600));

    internal string OnGenuineRefusal() =>
        OnRefusal(Service.Refusal(Hello, (byte)AttestationOutcome.Revoked, 60, isSigned: true))
        == "signed Revoked, back-off 60 s" ? "Accepted" : "not taken";

    internal string OnNextExchange() => OnWholeExchange(NextSession);

    /// <summary>What the hostile frame does, and whether the genuine one is taken then.</summary>
    internal string Observe(Func<string> hostile, Func<string> genuine)
    {
        Changes before = State();
        string seen = hostile();
        seen += State().Since(before);
        Service.Usage = ServiceCertificate.UsageAttestation;
        Service.CertificateVersion = 7;
        Service.NamedKey = null;
        Service.Certifier = null;
        Service.Signer = null;
        string then = genuine();
        return then == "Accepted" ? seen : $"{seen}; then {then}";
    }

    private static string Text(DownlinkOutcome outcome, WireError error) =>
        error == WireError.None ? outcome.ToString() : $"{outcome} by {error}";

    private string OnWholeExchange(uint session)
    {
        SendHello();
        string answered = OnGenuineChallenge();
        return answered == "Accepted" ? OnResult(Session.Result(session, 3_600)) : answered;
    }


    private Changes State() => new(
        ("session", $"{exchange.Session?.Id}"),
        ("keys", Convert.ToHexString(exchange.Session?.DownKey ?? [])),
        ("what is outstanding", $"{exchange.IsOutstanding}"),
        ("flash", string.Join(' ', store.All.Select(Convert.ToHexString))),
        ("identifier key", $"{exchange.Secrets.EidKeyRevision}"),
        ("pseudonym keys", $"{exchange.Secrets.PseudonymKeyCount}"),
        ("time", $"{clock.UtcEpochMs}"));
}
