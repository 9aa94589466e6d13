using System.Diagnostics;

namespace LumenLink.Chaos.Servers;

/// <summary>What a process is started with.</summary>
/// <param name="Name">In messages, and of its log.</param>
/// <param name="Program">Program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="LogFile">Takes what it says; it is added to.</param>
internal sealed record ServerCommand(string Name, string Program, IReadOnlyList<string> Arguments, string LogFile)
{
    /// <summary>Variables beside ours.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whose process; null: ours.</summary>
    public string? User { get; init; }

    /// <summary>Called with each line that it says.</summary>
    public Action<string> OnLine { get; init; } = _ => { };
}

/// <summary>
/// A process that is killed, frozen and thawed with all that descend from it, and ends with this program whatever ends
/// that.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int SaidLines = 30;

    private readonly Process _process;
    private readonly ServerCommand _command;
    private readonly StreamWriter _log;
    private readonly Lock _gate = new();
    private readonly Queue<string> _said = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string? _readyPart;
    private readonly Task _reading;
    private volatile bool _isMeantToEnd;

    private ServerProcess(ServerCommand command, string? readyPart)
    {
        _command = command;
        _readyPart = readyPart;
        ProcessStartInfo start = new(command.Program, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (string name in start.Environment.Keys.Where(IsOurs).ToList()) start.Environment.Remove(name);
        foreach ((string name, string value) in command.Environment) start.Environment[name] = value;
        _log = new StreamWriter(command.LogFile, append: true) { AutoFlush = true };
        _process = Spawner.Start(start, command.User);
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
        Ended = EndAsync();
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Completed with its exit code when it is over.</summary>
    public Task<int> Ended { get; }

    /// <summary>Whether it ended though nobody had it end.</summary>
    public bool DiedByItself => Ended.IsCompleted && !_isMeantToEnd;

    /// <summary>Its last lines.</summary>
    public string Said
    {
        get
        {
            lock (_gate) return string.Join('\n', _said);
        }
    }

    /// <summary>Starts it and waits for a line.</summary>
    /// <param name="command">What to start.</param>
    /// <param name="readyPart">What the line has in it that says that it is ready.</param>
    /// <param name="within">How long that may take.</param>
    /// <returns>The process, and that line.</returns>
    /// <exception cref="ChaosException">It ended before, or did not say so in time.</exception>
    public static async Task<(ServerProcess Process, string Line)> StartAsync(
        ServerCommand command, string readyPart, TimeSpan within)
    {
        ServerProcess process = new(command, readyPart);
        try
        {
            await Task.WhenAny(process._ready.Task, process.Ended).WaitAsync(within);
        }
        catch (TimeoutException)
        {
            // Told below.
        }

        if (process._ready.Task.IsCompleted) return (process, await process._ready.Task);
        string how = process.Ended.IsCompleted ? $"ended with {await process.Ended}" : $"is not ready in {within}";
        await process.DisposeAsync();
        throw new ChaosException($"{command.Name} {how}: {command.LogFile}\n{process.Said}");
    }

    /// <summary>Runs a program to its end; its exit code and its last lines.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(ServerCommand command)
    {
        await using ServerProcess process = new(command, null) { _isMeantToEnd = true };
        int exitCode = await process.Ended;
        return (exitCode, process.Said);
    }

    /// <summary>Runs a program to a good end.</summary>
    /// <exception cref="ChaosException">It failed; its last lines.</exception>
    public static async Task RunWellAsync(ServerCommand command)
    {
        (int exitCode, string said) = await RunAsync(command);
        if (exitCode != 0) throw new ChaosException($"{command.Name} ended with {exitCode}\n{said}");
    }

    /// <summary>kill -9 of it and all that descend from it, all at one moment; waits until all are gone.</summary>
    public async Task KillAsync()
    {
        _isMeantToEnd = true;
        IReadOnlyList<int> tree = Freeze();
        foreach (int pid in tree) ProcessSignals.Send(pid, ProcessSignals.Kill);
        await Ended;

        // There is no event for the end of a process that is not our child.
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(10));
        while (tree.Any(ProcessSignals.IsAlive)) await look.WaitForNextTickAsync();
    }

    /// <summary>SIGSTOP to it and all that descend from it.</summary>
    /// <returns>Their ids.</returns>
    public IReadOnlyList<int> Freeze()
    {
        if (Ended.IsCompleted) return [];
        ProcessSignals.Send(Id, ProcessSignals.Stop); // the parent first: it makes no more children
        IReadOnlyList<int> tree = ProcessSignals.TreeOf(Id);
        foreach (int pid in tree) ProcessSignals.Send(pid, ProcessSignals.Stop);
        return tree;
    }

    /// <summary>SIGCONT to all of them.</summary>
    public void Thaw()
    {
        if (Ended.IsCompleted) return;
        foreach (int pid in ProcessSignals.TreeOf(Id)) ProcessSignals.Send(pid, ProcessSignals.Continue);
    }

    /// <summary>Closes its standard input, which asks a supervised program to end, and waits for that.</summary>
    /// <returns>Its exit code; null if it did not end in time.</returns>
    public async Task<int?> StopAsync(TimeSpan within)
    {
        _isMeantToEnd = true;
        try
        {
            await _process.StandardInput.WriteLineAsync("stop");
            _process.StandardInput.Close();
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // It has ended already.
        }

        try
        {
            return await Ended.WaitAsync(within);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Kills it if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _log.DisposeAsync();
        _process.Dispose();
    }

    /// <summary>The developer's own settings are not for what is started here.</summary>
    private static bool IsOurs(string name) =>
        name.StartsWith("LUMENLINK_", StringComparison.Ordinal) || name is "DATABASE_URL" or "REDIS_URL";

    private async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync();
        int exitCode = _process.ExitCode;
        await _reading;
        return exitCode;
    }

    private async Task ReadAsync(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (_gate)
            {
                _said.Enqueue(line);
                if (_said.Count > SaidLines) _said.Dequeue();
                _log.WriteLine(line);
            }

            _command.OnLine(line);
            if (_readyPart is not null && line.Contains(_readyPart, StringComparison.Ordinal))
                _ready.TrySetResult(line);
        }
    }
}
