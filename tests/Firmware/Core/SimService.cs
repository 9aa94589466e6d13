using System.Security.Cryptography;
using System.Text;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>
/// Broker and service behind the link. Everything that is published is
/// acknowledged, as a broker does; what becomes of it is the test's choice.
/// </summary>
internal sealed class SimService(SimClock clock, SimChip chip) : ILink, IDisposable
{
    private readonly Dictionary<uint, TestSession> sessions = [];
    private readonly Dictionary<uint, uint> sessionBoots = [];
    private readonly Dictionary<uint, uint> settledThrough = [];
    private readonly List<(long AtMs, byte[] Frame)> down = [];
    private byte[] hello = [];
    private byte[] challenge = [];
    private uint nextSession = 100;

    internal SimClock Clock => clock;

    internal TestService Keys { get; } = new();

    internal FrameInbox? Inbox { get; set; }

    internal LinkOutcome NextConnect { get; set; }

    internal List<long> ConnectTimes { get; } = [];

    internal List<string> Passwords { get; } = [];

    /// <summary>Every frame that came up.</summary>
    internal List<(long AtMs, byte[] Frame)> Up { get; } = [];

    /// <summary>Records as stored, by boot and sequence.</summary>
    internal SortedDictionary<(uint Boot, uint Sequence), byte[]> Stored { get; } = [];

    /// <summary>Topic of every frame that came up.</summary>
    internal List<string> Topics { get; } = [];

    internal int Duplicates { get; private set; }

    /// <summary>Receipts say that a frame's connection names its beacon.</summary>
    internal bool GrantsShortTopic { get; set; }

    /// <summary>The broker acknowledges, and nothing arrives.</summary>
    internal bool SwallowsAll { get; set; }

    /// <summary>Frames with records are stored, and no receipt comes back.</summary>
    internal bool SwallowsReceipts { get; set; }

    /// <summary>Not zero: attestation is refused so.</summary>
    internal byte Refuses { get; set; }

    internal bool RefusesUnsigned { get; set; }

    internal uint RetryAfterS { get; set; }

    internal uint LifetimeS { get; set; } = 3_600;

    internal (byte Id, byte[] Secret)[] Secrets { get; set; } = [];

    /// <summary>Makes the receipt of a frame: what comes down instead of the true one; null for the true one.</summary>
    internal Func<TestSession, uint, ReceiptFrame, byte[]>? Receipts { get; set; }

    internal Func<RecordKind, RefusalReason> Judges { get; set; } = _ => RefusalReason.None;

    internal int ReceiptDelayMs { get; set; }

    internal int ResultDelayMs { get; set; }

    public bool IsConnected { get; private set; }

    public TransportKind Kind => TransportKind.Mqtt;

    public bool HasWork => false;

    int ILink.RetryAfterS => 0;

    public void Work()
    {
    }

    internal uint LastSession => nextSession - 1;

    internal long NextMs => down.Count == 0 ? long.MaxValue : down.Min(d => d.AtMs);

    public void Dispose() => Keys.Dispose();

    public LinkOutcome Connect(string clientId, string user, string password)
    {
        ConnectTimes.Add(clock.NowMs);
        Passwords.Add(password);
        Assert.Equal(clientId, user);
        IsConnected = NextConnect == LinkOutcome.Connected;
        return NextConnect;
    }

    public void Disconnect() => IsConnected = false;

    public bool Publish(string topic, byte[] payload, int count)
    {
        if (!IsConnected) return false;
        if (payload[1] == (byte)FrameType.CommandAck && RefusedAcks-- > 0) return false;
        Topics.Add(topic);
        byte[] frame = payload[..count];
        Up.Add((clock.NowMs, frame));
        if (!SwallowsAll) Handle(frame);
        return true;
    }

    /// <summary>Acknowledgements, in order.</summary>
    internal List<ControlAck> Acks { get; } = [];

    /// <summary>Acknowledgements that the link takes none of, from now on.</summary>
    internal int RefusedAcks { get; set; }

    /// <summary>Acknowledgements are lost on their way.</summary>
    internal bool SwallowsAcks { get; set; }

    /// <summary>Seals a frame under the newest session and sends it down.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="body">What follows its header, up to the tag.</param>
    internal void SendSealed(FrameType type, byte[] body) => Send(Sealed(type, body));

    internal byte[] Sealed(FrameType type, byte[] body) => TestSession.Seal(
        sessions[LastSession].DownKey, [1, (byte)type, .. TestService.U32(LastSession), .. body]);

    /// <summary>The keys of a session that was given.</summary>
    internal TestSession SessionOf(uint id) => sessions[id];

    /// <summary>The newest Hello.</summary>
    internal byte[] LastHello => hello;

    /// <summary>What it was answered with.</summary>
    internal byte[] LastChallenge => challenge;

    internal void SendCommand(uint id, BeaconCommand command, ushort argument = 0, long expiresInMs = 3_600_000) =>
        SendSealed(FrameType.Command, TestService.Command(id, (byte)command, argument, expiresInMs));

    internal void SendConfig(uint version, string text) => SendSealed(FrameType.Config, Config(version, text));

    internal byte[] Config(uint version, string text) =>
        Keys.SignedConfig(SHA256.HashData(chip.PublicKey)[..8], version, Encoding.ASCII.GetBytes(text));

    internal void Cut() => IsConnected = false;

    /// <summary>The service restarts without its sessions.</summary>
    internal void ForgetSessions() => sessions.Clear();

    internal void Send(byte[] frame, int delayMs = 0) => down.Add((clock.NowMs + delayMs, frame));

    /// <summary>Callbacks of everything up to now.</summary>
    internal void Deliver()
    {
        foreach ((long atMs, byte[] frame) in down.ToArray())
        {
            if (atMs > clock.NowMs) continue;
            down.Remove((atMs, frame));
            if (IsConnected) Inbox!.Put(frame);
        }
    }

    internal int CountUp(FrameType type) => Up.Count(u => u.Frame[1] == (byte)type);

    internal byte[] Receipt(uint sessionId, params ReceiptEntry[] entries) =>
        TestSession.Seal(sessions[sessionId].DownKey, Body(sessionId, GrantsShortTopic, entries));

    internal static byte[] Body(uint sessionId, params ReceiptEntry[] entries) => Body(sessionId, false, entries);

    private static byte[] Body(uint sessionId, bool grantsShortTopic, ReceiptEntry[] entries)
    {
        var receipt = new ReceiptFrame();
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        Assert.True(receipt.Begin(buffer, 0, sessionId));
        foreach (ReceiptEntry entry in entries) Assert.True(receipt.TryAdd(entry));
        receipt.GrantsShortTopic = grantsShortTopic;
        return buffer[..(receipt.Finish() - FrameTag.Size)];
    }

    private void Handle(byte[] frame)
    {
        switch ((FrameType)frame[1])
        {
            case FrameType.Hello:
                hello = frame;
                challenge = Keys.Challenge(hello);
                Send(challenge);
                break;
            case FrameType.Evidence:
                Judge(frame);
                break;
            case FrameType.Records:
                Store(frame);
                break;
            case FrameType.CommandAck:
                TakeAck(frame);
                break;
            default:
                Assert.Fail("No such frame comes up.");
                break;
        }
    }

    private void Judge(byte[] evidence)
    {
        if (Refuses != 0)
        {
            Send(Keys.Refusal(hello, Refuses, RetryAfterS, !RefusesUnsigned));
            return;
        }

        TestSession session = Keys.Judge(hello, challenge, evidence, chip.PublicKey);
        uint id = nextSession++;
        sessions[id] = session;
        var claims = new EvidenceFrame();
        Assert.Equal(WireError.None, claims.Read(evidence, 0, evidence.Length));
        sessionBoots[id] = claims.Boot;
        Send(session.Result(id, LifetimeS, Secrets), ResultDelayMs);
    }

    private void TakeAck(byte[] frame)
    {
        if (SwallowsAcks || !sessions.TryGetValue(ByteReader.U32(frame, 2), out TestSession? session)) return;
        Assert.Equal(WireError.None, FrameSeal.Verify(frame, session.UpKey));
        var ack = new CommandAckFrame();
        Assert.Equal(WireError.None, ack.Read(frame, 0, frame.Length));
        Acks.Add(new ControlAck(ack.Subject, ack.Number, ack.Outcome, ack.Detail.ToText()));
    }

    private void Store(byte[] frame)
    {
        uint sessionId = ByteReader.U32(frame, 2);
        if (!sessions.TryGetValue(sessionId, out TestSession? session)) return;
        Assert.Equal(WireError.None, FrameSeal.Verify(frame, session.UpKey));
        Assert.Equal(
            WireError.None, RecordsFrameReader.Read(frame, out RecordsFrameReader reader, sessionBoots[sessionId]));
        var entries = new List<ReceiptEntry>();
        foreach (RecordGroup group in reader)
        {
            uint through = Math.Max(settledThrough.GetValueOrDefault(group.Boot), group.Floor - 1);
            var refused = new List<(uint Sequence, RefusalReason Reason)>();
            foreach (RecordView record in group)
            {
                RefusalReason reason = Judges(record.Kind);
                if (reason != RefusalReason.None) refused.Add((record.Sequence, reason));
                if (!Stored.TryAdd((group.Boot, record.Sequence), record.Bytes.ToArray())) Duplicates++;
            }

            while (Stored.ContainsKey((group.Boot, through + 1))) through++;
            settledThrough[group.Boot] = through;
            entries.Add(Entry(group.Boot, through, refused));
        }

        if (!SwallowsReceipts)
            Send(
                Receipts is null ? Receipt(sessionId, [.. entries]) : Custom(session, sessionId, entries),
                ReceiptDelayMs);
    }

    private ReceiptEntry Entry(uint boot, uint through, List<(uint Sequence, RefusalReason Reason)> refused)
    {
        var entry = new ReceiptEntry();
        entry.Reset(boot, through);
        foreach ((uint b, uint sequence) in Stored.Keys)
            if (b == boot) entry.TrySettle(sequence);
        foreach ((uint sequence, RefusalReason reason) in refused) entry.TryRefuse(sequence, reason);
        return entry;
    }

    private byte[] Custom(TestSession session, uint sessionId, List<ReceiptEntry> entries)
    {
        var receipt = new ReceiptFrame();
        byte[] frame = [.. Body(sessionId, [.. entries]), .. new byte[FrameTag.Size]];
        Assert.Equal(WireError.None, receipt.Read(frame, 0, frame.Length));
        return Receipts!(session, sessionId, receipt);
    }
}

/// <summary>What a beacon said of a command or a configuration.</summary>
internal sealed record ControlAck(ControlSubject Subject, uint Number, ControlOutcome Outcome, string Detail = "");
