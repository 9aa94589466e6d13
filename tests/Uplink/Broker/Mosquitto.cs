using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink.Broker;

/// <summary>
/// The real Mosquitto with cloud/mosquitto/mosquitto.conf: all that is changed is the folder, the two ports and, where
/// a test asks for it, the bounds of its queues.
/// </summary>
internal sealed class Mosquitto : IAsyncDisposable
{
    public const string User = "rendezvous";
    public const string Password = "p@ss/of: the #service";

    private const string Admin = "admin";
    private const string AdminPassword = "of the operator";
    private const string Program = "/usr/sbin/mosquitto";
    private const string InstalledFolder = "/etc/mosquitto/lumenlink/";
    private readonly string _folder;
    private WatchedProcess? _process;

    private Mosquitto(string folder) => _folder = folder;

    /// <summary>Why it cannot run here; null when it can. In CI it must.</summary>
    public static string? SkipReason =>
        File.Exists(Program) || Environment.GetEnvironmentVariable("LUMENLINK_REQUIRE_MOSQUITTO") == "1"
            ? null
            : $"Mosquitto is not installed ({Program}); LUMENLINK_REQUIRE_MOSQUITTO=1 makes this a failure";

    /// <summary>Of the beacons' listener.</summary>
    public int BeaconPort { get; private init; }

    /// <summary>Of the service's listener.</summary>
    public int ServicePort { get; private init; }

    /// <summary>PEM file of the CA that its certificate is of.</summary>
    public string CaFile => Path.Combine(_folder, "ca.crt");

    public WatchedProcess Process => _process!;

    /// <summary>What the plugin keeps of its clients.</summary>
    public string DisabledClients => File.ReadAllText(_folder + "dynamic-security.json");

    /// <summary>What the service is given.</summary>
    public string Url => $"mqtts://{User}:{Uri.EscapeDataString(Password)}@localhost:"
        + ServicePort.ToString(CultureInfo.InvariantCulture);

    /// <summary>Sets it up as docs/operating.md says, and starts it.</summary>
    /// <param name="authority">Whose server certificate it shows.</param>
    /// <param name="hasDefaultQueues">True: the bounds of its queues are Mosquitto's own.</param>
    /// <param name="maxQueued">Messages that it keeps for a member at most; null: as the file has it.</param>
    public static async Task<Mosquitto> StartAsync(
        WayAuthority authority, bool hasDefaultQueues = false, int? maxQueued = null)
    {
        string folder = Directory.CreateTempSubdirectory("lumenlink-mosquitto-").FullName + "/";
        Mosquitto mosquitto = new(folder) { BeaconPort = FreePort(), ServicePort = FreePort() };
        string source = Path.Combine(RepositoryRoot(), "cloud", "mosquitto");
        string text = await File.ReadAllTextAsync(Path.Combine(source, "mosquitto.conf"));
        text = Replace(text, InstalledFolder, folder);
        text = Replace(text, "listener 8883", FormattableString.Invariant($"listener {mosquitto.BeaconPort}"));
        text = Replace(text, "listener 8884", FormattableString.Invariant($"listener {mosquitto.ServicePort}"));
        if (maxQueued is { } most)
        {
            text = Replace(
                text, "max_queued_messages 10000", FormattableString.Invariant($"max_queued_messages {most}"));
        }

        if (hasDefaultQueues)
        {
            string[] bounds = ["max_inflight_messages ", "max_queued_messages ", "max_queued_bytes "];
            IEnumerable<string> left = text.Split('\n')
                .Where(line => !bounds.Any(one => line.StartsWith(one, StringComparison.Ordinal)));
            text = string.Join('\n', left);
        }

        await File.WriteAllTextAsync(folder + "mosquitto.conf", text);
        File.Copy(Path.Combine(source, "beacons.acl"), folder + "beacons.acl");
        await File.WriteAllTextAsync(folder + "server.crt", authority.Server.ExportCertificatePem());
        await File.WriteAllTextAsync(
            folder + "server.key",
            System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions
                .GetECDsaPrivateKey(authority.Server)!.ExportPkcs8PrivateKeyPem());
        await File.WriteAllBytesAsync(mosquitto.CaFile, authority.Bundle[..^1]);
        await WatchedProcess.RunAsync(
            "mosquitto_ctrl", ["dynsec", "init", folder + "dynamic-security.json", Admin, AdminPassword]);
        if (Environment.UserName == "root")
            await WatchedProcess.RunAsync("chown", ["-R", "mosquitto", folder]);
        await mosquitto.StartAsync();
        await WatchedProcess.RunAsync(
            Path.Combine(source, "service-user.sh"),
            [
                "-h", "localhost", "-p", mosquitto.ServicePort.ToString(CultureInfo.InvariantCulture),
                "--cafile", mosquitto.CaFile, "-u", Admin, "-P", AdminPassword,
            ],
            new Dictionary<string, string> { ["LUMENLINK_BROKER_PASSWORD"] = Password });
        return mosquitto;
    }

    /// <summary>Starts it, again after a kill, and waits until it runs.</summary>
    public async Task StartAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = WatchedProcess.Start(Program, ["-c", _folder + "mosquitto.conf"]);
        await _process.LineAsync(" running");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Replace(string text, string old, string value)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, value, StringComparison.Ordinal);
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LumenLink.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the repository is not above the tests");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>Skipped, with the reason, where Mosquitto is not installed.</summary>
public sealed class MosquittoFact : FactAttribute
{
    public MosquittoFact() => Skip = Mosquitto.SkipReason;
}

/// <summary>The same with data.</summary>
public sealed class MosquittoTheory : TheoryAttribute
{
    public MosquittoTheory() => Skip = Mosquitto.SkipReason;
}
