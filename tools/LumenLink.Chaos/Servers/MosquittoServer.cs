using System.Globalization;

namespace LumenLink.Chaos.Servers;

/// <summary>
/// The real Mosquitto with cloud/mosquitto/mosquitto.conf; only folder and ports are its own. Its files outlive a kill,
/// what it held for its clients does not.
/// </summary>
internal sealed class MosquittoServer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/mosquitto";
    private const string InstalledFolder = "/etc/mosquitto/lumenlink/";
    private const string ServiceUser = "rendezvous";
    private const string ServicePassword = "of the service of one run";
    private const string Admin = "admin";
    private const string AdminPassword = "of the operator of one run";
    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(1);

    private readonly string _folder;
    private readonly string _logFile;

    private MosquittoServer(string folder, string logFile)
    {
        _folder = folder;
        _logFile = logFile;
    }

    /// <summary>Of the beacons' listener.</summary>
    public int BeaconPort { get; } = Ports.Free();

    /// <summary>Of the service's listener.</summary>
    public int ServicePort { get; } = Ports.Free();

    /// <summary>PEM file of the CA that its certificate is of.</summary>
    public string CaFile => Path.Combine(_folder, "ca.crt");

    /// <summary>The process.</summary>
    public ServerProcess? Process { get; private set; }

    private static string? User => Environment.UserName == "root" ? "mosquitto" : null;

    /// <summary>Sets it up as docs/operating.md says, and starts it.</summary>
    /// <param name="folder">Its own; it is there and empty.</param>
    /// <param name="source">The repository's cloud/mosquitto.</param>
    /// <param name="logFile">Takes what it says.</param>
    public static async Task<MosquittoServer> StartAsync(string folder, string source, string logFile)
    {
        if (!File.Exists(Program)) throw new ChaosException("Mosquitto is not installed (Debian package: mosquitto)");
        MosquittoServer server = new(folder, logFile);
        await server.ConfigureAsync(source);
        await server.StartAsync();
        string port = server.ServicePort.ToString(CultureInfo.InvariantCulture);
        await ServerProcess.RunWellAsync(
            new ServerCommand(
                "service-user.sh", Path.Combine(source, "service-user.sh"),
                ["-h", "localhost", "-p", port, "--cafile", server.CaFile, "-u", Admin, "-P", AdminPassword], logFile)
            {
                Environment = new Dictionary<string, string> { ["LUMENLINK_BROKER_PASSWORD"] = ServicePassword },
            });
        return server;
    }

    /// <summary>What LUMENLINK_BROKER_URL is, through this port.</summary>
    public static string UrlAt(int port) => string.Create(
        CultureInfo.InvariantCulture,
        $"mqtts://{ServiceUser}:{Uri.EscapeDataString(ServicePassword)}@localhost:{port}");

    /// <summary>Starts it, again after an end, and waits until it runs.</summary>
    public async Task StartAsync()
    {
        if (Process is not null) await Process.DisposeAsync();
        (Process, _) = await ServerProcess.StartAsync(
            new ServerCommand("Mosquitto", Program, ["-c", Path.Combine(_folder, "mosquitto.conf")], _logFile)
            {
                User = User,
            },
            " running", StartsWithin);
    }

    public async ValueTask DisposeAsync()
    {
        if (Process is not null) await Process.DisposeAsync();
    }

    private async Task ConfigureAsync(string source)
    {
        string text = await File.ReadAllTextAsync(Path.Combine(source, "mosquitto.conf"));
        text = Replace(text, InstalledFolder, _folder + "/");
        text = Replace(text, "listener 8883", FormattableString.Invariant($"listener {BeaconPort}"));
        text = Replace(text, "listener 8884", FormattableString.Invariant($"listener {ServicePort}"));
        await WriteAsync("mosquitto.conf", text);
        await WriteAsync("beacons.acl", await File.ReadAllTextAsync(Path.Combine(source, "beacons.acl")));
        ServerAuthority authority = ServerAuthority.Make(DateTimeOffset.UtcNow);
        await WriteAsync("server.crt", authority.CertificatePem);
        await WriteAsync("server.key", authority.KeyPem);
        await WriteAsync("ca.crt", authority.AuthorityPem);
        await ServerProcess.RunWellAsync(new ServerCommand(
            "mosquitto_ctrl", "mosquitto_ctrl",
            ["dynsec", "init", Path.Combine(_folder, "dynamic-security.json"), Admin, AdminPassword], _logFile));
        if (User is not null)
            await ServerProcess.RunWellAsync(new ServerCommand("chown", "chown", ["-R", User, _folder], _logFile));
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_folder, name), text);

    private static string Replace(string text, string old, string value) =>
        text.Contains(old, StringComparison.Ordinal)
            ? text.Replace(old, value, StringComparison.Ordinal)
            : throw new ChaosException($"cloud/mosquitto/mosquitto.conf has no '{old}'");
}
