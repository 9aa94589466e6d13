using System.Diagnostics;
using System.Globalization;

namespace LumenLink.Bench.Resolve;

/// <summary>This program again, as the service of <see cref="ResolveHost"/>.</summary>
internal sealed class ResolveProcess : IAsyncDisposable
{
    /// <summary>The command that it is started with.</summary>
    public const string Command = "resolve-host";

    private readonly Process _process;

    private ResolveProcess(Process process, int port, double loadSeconds)
    {
        _process = process;
        Port = port;
        LoadSeconds = loadSeconds;
    }

    /// <summary>Process id.</summary>
    public int Pid => _process.Id;

    /// <summary>Its HTTP port.</summary>
    public int Port { get; }

    /// <summary>From its start until identifiers resolve, seconds.</summary>
    public double LoadSeconds { get; }

    /// <summary>Starts it and waits until identifiers resolve.</summary>
    /// <exception cref="BenchException">It does not come so far.</exception>
    public static async Task<ResolveProcess> StartAsync(string databaseUrl, byte[] masterKey, string redisUrl)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment =
            {
                [ResolveHost.KeyVariable] = Convert.ToBase64String(masterKey),
                [ResolveHost.RedisVariable] = redisUrl,
            },
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(ResolveProcess).Assembly.Location);
        start.ArgumentList.Add(Command);
        start.ArgumentList.Add(databaseUrl);
        Process process = Process.Start(start) ?? throw new BenchException("The service does not start.");
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith(ResolveHost.Ready, StringComparison.Ordinal))
                continue;
            string[] words = line[ResolveHost.Ready.Length..].Split(' ');
            return new ResolveProcess(
                process, int.Parse(words[0], CultureInfo.InvariantCulture),
                double.Parse(words[1], CultureInfo.InvariantCulture));
        }

        throw new BenchException("The service ended.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
