using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace LumenLink.Tests.Uplink.Broker;

/// <summary>A real process of a test, with its output line by line.</summary>
internal sealed class WatchedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<string> _seen = [];
    private readonly Task _reading;

    private WatchedProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(Read(process.StandardOutput), Read(process.StandardError))
            .ContinueWith(_ => _lines.Writer.TryComplete(), TaskScheduler.Default);
    }

    public string Output
    {
        get
        {
            lock (_seen)
                return string.Join('\n', _seen);
        }
    }

    public static WatchedProcess Start(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("LUMENLINK_")).ToList())
            start.Environment.Remove(name);
        start.Environment.Remove("DATABASE_URL"); // the developer's own database is not for tests
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new WatchedProcess(Process.Start(start)!);
    }

    /// <summary>Runs a program to a good end and returns what it said.</summary>
    public static async Task<string> RunAsync(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using WatchedProcess process = Start(program, arguments, environment);
        int code = await process.ExitAsync();
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {code}\n{process.Output}");
        return process.Output;
    }

    /// <summary>Waits for the next line with this in it; fails with all output when it ends first.</summary>
    public async Task<string> LineAsync(string part)
    {
        using CancellationTokenSource limit = new(Patience);
        try
        {
            await foreach (string line in _lines.Reader.ReadAllAsync(limit.Token))
            {
                if (line.Contains(part, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (OperationCanceledException)
        {
            // Told below.
        }

        Assert.Fail($"no line with '{part}'\n{Output}");
        return "";
    }

    /// <summary>Says a line to it, as a supervisor does that wants its end.</summary>
    public Task SayAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        using CancellationTokenSource limit = new(Patience);
        await _process.WaitForExitAsync(limit.Token);
        await _reading;
        return _process.ExitCode;
    }

    /// <summary>SIGTERM, as an init system sends it.</summary>
    public Task TerminateAsync() => RunAsync("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);

    /// <summary>kill -9, and its end.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _reading;
        _process.Dispose();
    }

    private async Task Read(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (_seen)
                _seen.Add(line);
            _lines.Writer.TryWrite(line);
        }
    }
}
