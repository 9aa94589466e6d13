using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using LumenLink.Load;
using LumenLink.Rendezvous.Configuration;

namespace LumenLink.Bench.Ingest;

/// <summary>
/// Mosquitto with the queues of cloud/mosquitto/mosquitto.conf, without TLS and on loopback: what is measured is what
/// messages cost there.
/// </summary>
internal sealed class MosquittoProcess : IAsyncDisposable
{
    private const string Program = "/usr/sbin/mosquitto";
    private const int ConnectAttempts = 200;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(50);
    private readonly string _folder;
    private readonly Process _process;
    private readonly int _port;

    private MosquittoProcess(string folder, Process process, int port) =>
        (_folder, _process, _port) = (folder, process, port);

    /// <summary>Why it cannot run here; null when it can.</summary>
    public static string? SkipReason => File.Exists(Program) ? null : $"Mosquitto is not installed ({Program}).";

    /// <summary>Process id.</summary>
    public int Pid => _process.Id;

    /// <summary>Where beacons connect.</summary>
    public LoadTarget Target =>
        new("127.0.0.1", _port, false, new RendezvousSettings().Audience) { NeedsFullTopic = true };

    /// <summary>Starts it and waits until it takes connections.</summary>
    /// <exception cref="BenchException">It is not installed or does not start.</exception>
    public static async Task<MosquittoProcess> StartAsync()
    {
        if (SkipReason is { } reason)
            throw new BenchException(reason);
        string folder = Directory.CreateTempSubdirectory("lumenlink-broker-").FullName;
        int port = IngestScene.FreePorts(1)[0];
        string file = Path.Combine(folder, "mosquitto.conf");
        await File.WriteAllTextAsync(file, FormattableString.Invariant($"""
            persistence false
            set_tcp_nodelay true
            max_inflight_messages 1000
            max_queued_messages 100000
            max_queued_bytes 0
            log_type error
            listener {port} 127.0.0.1
            allow_anonymous true

            """));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101); // Mosquitto gives its rights up before it reads
        Process process = Process.Start(Program, ["-c", file]) ?? throw new BenchException("Mosquitto does not start.");
        MosquittoProcess broker = new(folder, process, port);
        using PeriodicTimer pause = new(BetweenAttempts); // it says nothing when it listens
        for (int attempt = 0; attempt < ConnectAttempts; attempt++)
        {
            using TcpClient probe = new();
            try
            {
                await probe.ConnectAsync("127.0.0.1", port);
                return broker;
            }
            catch (SocketException)
            {
                await pause.WaitForNextTickAsync();
            }
        }

        await broker.DisposeAsync();
        throw new BenchException("Mosquitto takes no connections.");
    }

    /// <summary>What a replica is given.</summary>
    public IReadOnlyDictionary<string, string> SettingsOf(int replica) => new Dictionary<string, string>
    {
        ["LUMENLINK_BROKER_URL"] = FormattableString.Invariant($"mqtt://service:of-the-benchmark@127.0.0.1:{_port}"),
        ["LUMENLINK_BROKER_KIND"] = "other",
        ["LUMENLINK_REPLICA"] = "replica-" + replica.ToString(CultureInfo.InvariantCulture),
    };

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
