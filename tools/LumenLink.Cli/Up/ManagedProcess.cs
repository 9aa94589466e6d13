using System.Diagnostics;
using System.Globalization;

namespace LumenLink.Cli.Up;

/// <summary>
/// A child process with a pid file, a log, and standard input held open: it stops by
/// itself when that closes, so that it never outlives this process, whatever ends that.
/// </summary>
internal sealed class ManagedProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);

    private readonly Process process;
    private readonly string pidFile;
    private readonly StreamWriter log;
    private readonly Task reading;

    private ManagedProcess(Process process, string pidFile, StreamWriter log, Action<string> onLine)
    {
        this.process = process;
        this.pidFile = pidFile;
        this.log = log;
        reading = Task.WhenAll(Read(process.StandardOutput, onLine), Read(process.StandardError, _ => { }));
    }

    public int Id => process.Id;

    /// <summary>Starts <c>dotnet program arguments</c>.</summary>
    /// <param name="program">Path of the program's dll.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="pidFile">Where its process id is written; removed when it ends.</param>
    /// <param name="logFile">Takes what it prints.</param>
    /// <param name="onLine">Called with each line of its standard output.</param>
    public static ManagedProcess Start(
        string program, IEnumerable<string> arguments, string pidFile, string logFile, Action<string> onLine)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && IsDotnet(host) ? host : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(program);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        File.WriteAllText(pidFile, process.Id.ToString(CultureInfo.InvariantCulture) + "\n");
        var log = new StreamWriter(logFile, append: true) { AutoFlush = true };
        return new ManagedProcess(process, pidFile, log, onLine);
    }

    /// <summary>Asks it to finish its work and end.</summary>
    public void RequestStop()
    {
        try
        {
            process.StandardInput.WriteLine("stop");
            process.StandardInput.Close();
        }
        catch (Exception error) when (error is IOException or InvalidOperationException or ObjectDisposedException)
        {
            // It has ended already: the caller sees that by WaitAsync.
        }
    }

    /// <summary>Waits for its end; its exit code (128 + n when signal n ended it).</summary>
    public async Task<int> WaitAsync(CancellationToken cancellationToken = default)
    {
        await process.WaitForExitAsync(cancellationToken);
        await reading;
        return process.ExitCode;
    }

    /// <summary>Stops it: asks, waits boundedly, then kills.</summary>
    public async ValueTask DisposeAsync()
    {
        RequestStop();
        using var timeout = new CancellationTokenSource(StopTimeout);
        try
        {
            await WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await WaitAsync();
        }

        File.Delete(pidFile);
        await log.DisposeAsync();
        process.Dispose();
    }

    private static bool IsDotnet(string path) => Path.GetFileNameWithoutExtension(path) == "dotnet";

    private async Task Read(StreamReader from, Action<string> onLine)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (log)
                log.WriteLine(line);
            onLine(line);
        }
    }
}
