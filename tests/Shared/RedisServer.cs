using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LumenLink.Tests.Shared;

/// <summary>A Redis of our own: a new folder, a free port; killed and brought back from a snapshot at will.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/redis-server";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lumenlink-redis-");
    private readonly int port = FreePort();
    private Process process;

    private RedisServer() => process = Run();

    /// <summary>Why it cannot run here; null when it can. In CI it must.</summary>
    public static string? SkipReason =>
        File.Exists(Program) || Environment.GetEnvironmentVariable("LUMENLINK_REQUIRE_REDIS") == "1"
            ? null
            : "Redis is not installed (Debian package redis-server); LUMENLINK_REQUIRE_REDIS=1 makes this a failure";

    /// <summary>What REDIS_URL would be.</summary>
    public string Url => $"redis://127.0.0.1:{port}";

    private string Snapshot => Path.Combine(folder.FullName, "dump.rdb");

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<RedisServer> StartAsync()
    {
        RedisServer server = new();
        await server.AskUntilAsync("PING", "+PONG");
        return server;
    }

    /// <summary>The answer's first line to an inline command.</summary>
    public async Task<string> AskAsync(string command)
    {
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        using StreamReader reader = new(stream, Encoding.ASCII);
        return await reader.ReadLineAsync() ?? "";
    }

    /// <summary>The state as a backup would keep it.</summary>
    public async Task<byte[]> TakeSnapshotAsync()
    {
        string answer = await AskAsync("SAVE");
        if (answer != "+OK")
            throw new InvalidOperationException($"SAVE was answered with {answer}");
        return await File.ReadAllBytesAsync(Snapshot);
    }

    /// <summary>Kills it, as a power cut does.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Starts it again after a kill, empty.</summary>
    public async Task StartAgainAsync()
    {
        process = Run();
        await AskUntilAsync("PING", "+PONG");
    }

    /// <summary>Starts it again after a kill, with what an older snapshot has.</summary>
    public async Task RestoreAsync(byte[] snapshot)
    {
        await File.WriteAllBytesAsync(Snapshot, snapshot);
        await StartAgainAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        folder.Delete(recursive: true);
    }

    private Process Run() => Process.Start(new ProcessStartInfo(
        Program, ["--port", $"{port}", "--bind", "127.0.0.1", "--dir", folder.FullName, "--save", "", "--loglevel",
        "warning", "--logfile", Path.Combine(folder.FullName, "log")]))!;

    /// <summary>There is no event for "it listens": asks again until it does.</summary>
    private async Task AskUntilAsync(string command, string answer)
    {
        using CancellationTokenSource limit = new(Patience);
        using PeriodicTimer again = new(TimeSpan.FromMilliseconds(20));
        do
        {
            try
            {
                if (await AskAsync(command) == answer)
                    return;
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                // Not yet.
            }
        }
        while (await again.WaitForNextTickAsync(limit.Token));
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
