using System.Reflection;

namespace LumenLink.Simulator;

/// <summary>
/// A board that runs <c>Program.Main</c> itself, unchanged, on threads of the operating system. Its waits last as
/// long as
/// the world's speed makes them, and a running <see cref="FleetScheduler"/> ends them.
/// </summary>
public sealed class MainBoard
{
    private readonly Action _main;
    private HostThread? _thread;

    /// <summary>Makes a board, without power.</summary>
    /// <param name="board">The board.</param>
    /// <param name="image">The firmware.</param>
    /// <param name="programType">Full name of the type with <c>public static void Main()</c>.</param>
    /// <exception cref="TypeLoadException">The image has no such type.</exception>
    /// <exception cref="MissingMethodException">The type has no such method.</exception>
    public MainBoard(SimBoard board, DeviceImage image, string programType = "LumenLink.Beacon.Program")
    {
        Board = board;
        MethodInfo main = image.GetType(programType).GetMethod("Main", BindingFlags.Public | BindingFlags.Static, [])
            ?? throw new MissingMethodException(programType, "Main");
        _main = main.CreateDelegate<Action>();
    }

    /// <summary>The board.</summary>
    public SimBoard Board { get; }

    /// <summary>Whether Main has neither returned nor been ended by an exception.</summary>
    public bool IsMainAlive => _thread is { IsAlive: true };

    /// <summary>Done when the Main that was started last has ended.</summary>
    internal Task MainEnded => _thread?.Gone ?? Task.CompletedTask;

    /// <summary>Gives it power: Main starts.</summary>
    /// <exception cref="InvalidOperationException">It has power already.</exception>
    public void PowerOn()
    {
        BoardRun run = Board.PowerOn();
        run.RebootRequested = Reboot;
        HostThread thread = new(run, _main);
        _thread = thread;
        thread.Start();
    }

    /// <summary>Takes the power away: its threads end at their next wait or host call; flash and chips stay.</summary>
    public void PowerOff() => Board.PowerOff();

    private void Reboot(long? delayMs)
    {
        PowerOff();
        if (delayMs is not { } afterMs) return;
        Board.World.Schedule(Board.World.NowMs + afterMs + SimLimits.RebootMs, Board.Ordinal, () =>
        {
            if (!Board.IsPowered) PowerOn();
        });
    }
}
