using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Threading.Channels;

namespace LumenLink.Tests.EndToEnd;

/// <summary>One `lumen up` as a user starts it: a process, its output, its folder, its ports.</summary>
internal sealed partial class UpRun : IAsyncDisposable
{
    private const int SigInt = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process process;
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    private readonly List<string> seen = [];
    private readonly Task reading;

    private UpRun(string folder, int port, Process process)
    {
        Folder = folder;
        Port = port;
        this.process = process;
        reading = Task.WhenAll(Read(process.StandardOutput), Read(process.StandardError))
            .ContinueWith(_ => lines.Writer.Complete(), TaskScheduler.Default);
    }

    public string Folder { get; }

    public int Port { get; }

    public string Json => Path.Combine(Folder, "out.json");

    public Uri Address => new($"http://127.0.0.1:{Port}/");

    public string Output
    {
        get
        {
            lock (seen)
                return string.Join('\n', seen);
        }
    }

    /// <summary>Starts it with ports and a folder of its own.</summary>
    public static UpRun Start(params string[] arguments) => StartAt(FreePorts(), NewFolder(), arguments);

    public static UpRun StartAt(int port, string folder, params string[] arguments) =>
        StartAt(port, folder, new Dictionary<string, string>(), arguments);

    public static string NewFolder() => Directory.CreateTempSubdirectory("lumenlink-e2e-").FullName;

    public static UpRun StartAt(
        int port, string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        string[] all =
        [
            Program("LumenLink.Cli", "lumen"), "up", "--data", folder, "--json", Path.Combine(folder, "out.json"),
            "--port", port.ToString(CultureInfo.InvariantCulture), .. arguments,
        ];
        foreach (string argument in all)
            start.ArgumentList.Add(argument);
        start.Environment.Remove("DATABASE_URL"); // the developer's own database is not for tests
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        return new UpRun(folder, port, Process.Start(start)!);
    }

    /// <summary>Path of a built program, in the configuration that these tests were built in.</summary>
    public static string Program(string project, string name)
    {
        string configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));
        return Path.GetFullPath(
            Path.Combine(AppContext.BaseDirectory, "..", "..", project, configuration, name + ".dll"));
    }

    /// <summary>Waits for a line of output; fails with all output when it ends first.</summary>
    public async Task<string> LineAsync(string part)
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            await foreach (string line in lines.Reader.ReadAllAsync(timeout.Token))
            {
                if (line.Contains(part, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"no line with '{part}' in {Patience}\n{Details()}");
        }

        Assert.Fail($"ended without a line with '{part}'\n{Details()}");
        return "";
    }

    /// <summary>Waits for its end and returns the exit status.</summary>
    public async Task<int> ExitAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"still running after {Patience}\n{Details()}");
        }

        await reading;
        return process.ExitCode;
    }

    /// <summary>Waits for a good end, and reads the report.</summary>
    public async Task<JsonDocument> ReportAsync()
    {
        int status = await ExitAsync();
        Assert.True(status == 0, $"exit status {status}\n{Details()}");
        return JsonDocument.Parse(await File.ReadAllBytesAsync(Json));
    }

    /// <summary>What another command of lumen prints; it must end well.</summary>
    public async Task<string> LumenAsync(params string[] arguments)
    {
        using Process lumen = Process.Start(
            new ProcessStartInfo("dotnet", [Program("LumenLink.Cli", "lumen"), .. arguments])
            {
                RedirectStandardOutput = true,
                WorkingDirectory = Folder,
            })!;
        string output = await lumen.StandardOutput.ReadToEndAsync();
        await lumen.WaitForExitAsync();
        Assert.True(lumen.ExitCode == 0, $"lumen {string.Join(' ', arguments)}: {lumen.ExitCode}\n{Details()}");
        return output;
    }

    /// <summary>Ctrl-C.</summary>
    public void Interrupt() => Interrupt(process);

    /// <summary>Ctrl-C for another process of a test.</summary>
    public static void Interrupt(Process process) => Assert.Equal(0, Kill(process.Id, SigInt));

    /// <summary>kill -9 of the rendezvous service.</summary>
    public void KillService() => Kill("service.pid");

    /// <summary>kill -9 of the simulated fleet.</summary>
    public void KillFleet() => Kill("fleet.pid");

    public string Details()
    {
        string Tail(string name)
        {
            string file = Path.Combine(Folder, name);
            return File.Exists(file) ? $"--- {name}\n{string.Join('\n', File.ReadLines(file).TakeLast(40))}\n" : "";
        }

        return Output + "\n" + Tail("service.log") + Tail("fleet.log");
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    public static int FreePorts()
    {
        for (int attempt = 0; attempt < 100; attempt++)
        {
            int port = Random.Shared.Next(20000, 60000);
            if (Enumerable.Range(port, 3).All(IsFree))
                return port;
        }

        throw new InvalidOperationException("no three free ports in a row found");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Kill(string pidFile)
    {
        int id = int.Parse(File.ReadAllText(Path.Combine(Folder, pidFile)), CultureInfo.InvariantCulture);
        using Process one = Process.GetProcessById(id);
        one.Kill();
        one.WaitForExit();
    }

    private async Task Read(StreamReader from)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (seen)
                seen.Add(line);
            lines.Writer.TryWrite(line);
        }
    }
}
