using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Registry;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>
/// What the attacker does of his own accord: frames of his own, posts, exchanges and connections in boards' names.
/// </summary>
/// <param name="world">Whose service it is.</param>
/// <param name="options">What keys he is given.</param>
/// <param name="broker">Knows what passed, and carries frames.</param>
internal sealed class HostileInitiative(UplinkWorld world, HostileOptions options, HostileBroker broker) : IDisposable
{
    /// <summary>More than the bad tags that end a session.</summary>
    private const int Burst = 40;

    /// <summary>Longest that he talks a board into waiting, seconds: it shall do something to be attacked.</summary>
    private const int RefusedForS = 60;

    /// <summary>Evidence follows when a Hello of his own is answered.</summary>
    private static readonly FrameType[] Up = [FrameType.Hello, FrameType.Records, FrameType.CommandAck];

    private static readonly FrameType[] Down =
    [
        FrameType.Challenge, FrameType.AttestationResult, FrameType.AttestationRefusal, FrameType.Receipt,
        FrameType.Config, FrameType.Command,
    ];

    private readonly HostilePosts _posts = new(world.Service.Http.BaseAddress!, broker.Transcript);
    private readonly StolenKeys _stolen = new(world, options.Weakness);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, byte[]> _ownHellos = [];

    /// <summary>Uses a board's last token up for a session of his own.</summary>
    public Task StealAsync(Victim board) => _posts.OpenAsync(board, board.Token!);

    /// <summary>Something against a board, of his own accord.</summary>
    public async Task StrikeAsync(Victim board, Random random)
    {
        switch (random.Next(12))
        {
            case 0 or 1 or 2:
                await ForgeAsync(board, isUp: true, random);
                break;
            case 3 or 4 or 5:
                await ForgeAsync(board, isUp: false, random);
                break;
            case 6:
                broker.Counts.Add(isUp: true, Trick.Replayed);
                await broker.SendUpAsync(board, broker.Any(random));
                break;
            case 7:
                broker.Counts.Add(isUp: false, Trick.Replayed);
                await broker.SendDownAsync(board, broker.Any(random));
                break;
            case 8 when random.Next(4) == 0 && board.Session != 0:
                for (int i = 0; i < Burst; i++)
                {
                    await broker.SendUpAsync(
                        board, Forger.Records(board.Session, board.Boot, (uint)random.Next(1, 200), 1));
                }

                broker.Counts.Add(isUp: true, Trick.Forged, FrameType.Records);
                break;
            case 9 when board.Hello is { } hello:
                await AttestAsync(board, hello, random);
                break;
            case 10 when broker.Old(FrameType.Evidence, random) is { } evidence:
                broker.Counts.Add(isUp: true, Trick.Attested);
                await _posts.AttestAsync(FramePost.AttestPath, random.Next(2) == 0
                    ? evidence : HostileTalk.Flipped(evidence, random));
                break;
            default:
                await PostAsync(board, random);
                break;
        }
    }

    /// <summary>Answers the service's Challenge if it is for a Hello of his own; else false.</summary>
    public async Task<bool> AnswersAsync(Victim board, byte[] frame)
    {
        byte[]? hello;
        lock (_lock)
        {
            if ((FrameType)frame[1] != FrameType.Challenge || frame.Length < 22
                || !_ownHellos.Remove(Convert.ToHexString(frame.AsSpan(6, 16)), out hello))
                return false;
        }

        broker.Counts.Add(isUp: true, Trick.Forged, FrameType.Evidence);
        await broker.SendUpAsync(board, broker.Forger.Evidence(hello, frame, board.Boot, _stolen.IdentityOf(board.Id)));
        return true;
    }

    /// <summary>Gives a board a session of his own, if its Evidence is for a Challenge of his; else false.</summary>
    public async Task<bool> TakesOverAsync(Victim board, byte[] frame)
    {
        if ((FrameType)frame[1] != FrameType.Evidence || broker.Forger.KeysWith(frame) is not { } keys)
            return false;
        uint session = BitConverter.ToUInt32(keys) | 1;
        _stolen.Add(board.Id, session, keys);
        broker.Counts.Add(isUp: false, Trick.TakenOver);
        await broker.SendDownAsync(board, Forger.Result(session, StolenKeys.DownKeyIn(keys)));
        return true;
    }

    /// <summary>Connects to the service as a board, with the CONNECT that it wanted to send, and talks.</summary>
    public async Task HijackAsync(Victim board, byte[] connect, Random random)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        using TcpClient service = new();
        int port = world.Service.Get<EmbeddedBroker>().Port;
        await service.ConnectAsync(IPAddress.Loopback, port, patience.Token);
        service.NoDelay = true;
        NetworkStream stream = service.GetStream();
        await stream.WriteAsync(connect, patience.Token);
        byte[]? answer = await MqttWire.ReadAsync(stream, patience.Token);
        if (answer is null || answer[^1] != 0)
            return;
        List<byte[]> packets = [MqttWire.SubscribeTo(MqttTopics.Down(board.IdText), 1)];
        for (int i = random.Next(2, 6); i > 0; i--)
            packets.Add(MqttWire.MessageTo(MqttTopics.Up(board.IdText), broker.Any(random), 0));
        if (await MakeAsync(board, Up[random.Next(Up.Length)], random) is { } forged)
            packets.Add(MqttWire.MessageTo(MqttTopics.ConnectionUp, forged, 0));
        packets.Add(MqttWire.Ping);
        foreach (byte[] packet in packets)
            await stream.WriteAsync(packet, patience.Token);
        for (bool isAnswered = false; !isAnswered;)
        {
            byte[]? packet = await MqttWire.ReadAsync(stream, patience.Token);
            if (packet is null)
                return;
            broker.Transcript.Add(packet);
            isAnswered = MqttWire.TypeOf(packet) == MqttWire.PingResponse;
        }
    }

    /// <summary>Sends a frame that he made, of a type that chance decides.</summary>
    public Task ForgeAsync(Victim board, bool isUp, Random random) => ForgeAsync(
        board, isUp, isUp ? Up[random.Next(Up.Length)] : Down[random.Next(Down.Length)], random);

    /// <summary>Sends a frame of a type that he made.</summary>
    public async Task ForgeAsync(Victim board, bool isUp, FrameType type, Random random)
    {
        if (await MakeAsync(board, type, random) is not { } frame)
            return;
        broker.Counts.Add(isUp, Trick.Forged, type);
        await (isUp ? broker.SendUpAsync(board, frame) : broker.SendDownAsync(board, frame));
    }

    public void Dispose() => _posts.Dispose();

    /// <summary>A frame of a type; null while he does not know enough, or when it goes by another way.</summary>
    private async Task<byte[]?> MakeAsync(Victim board, FrameType type, Random random)
    {
        byte[]? hello = board.Hello;
        uint session = Math.Max(1, board.Session);
        if (hello is null)
            return null;
        bool coin = random.Next(2) == 0;
        return type switch
        {
            FrameType.Hello => OwnHello(hello[22..54], isWhole: coin),
            FrameType.Records => Forger.Records(session, board.Boot, (uint)random.Next(1, 200), random.Next(1, 5)),
            FrameType.CommandAck => Forger.Ack(session, (uint)random.Next(1, 5)),
            FrameType.Challenge => broker.Forger.Challenge(hello, coin ? board.Challenge : null),
            FrameType.AttestationResult => Forger.Result(session + 1),
            FrameType.AttestationRefusal => broker.Forger.Refusal(
                hello, Forger.Outcomes[random.Next(Forger.Outcomes.Length)], (uint)random.Next(RefusedForS),
                isSigned: coin),
            FrameType.Receipt => Forger.Receipt(session, board.Boot, await _stolen.DownKeyAsync(board.Id, session)),
            FrameType.Config => broker.Forger.Config(
                session, hello[22..(22 + BeaconId.ByteCount)], await _stolen.DownKeyAsync(board.Id, session)),
            _ => Forger.Command(
                session, coin ? BeaconCommand.Reboot : BeaconCommand.SendDiagnostics,
                await _stolen.DownKeyAsync(board.Id, session)),
        };
    }

    /// <summary>A Hello of his own in a board's name; with its whole key hash, or with as much as its id has.</summary>
    private byte[] OwnHello(byte[] keyHash, bool isWhole)
    {
        byte[] hash = [.. keyHash];
        if (!isWhole)
            RandomNumberGenerator.Fill(hash.AsSpan(BeaconId.ByteCount));
        byte[] hello = Forger.Hello(hash);
        lock (_lock)
            _ownHellos[Convert.ToHexString(hello.AsSpan(6, 16))] = hello;
        return hello;
    }

    /// <summary>Attests in a board's name, without a token, signed by what he has.</summary>
    private async Task AttestAsync(Victim board, byte[] hello, Random random)
    {
        broker.Counts.Add(isUp: true, Trick.Attested);
        byte[] own = random.Next(3) == 0 ? hello : OwnHello(hello[22..54], isWhole: random.Next(2) == 0);
        byte[] challenge = await _posts.AttestAsync(FramePost.ChallengePath, own);
        if (challenge.Length == 0 || (FrameType)challenge[1] != FrameType.Challenge)
            return;
        byte[] evidence = broker.Forger.Evidence(own, challenge, board.Boot, _stolen.IdentityOf(board.Id));
        await _posts.AttestAsync(FramePost.AttestPath, evidence);
    }

    /// <summary>Posts old frames and own ones as a board, if he has stolen a token of it.</summary>
    private async Task PostAsync(Victim board, Random random)
    {
        if (board.Post is null)
            return;
        broker.Counts.Add(isUp: true, Trick.Posted);
        List<byte[]> frames = [broker.Any(random), broker.Any(random)];
        if (await MakeAsync(board, Up[random.Next(Up.Length)], random) is { } forged)
            frames.Add(forged);
        foreach (byte[] down in await _posts.PostAsync(board, [.. frames]))
        {
            if (!await AnswersAsync(board, down))
                await broker.SendDownAsync(board, down);
        }
    }
}
