using System.Text;
using LumenLink.Beacon.Security;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Core;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>A beacon with an emulated chip, and the service that it was provisioned for.</summary>
internal sealed class AttestationRig : IDisposable
{
    private readonly byte[] evidence = new byte[EvidenceFrame.MaxWriteSize];

    internal AttestationRig(byte chipMode = ChipModes.M0, byte[]? root = null, MemoryStore? store = null)
    {
        Board = new Board(chipMode);
        Store = store ?? new MemoryStore();
        var anchors = new TrustAnchors(root ?? Service.RootKey, null, Store);
        Claims = new DeviceClaims(Identity, HardwareModel.Simulator)
        {
            SwName = "lumenlink-beacon",
            SwVersion = "0.1.0",
        };
        byte[] assemblies = Encoding.ASCII.GetBytes("mscorlib 1.17.11.0\n");
        Claims.Measure(assemblies, assemblies.Length);
        Exchange = new AttestationExchange(Board.Driver, new DotNetCrypto(), Board.Clock, anchors, Claims);
    }

    internal TestService Service { get; } = new();

    internal Board Board { get; }

    internal MemoryStore Store { get; }

    internal BeaconIdentity Identity { get; } = new();

    internal DeviceClaims Claims { get; }

    internal AttestationExchange Exchange { get; }

    public void Dispose() => Service.Dispose();

    internal byte[] Hello()
    {
        byte[] buffer = new byte[WireLimits.MaxHelloBytes];
        int length = Exchange.WriteHello(buffer);
        Assert.Equal(58, length);
        return buffer[..length];
    }

    internal DownlinkOutcome Challenge(byte[] challenge, out byte[] answer)
    {
        DownlinkOutcome outcome = Exchange.OnChallenge(challenge, challenge.Length, evidence, out int length);
        answer = evidence[..length];
        return outcome;
    }

    internal DownlinkOutcome Result(byte[] result) => Exchange.OnResult(result, result.Length);

    internal DownlinkOutcome Refusal(
        byte[] refusal, out int retryAfterS, out bool isSigned, out AttestationOutcome why) =>
        Exchange.OnRefusal(refusal, refusal.Length, out retryAfterS, out isSigned, out why);

    /// <summary>Up to the service's verdict.</summary>
    internal TestSession UntilEvidence()
    {
        byte[] hello = Hello();
        byte[] challenge = Service.Challenge(hello);
        Assert.Equal(DownlinkOutcome.Accepted, Challenge(challenge, out byte[] answer));
        return Service.Judge(hello, challenge, answer, Board.PublicKey);
    }

    /// <summary>A whole exchange.</summary>
    internal TestSession Attest(uint sessionId)
    {
        TestSession session = UntilEvidence();
        Assert.Equal(DownlinkOutcome.Accepted, Result(session.Result(sessionId, 3600)));
        return session;
    }
}

/// <summary>Flash that a test can look into.</summary>
internal sealed class MemoryStore : IKeyValueStore
{
    private readonly Dictionary<string, byte[]> values = [];

    internal int Writes { get; private set; }

    internal IReadOnlyCollection<byte[]> All => values.Values;

    public byte[]? Read(string name) => values.GetValueOrDefault(name);

    /// <summary>The flash takes nothing.</summary>
    internal bool RefusesWrites { get; set; }

    /// <summary>The write, counted from 1, at which the power goes; 0 for none.</summary>
    internal int CutAt { get; set; }

    /// <summary>It goes when the value is durable, instead of before.</summary>
    internal bool CutAfter { get; set; }

    public bool Write(string name, byte[] value)
    {
        if (RefusesWrites) return false;
        Writes++;
        bool isCut = Writes == CutAt;
        if (!isCut || CutAfter) values[name] = [.. value];
        return isCut ? throw new PowerCutException() : true;
    }
}
