using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>
/// An attacker with the power of who runs the brokers: he reads all that passes, and passes on what he likes, when and
/// to whom he likes, altered or made by himself; with boards' tokens he talks to the service by every door. His random
/// numbers decide, each connection's for itself. Once he is quiet he passes everything on.
/// </summary>
internal sealed class HostileBroker : IDisposable
{
    /// <summary>Frames that he remembers for later.</summary>
    private const int RememberedFrames = 4000;

    /// <summary>Longest delay of a frame, seconds: most of what a challenge is good for.</summary>
    private const int LongestDelayS = 100;

    private readonly UplinkWorld _world;
    private readonly HostileOptions _options;
    private readonly Lock _lock = new();
    private readonly Dictionary<BeaconId, Victim> _victims = [];
    private readonly List<Captured> _captured = [];
    private readonly List<Captured> _genuine = [];
    private readonly Random _remembers;
    private readonly Random _own;
    private readonly HostileInitiative _initiative;
    private int _connections;

    public HostileBroker(UplinkWorld world, HostileOptions options)
    {
        _world = world;
        _options = options;
        _remembers = new Random(Seed(0));
        _own = new Random(Seed(1));
        Forger = new Forger(world.Time.GetUtcNow(), StolenKeys.ServiceKeyOf(world, options.Weakness));
        _initiative = new HostileInitiative(world, options, this);
    }

    /// <summary>All that he saw.</summary>
    public Transcript Transcript { get; } = new();

    /// <summary>What he did.</summary>
    public HostileCounts Counts { get; } = new();

    /// <summary>What he makes frames with.</summary>
    public Forger Forger { get; }

    /// <summary>He passes everything on and does nothing of his own accord.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>What went wrong with himself; empty when nothing did.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Every frame as a board sent it or the service gave it, before he had it.</summary>
    public IReadOnlyList<Captured> Genuine
    {
        get
        {
            lock (_lock)
                return [.. _genuine];
        }
    }

    /// <summary>Stands in a new connection.</summary>
    public ITalk Between(BrokerTalk talk) => new HostileTalk(this, talk);

    /// <summary>Somebody connects.</summary>
    /// <returns>Who, and random numbers for either direction.</returns>
    public (Victim Board, Random Up, Random Down) OnConnect(byte[] packet)
    {
        (string client, int at) = MqttWire.ConnectOf(packet);
        Assert.True(BeaconId.TryParse(client, out BeaconId id));
        lock (_lock)
        {
            if (!_victims.TryGetValue(id, out Victim? board))
                _victims.Add(id, board = new Victim(id));
            ConnectionToken token = new();
            board.Token = Encoding.ASCII.GetString(packet.AsSpan(at, ConnectionToken.TextLength));
            Assert.Equal(WireError.None, token.ReadText(board.Token));
            board.Boot = token.Boot;
            board.Connect = packet;
            int number = 2 * ++_connections;
            return (board, new Random(Seed(number)), new Random(Seed(number + 1)));
        }
    }

    /// <summary>What becomes of a board's CONNECT.</summary>
    /// <returns>What goes to the service.</returns>
    public async Task<byte[]> ConnectAsync(Victim board, byte[] packet, Random random)
    {
        int roll = IsQuiet ? 100 : random.Next(100);
        if (roll < 10 && AnotherThan(board, random) is { Token: { } other } && other != board.Token)
        {
            Counts.Add(isUp: true, Trick.TokenSwapped);
            byte[] swapped = [.. packet];
            Encoding.ASCII.GetBytes(other).CopyTo(swapped, MqttWire.ConnectOf(packet).PasswordAt);
            return swapped;
        }

        if (roll is >= 10 and < 22)
        {
            Counts.Add(isUp: true, Trick.TokenStolen);
            await TryAsync(() => _initiative.StealAsync(board));
        }
        else if (roll is >= 22 and < 34)
        {
            Counts.Add(isUp: true, Trick.Hijacked);
            await TryAsync(() => _initiative.HijackAsync(board, packet, random));
        }

        return packet;
    }

    /// <summary>Remembers a frame, and for the checks that it was genuine.</summary>
    public void TakeGenuine(Victim board, byte[] frame, bool isUp)
    {
        Captured captured = new(board.Id, (FrameType)frame[1], isUp, frame);
        lock (_lock)
        {
            board.Learn(captured.Type, frame);
            _genuine.Add(captured);
            if (_captured.Count < RememberedFrames)
                _captured.Add(captured);
            else
                _captured[_remembers.Next(RememberedFrames)] = captured;
        }
    }

    /// <summary>What becomes of a frame.</summary>
    public Trick Draw(Random random, bool isUp)
    {
        Trick trick = (IsQuiet ? 0 : random.Next(100)) switch
        {
            < 58 => Trick.Passed,
            < 65 => Trick.Dropped,
            < 73 => Trick.Delayed,
            < 78 => Trick.Duplicated,
            < 83 => Trick.Reordered,
            < 90 => Trick.BitsFlipped,
            < 93 => Trick.Truncated,
            < 97 => Trick.Spliced,
            _ => Trick.Diverted,
        };
        Counts.Add(isUp, trick);
        return trick;
    }

    /// <summary>A frame that passed earlier; any, whose ever.</summary>
    public byte[] Any(Random random)
    {
        lock (_lock)
            return _captured.Count == 0 ? [] : _captured[random.Next(_captured.Count)].Frame;
    }

    /// <summary>A frame of a type that passed earlier; null while none has.</summary>
    public byte[]? Old(FrameType type, Random random)
    {
        lock (_lock)
        {
            byte[][] old = [.. _captured.Where(one => one.Type == type).Select(one => one.Frame)];
            return old.Length == 0 ? null : old[random.Next(old.Length)];
        }
    }

    /// <summary>Another board, or the same while he knows no other.</summary>
    public Victim AnotherThan(Victim board, Random random)
    {
        lock (_lock)
        {
            Victim[] others = [.. _victims.Values.Where(other => other != board).OrderBy(other => other.Id)];
            return others.Length == 0 ? board : others[random.Next(others.Length)];
        }
    }

    /// <summary>Does something later, unless he is quiet by then; meanwhile the world's clock stands still.</summary>
    public void Later(Random random, Func<Task> act) => At(random.Next(1, LongestDelayS), act);

    /// <summary>Acts of his own accord again and again, until he is quiet.</summary>
    public void Begin() => At(_own.Next(5, 25), async () =>
    {
        if (AnyVictim(_own) is { } board)
            await _initiative.StrikeAsync(board, _own);
        Begin();
    });

    /// <summary>To the service, as a board.</summary>
    public Task SendUpAsync(Victim board, byte[] frame) => TryAsync(() =>
        board.Talk is { IsOver: false } talk ? talk.SendUpAsync(frame) : Task.CompletedTask);

    /// <summary>To a board, as the service.</summary>
    public Task SendDownAsync(Victim board, byte[] frame) => TryAsync(() =>
        board.Talk is { IsOver: false } talk ? talk.SendDownAsync(frame) : Task.CompletedTask);

    /// <summary>The service's Challenge for a Hello that he made: he answers it, and the board sees nothing.</summary>
    public Task<bool> AnswersHimselfAsync(Victim board, byte[] frame) => _initiative.AnswersAsync(board, frame);

    /// <summary>A board's Evidence for a Challenge of his own: he is its service from now on.</summary>
    public Task<bool> TakesOverAsync(Victim board, byte[] frame) => _initiative.TakesOverAsync(board, frame);

    /// <summary>Says to a board that everything is stored.</summary>
    public Task ReceiptAsync(Victim board) => _initiative.ForgeAsync(board, isUp: false, FrameType.Receipt, _remembers);

    /// <summary>Now and then he adds a frame of his own, or an old one.</summary>
    public async Task ImproviseAsync(Random random, bool isUp)
    {
        int roll = IsQuiet ? 100 : random.Next(100);
        if (roll >= 45)
            return;
        Victim board = AnyVictim(random)!;
        if (roll < 20)
        {
            Counts.Add(isUp, Trick.Replayed);
            byte[] old = Any(random);
            await (isUp ? SendUpAsync(board, old) : SendDownAsync(board, old));
        }
        else
        {
            await _initiative.ForgeAsync(board, isUp, random);
        }
    }

    public void Dispose() => _initiative.Dispose();

    private int Seed(int number) => SHA256.HashData([
        .. BitConverter.GetBytes(_options.Seed), .. BitConverter.GetBytes(number)]) is var hash
        ? BitConverter.ToInt32(hash)
        : 0;

    private Victim? AnyVictim(Random random)
    {
        lock (_lock)
        {
            Victim[] all = [.. _victims.Values.OrderBy(victim => victim.Id)];
            return all.Length == 0 ? null : all[random.Next(all.Length)];
        }
    }

    private void At(int seconds, Func<Task> act)
    {
        TimeSpan at = TimeSpan.FromMilliseconds(_world.World.NowMs) + TimeSpan.FromSeconds(seconds);
        _world.At(at, () =>
        {
            if (IsQuiet)
                return;
            IDisposable hold = _world.World.HoldClock();
            _ = Task.Run(async () =>
            {
                using (hold)
                    await TryAsync(act);
            });
        });
    }

    /// <summary>A connection that went meanwhile is no fault.</summary>
    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception error) when (error is IOException or SocketException or ObjectDisposedException
            or OperationCanceledException or InvalidOperationException or HttpRequestException)
        {
            // It went.
        }
        catch (Exception error)
        {
            lock (_lock)
                Faults.Add(error.ToString());
        }
    }
}
