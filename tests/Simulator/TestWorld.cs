using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

/// <summary>A virtual world with one board, for a test.</summary>
internal sealed class TestWorld : IDisposable
{
    /// <summary>Loading takes tens of milliseconds: tests that do not ask for isolation share this one.</summary>
    private static readonly Lazy<DeviceImage> SharedImage = new(() => DeviceImage.Load(deviceAssembly: "HelloDevice"));

    private readonly string _folder = Directory.CreateTempSubdirectory("lumenlink-sim-").FullName;

    public const long UtcEpochMs = 1_800_000_000_000;

    public TestWorld(ulong seed = 1)
    {
        World = SimWorld.Virtual(UtcEpochMs, seed);
        Scheduler = new FleetScheduler(World);
    }

    public static DeviceImage Image => SharedImage.Value;

    public SimWorld World { get; }

    public FleetScheduler Scheduler { get; }

    public SimBoard Board(string name = "board", IRadioSource? radio = null,
        IReadOnlyList<SimAccessPoint>? accessPoints = null, Action<string>? onConsoleLine = null,
        Preemption? preemption = null) =>
        new(World, new SimBoardOptions
        {
            Name = name,
            FlashFolder = Path.Combine(_folder, name),
            Radio = radio,
            AccessPoints = accessPoints ?? [],
            OnConsoleLine = onConsoleLine,
            Preemption = preemption,
            Address = 0x0201_0000_0000 + (ulong)name.Length,
        });

    /// <summary>Runs a program of HelloDevice on a board for some virtual minutes; gives its console.</summary>
    public IReadOnlyList<string> RunMain(SimBoard board, string program, long forMs = 600_000)
    {
        MainBoard main = new(board, Image, "HelloDevice." + program);
        main.PowerOn();
        Scheduler.RunUntil(World.NowMs + forMs);
        return board.Console.Lines;
    }

    public void Dispose()
    {
        World.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
