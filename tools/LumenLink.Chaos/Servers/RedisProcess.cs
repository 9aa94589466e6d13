using System.Globalization;

namespace LumenLink.Chaos.Servers;

/// <summary>A Redis of our own that keeps nothing on disk.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private const string Program = "/usr/bin/redis-server";
    private const string ReadyWords = "eady to accept connections";
    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(1);

    private readonly string _folder;
    private readonly string _logFile;
    private readonly int _port = Ports.Free();

    private RedisProcess(string folder, string logFile)
    {
        _folder = folder;
        _logFile = logFile;
    }

    /// <summary>The process.</summary>
    public ServerProcess? Process { get; private set; }

    /// <summary>What REDIS_URL is.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{_port}");

    /// <summary>Starts one.</summary>
    public static async Task<RedisProcess> StartAsync(string folder, string logFile)
    {
        if (!File.Exists(Program)) throw new ChaosException("Redis is not installed (Debian package: redis-server)");
        RedisProcess redis = new(folder, logFile);
        await redis.StartAsync();
        return redis;
    }

    /// <summary>Starts it, again after an end, empty.</summary>
    public async Task StartAsync()
    {
        if (Process is not null) await Process.DisposeAsync();
        (Process, _) = await ServerProcess.StartAsync(
            new ServerCommand(
                "Redis", Program,
                [
                    "--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder,
                    "--save", "", "--appendonly", "no",
                ],
                _logFile),
            ReadyWords, StartsWithin);
    }

    public async ValueTask DisposeAsync()
    {
        if (Process is not null) await Process.DisposeAsync();
    }
}
