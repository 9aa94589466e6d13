using System.Globalization;

namespace LumenLink.Chaos.Servers;

/// <summary>What all replicas of one service share.</summary>
/// <param name="Folder">Run folder, with the operator's keys.</param>
/// <param name="Environment">Addresses and keys.</param>
/// <param name="LogFolder">Takes their logs.</param>
internal sealed record ServiceSettings(
    string Folder, IReadOnlyDictionary<string, string> Environment, string LogFolder);

/// <summary>A replica of the service: any build of it, started and stopped by itself.</summary>
internal sealed class ServiceReplica : IAsyncDisposable
{
    private const string ReadyWords = "ready http";
    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopsWithin = TimeSpan.FromMinutes(1);

    private readonly ServiceSettings _settings;

    private ServiceReplica(ServiceSettings settings, string name)
    {
        _settings = settings;
        Name = name;
    }

    /// <summary>Its name among the replicas.</summary>
    public string Name { get; }

    /// <summary>The process.</summary>
    public ServerProcess? Process { get; private set; }

    /// <summary>Starts a replica and waits until it serves.</summary>
    /// <param name="settings">What it shares.</param>
    /// <param name="name">Its name.</param>
    /// <param name="program">LumenLink.Rendezvous.dll of the build to run.</param>
    public static async Task<ServiceReplica> StartAsync(ServiceSettings settings, string name, string program)
    {
        ServiceReplica replica = new(settings, name);
        await replica.StartAsync(program);
        return replica;
    }

    /// <summary>Runs another command of the service to a good end.</summary>
    /// <param name="settings">Addresses and keys.</param>
    /// <param name="program">LumenLink.Rendezvous.dll of the build to run.</param>
    /// <param name="arguments">Command and arguments.</param>
    public static Task RunAsync(ServiceSettings settings, string program, params string[] arguments) =>
        ServerProcess.RunWellAsync(CommandOf(settings, program, arguments[0], arguments));

    /// <summary>Starts it, again after an end, and waits until it serves.</summary>
    /// <param name="program">LumenLink.Rendezvous.dll of the build to run.</param>
    public async Task StartAsync(string program)
    {
        if (Process is not null) await Process.DisposeAsync();
        ServerCommand command = CommandOf(
            _settings, program, Name, ["serve", "--http-port", "0", "--metrics-port", "0", "--supervised", "1"]);
        command = command with
        {
            Environment = new Dictionary<string, string>(command.Environment) { ["LUMENLINK_REPLICA"] = Name },
        };
        (Process, _) = await ServerProcess.StartAsync(command, ReadyWords, StartsWithin);
    }

    /// <summary>Stops it in order: it finishes what it has.</summary>
    /// <exception cref="ChaosException">It did not end, or not well.</exception>
    public async Task StopAsync()
    {
        int? exitCode = Process is null ? 0 : await Process.StopAsync(StopsWithin);
        if (exitCode != 0)
        {
            throw new ChaosException(string.Create(
                CultureInfo.InvariantCulture, $"{Name} did not stop well: {exitCode?.ToString() ?? "it goes on"}"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Process is not null) await Process.DisposeAsync();
    }

    private static ServerCommand CommandOf(
        ServiceSettings settings, string program, string name, IReadOnlyList<string> arguments) =>
        new(name, "dotnet", [program, .. arguments, "--data", settings.Folder],
            Path.Combine(settings.LogFolder, name + ".log"))
        {
            Environment = settings.Environment,
        };
}
