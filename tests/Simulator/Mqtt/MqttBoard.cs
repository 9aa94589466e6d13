using System.Threading.Channels;
using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator.Mqtt;

/// <summary>
/// A board with a client, of MQTT unless it is said otherwise, that does what a script says, in a world whose time
/// stands still until the test moves it. So real connections take what time they need and no time limit runs out
/// meanwhile.
/// </summary>
internal sealed class MqttBoard : IDisposable
{
    /// <summary>Ends a test that waits for what never comes; nothing is measured by it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly string[] Events = ["received", "published", "subscribed", "unsubscribed", "closed"];

    private readonly string _folder = Directory.CreateTempSubdirectory("lumenlink-mqtt-").FullName;
    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();
    private readonly Channel<string> _did = Channel.CreateUnbounded<string>();
    private readonly CancellationTokenSource _stop = new();
    private readonly HandTime _wall = new();
    private readonly Task _scheduling;

    public MqttBoard(double speed = 1, string program = "MqttProgram")
    {
        World = SimWorld.Paced(speed, TestWorld.UtcEpochMs, 1, _wall);
        Board = new SimBoard(World, new SimBoardOptions
        {
            Name = "mqtt",
            FlashFolder = Path.Combine(_folder, "flash"),
            OnConsoleLine = line => (IsEvent(line) ? _told : _did).Writer.TryWrite(line),
        });
        Main = new MainBoard(Board, TestWorld.Image, "HelloDevice." + program);
        FleetScheduler scheduler = new(World);
        _scheduling = Task.Factory.StartNew(
            () => scheduler.Run(_stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }

    public SimWorld World { get; }

    public SimBoard Board { get; }

    public MainBoard Main { get; }

    /// <summary>Writes the script that a board does when it gets power.</summary>
    public static void Write(SimBoard board, params string[] script) =>
        File.WriteAllText(Path.Combine(board.Flash.Folder, "script"), string.Join('\n', script));

    /// <summary>Gives it power; it joins the network, makes a client for a port of this machine, and goes on.</summary>
    public async Task Start(int port, params string[] script)
    {
        Write(Board, ["join", $"client 127.0.0.1 {port}", .. script]);
        Main.PowerOn();
        Advance(2000 / World.Speed);
        await Did("join", "client");
    }

    /// <summary>Gives it power; it joins the network and goes on.</summary>
    public async Task Join(params string[] script)
    {
        Write(Board, ["join", .. script]);
        Main.PowerOn();
        Advance(2000 / World.Speed);
        await Did("join");
    }

    /// <summary>The next things that the script's lines say.</summary>
    public Task Did(params string[] lines) => Next(_did, lines);

    /// <summary>The next events that the client tells of.</summary>
    public Task Told(params string[] lines) => Next(_told, lines);

    /// <summary>Whether all events were asked for.</summary>
    public bool IsSilent => _told.Reader.Count == 0;

    /// <summary>Goes on by a wall time, at whose end something must be due.</summary>
    public void Advance(double wallMs) => _wall.AdvanceBy(TimeSpan.FromMilliseconds(wallMs), Patience);

    /// <summary>Its main thread has ended; only after the power went.</summary>
    public Task Ended() => Main.MainEnded.WaitAsync(Patience);

    public void Dispose()
    {
        Main.PowerOff();
        _stop.Cancel();
        _scheduling.Wait();
        World.Dispose();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static bool IsEvent(string line) => Events.Contains(line.Split(' ')[0]);

    private static async Task Next(Channel<string> lines, string[] expected)
    {
        foreach (string line in expected)
            Assert.Equal(line, await lines.Reader.ReadAsync().AsTask().WaitAsync(Patience));
    }
}
