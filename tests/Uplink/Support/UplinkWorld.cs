using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Trust;
using LumenLink.Simulator;
using LumenLink.Tests.EndToEnd;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LumenLink.Tests.Uplink.Support;

/// <summary>
/// The service and boards in one process and on one virtual time, with three ways between them: brokers A and B, and C
/// over HTTP. All three end in the same service.
/// </summary>
internal sealed class UplinkWorld : IAsyncDisposable
{
    private const long UtcEpochMs = 1_800_000_000_000;
    private const long StepMs = 1000;

    /// <summary>Wall time for an answer, while a fault makes sure that some never come of those that may.</summary>
    private const int ShortPatienceMs = 1500;
    private const int LongPatienceMs = 20_000;

    private static readonly Lazy<DeviceImage> Image = new(() => DeviceImage.Load());

    private readonly string _folder = Directory.CreateTempSubdirectory("lumenlink-uplink-").FullName;
    private readonly FleetScheduler _scheduler;
    private readonly WayAuthority _right;
    private readonly WayAuthority _wrong;
    private readonly List<LyingProxy> _proxies = [];
    private RunningService? _stranger;

    private UplinkWorld(ulong seed)
    {
        World = SimWorld.Virtual(UtcEpochMs, seed);
        _scheduler = new FleetScheduler(World);
        Time = new WorldTime(World, _scheduler);
        _right = new WayAuthority(Time.GetUtcNow());
        _wrong = new WayAuthority(Time.GetUtcNow());
    }

    public SimWorld World { get; }

    public TimeProvider Time { get; }

    public RunningService Service { get; private set; } = null!;

    public TestWay A { get; private set; } = null!;

    public TestWay B { get; private set; } = null!;

    public TestWay C { get; private set; } = null!;

    public IReadOnlyList<TestWay> Ways => [A, B, C];

    public List<UplinkBoard> Boards { get; } = [];

    /// <summary>Who stands between boards and brokers in connections from now on.</summary>
    public Func<BrokerTalk, ITalk> Between { get; set; } = talk => talk;

    public UplinkBoard Board => Boards[0];

    public static Task<UplinkWorld> StartAsync(ulong seed = 1) =>
        StartAsync(seed, [new UplinkBoardMake("board-0", seed)]);

    public static async Task<UplinkWorld> StartAsync(
        ulong seed, IReadOnlyList<UplinkBoardMake> boards, Func<TrustMaterial, TrustMaterial>? trust = null,
        Action<IServiceCollection>? replace = null)
    {
        UplinkWorld world = new(seed);
        world.Service = await RunningService.StartAsync(world.Time, trust: trust, replace: replace);
        world._stranger = await RunningService.StartAsync(world.Time);
        world.A = world.BrokerWay();
        world.B = world.BrokerWay();
        world.C = new TestWay(
            world.World, isBroker: false, world._right, world._wrong, _ => world.Service.Http.BaseAddress!.Port);
        foreach (UplinkBoardMake make in boards)
            await world.AddBoard(make).EnrolAsync(world.Service);
        return world;
    }

    /// <summary>A board that is not enrolled yet.</summary>
    public UplinkBoard AddBoard(UplinkBoardMake make)
    {
        string configuration = FormattableString.Invariant(
            $"""
            transports=mqtts://{TestWay.Name}:{A.Port},mqtts://127.0.0.1:{B.Port},https://127.0.0.1:{C.Port}
            audience=lumenlink-dev
            wifi_ssid=lumenlink-sim
            wifi_password=simulated
            root_key_1={Convert.ToHexStringLower(Service.Operator.RootPublicKey)}
            privacy=raw
            hardware_model=65535
            region=north

            """);
        UplinkBoard board = new(World, Image.Value, _folder, make, _right.Bundle, configuration);
        board.Board.Network.OnConnect = (_, port) => Ways.Single(way => way.Port == port).Fate;
        board.Board.Network.MayAnswer = (_, port) => Ways.Single(way => way.Port == port).MayAnswer;
        board.Board.Network.OnResolve = _ => A.Fault != WayFault.NameUnknown;
        Boards.Add(board);
        return board;
    }

    /// <summary>Gives ways a fault each, as of now.</summary>
    public void Set(WayFault a, WayFault b, WayFault c = WayFault.None)
    {
        A.Set(a);
        B.Set(b);
        C.Set(c);
        _proxies[0].IsLying = a == WayFault.Lying;
        _proxies[1].IsLying = b == WayFault.Lying;
        World.AnswerPatienceMs = a == WayFault.UpwardLost ? ShortPatienceMs : LongPatienceMs;
    }

    /// <summary>Something happens to the world at a time.</summary>
    public void At(TimeSpan time, Action action) => _scheduler.At((long)time.TotalMilliseconds, action);

    /// <summary>Stops the service as its process does; every board that hears it has noticed on return.</summary>
    public void StopService()
    {
        // A post that a silent network holds up would keep it from stopping.
        C.Cut();
        Task noticed = Task.WhenAll(A.WhenHeardAreOver(), B.WhenHeardAreOver());
        Wait(Service.StopAsync);
        Wait(() => noticed);
        Lead(toService: false);
    }

    /// <summary>Starts it again, with nothing but what the store has.</summary>
    public void StartService()
    {
        Wait(Service.StartAgainAsync);
        Lead(toService: true);
    }

    /// <summary>Lets board time pass.</summary>
    public void Run(TimeSpan time) => _scheduler.RunUntil(World.NowMs + (long)time.TotalMilliseconds);

    /// <summary>Lets board time pass until something holds.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan RunUntil(Func<bool> holds, TimeSpan bound, string what)
    {
        long startMs = World.NowMs;
        while (!holds())
        {
            TimeSpan passed = TimeSpan.FromMilliseconds(World.NowMs - startMs);
            Assert.True(passed < bound, $"not within {bound}: {what}\n{Describe()}");
            _scheduler.RunUntil(World.NowMs + StepMs);
        }

        return TimeSpan.FromMilliseconds(World.NowMs - startMs);
    }

    /// <summary>Lets board time pass until a record of the first board is stored that came by a way.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan RunUntilStoredBy(TestWay way, TimeSpan bound)
    {
        long[] up = [.. Ways.Select(one => one.BytesUp)];
        long settled = Board.Counter("RecordsSettled");
        return RunUntil(IsStored, bound, $"records by {NameOf(way)}");

        bool IsStored()
        {
            // In so short a time the receipt came by the only way on which something went up.
            IEnumerable<TestWay> used = Ways.Where((one, index) => one.BytesUp > up[index]);
            long before = settled;
            settled = Board.Counter("RecordsSettled");
            bool isStored = settled > before && used.SequenceEqual([way]);
            up = [.. Ways.Select(one => one.BytesUp)];
            return isStored;
        }
    }

    /// <summary>Records of a board that the service has stored.</summary>
    public Task<long> StoredAsync(UplinkBoard board) =>
        Service.Database.CountAsync($"frames WHERE refused = 0 AND beacon_id = {unchecked((long)board.Id.Value)}");

    /// <summary>What the boards and the ways say, for a test that fails.</summary>
    public string Describe()
    {
        IEnumerable<string> boards = Boards.Select(board =>
            $"{board.Name}: {string.Join(", ", board.Driven.ReadCounters().Where(counter => counter.Value != 0))}\n"
            + string.Join('\n', board.Board.Console.Lines.TakeLast(30)));
        string ways = string.Join(
            ", ", Ways.Select(way =>
                $"{NameOf(way)} {way.Fault} accepted {way.Accepted} up {way.BytesUp} B"));
        return $"at {World.NowMs} ms; {ways}\n{string.Join('\n', boards)}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (UplinkBoard board in Boards)
            board.Driven.PowerOff();
        foreach (TestWay way in Ways)
            await way.DisposeAsync();
        foreach (LyingProxy proxy in _proxies)
            await proxy.DisposeAsync();
        await Service.DisposeAsync();
        await _stranger!.DisposeAsync();
        _right.Dispose();
        _wrong.Dispose();
        World.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Lead(bool toService)
    {
        foreach (TestWay way in Ways)
            way.Lead(toService);
    }

    private static void Wait(Func<Task> work) => Task.Run(work).GetAwaiter().GetResult();

    private string NameOf(TestWay way) => way == A ? "A" : way == B ? "B" : "C";

    private TestWay BrokerWay()
    {
        int BrokerPort(RunningService service) => service.Get<EmbeddedBroker>().Port;
        LyingProxy proxy = new(BrokerPort(Service));
        _proxies.Add(proxy);
        return new TestWay(
            World, isBroker: true, _right, _wrong,
            fault => fault == WayFault.NotAuthorized ? BrokerPort(_stranger!) : proxy.Port, talk => Between(talk));
    }
}
