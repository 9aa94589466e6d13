using System.Diagnostics;
using System.Globalization;

namespace LumenLink.Bench.Ingest;

/// <summary>The real service as a process.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    /// <summary>Calls that have it are not limited; a run of its own each time.</summary>
    public static readonly string AdminToken = $"bench-{Guid.NewGuid():N}";

    private const string ReadyLine = "ready ";
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private ServiceProcess(Process process, int httpPort, int mqttPort, int metricsPort)
    {
        _process = process;
        MqttPort = mqttPort;
        HttpAddress = new Uri($"http://127.0.0.1:{Text(httpPort)}/");
        MetricsAddress = new Uri($"http://127.0.0.1:{Text(metricsPort)}/metrics");
    }

    /// <summary>Process id.</summary>
    public int Pid => _process.Id;

    /// <summary>Port of its own broker, if it has one.</summary>
    public int MqttPort { get; }

    /// <summary>Its HTTP.</summary>
    public Uri HttpAddress { get; }

    /// <summary>Its metrics.</summary>
    public Uri MetricsAddress { get; }

    /// <summary>Starts it and waits until it serves.</summary>
    /// <param name="folder">Its data.</param>
    /// <param name="settings">Its variables.</param>
    /// <exception cref="BenchException">It does not start.</exception>
    public static async Task<ServiceProcess> StartAsync(string folder, IReadOnlyDictionary<string, string> settings)
    {
        int[] ports = IngestScene.FreePorts(3);
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                ServicePath(), "serve", "--data", folder, "--http-port", Text(ports[0]), "--mqtt-port", Text(ports[1]),
                "--metrics-port", Text(ports[2]),
            },
            Environment =
            {
                ["Logging__LogLevel__Default"] = "Warning",
                ["LUMENLINK_ADMIN_TOKEN"] = AdminToken,
            },
        };
        foreach ((string name, string value) in settings)
            start.Environment[name] = value;
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Process process = Process.Start(start) ?? throw new BenchException("The service does not start.");
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is null)
                ready.TrySetException(new BenchException("The service ended."));
            else if (line.Data.StartsWith(ReadyLine, StringComparison.Ordinal))
                ready.TrySetResult();
        };
        process.BeginOutputReadLine();
        ServiceProcess service = new(process, ports[0], ports[1], ports[2]);
        try
        {
            await ready.Task.WaitAsync(StartWithin);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>The value of a metric without labels.</summary>
    public async Task<double> MetricAsync(string name)
    {
        using HttpClient http = new();
        string text = await http.GetStringAsync(MetricsAddress);
        string line = text.Split('\n').First(line => line.StartsWith(name + " ", StringComparison.Ordinal));
        return double.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string ServicePath()
    {
        // artifacts/bin/<this project>/<configuration>/ -> artifacts/bin/<project>/<configuration>/
        string own = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        string path = Path.GetFullPath(Path.Combine(
            own, "..", "..", "LumenLink.Rendezvous", Path.GetFileName(own), "LumenLink.Rendezvous.dll"));
        return File.Exists(path) ? path : throw new BenchException("The service is not built: use tools/bench.sh.");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
