using System.Diagnostics;
using System.Globalization;
using LumenLink.Bench.Ingest;

namespace LumenLink.Bench.Resolve;

/// <summary>A Redis beside the service, which keeps nothing on disk.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private const string Program = "/usr/bin/redis-server";
    private const string ReadyWords = "eady to accept connections";

    private readonly Process _process;

    private RedisProcess(Process process, string url) => (_process, Url) = (process, url);

    /// <summary>Why it cannot run here; null when it can.</summary>
    public static string? SkipReason =>
        File.Exists(Program) ? null : "Redis is not installed (Debian package redis-server).";

    /// <summary>What REDIS_URL is.</summary>
    public string Url { get; }

    /// <summary>Starts it and waits until it answers.</summary>
    /// <exception cref="BenchException">It does not.</exception>
    public static async Task<RedisProcess> StartAsync()
    {
        string port = IngestScene.FreePorts(1)[0].ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(
            Program, ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
        {
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start) ?? throw new BenchException("Redis does not start.");
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(ReadyWords, StringComparison.Ordinal))
                return new RedisProcess(process, $"redis://127.0.0.1:{port}");
        }

        throw new BenchException("Redis ended.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
