using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Configuration;

/// <summary>Where the service runs. Production refuses what only development may have.</summary>
public enum ServiceEnvironment
{
    /// <summary>One machine, emulated chips allowed, keys made when absent.</summary>
    Development,

    /// <summary>Nothing is made up: what is missing is an error.</summary>
    Production,
}

/// <summary>What the process was asked to do.</summary>
public enum ServiceCommand
{
    /// <summary>Bring the database schema up to date and exit.</summary>
    Migrate,

    /// <summary>Enrol the beacons of a folder and exit.</summary>
    Enrol,

    /// <summary>Run the service.</summary>
    Serve,
}

/// <summary>
/// Everything that the process was told, read from arguments (which win) and environment, checked
/// in one go. A class and not a record, so that no member prints itself: some of them are secrets.
/// </summary>
public sealed class RendezvousSettings
{
    /// <summary>What to do.</summary>
    public ServiceCommand Command { get; init; } = ServiceCommand.Serve;

    /// <summary>Folder of the enrol command.</summary>
    public string EnrolmentFolder { get; init; } = "";

    /// <summary>Folder of the run: operator/, lumenlink.db, master.key.</summary>
    public string DataFolder { get; init; } = ".data";

    /// <summary>Folder of the operator's keys, CAs and policy.</summary>
    public string OperatorFolder => Path.Combine(DataFolder, "operator");

    /// <summary>TCP port of HTTP on loopback; 0 takes a free one.</summary>
    public int HttpPort { get; init; } = DefaultHttpPort;

    /// <summary>TCP port of MQTT on loopback; 0 takes a free one.</summary>
    public int MqttPort { get; init; } = DefaultMqttPort;

    /// <summary>TCP port of the metrics on loopback; 0 takes a free one.</summary>
    public int MetricsPort { get; init; } = DefaultMetricsPort;

    /// <summary>PostgreSQL when set, else SQLite in the data folder. A secret: never printed.</summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>Base64 of the 32-byte master key, or null. A secret: never printed.</summary>
    public string? MasterKeyText { get; init; }

    /// <summary>Admits to the administrative calls, or null. A secret: never printed.</summary>
    public string? AdminToken { get; init; }

    /// <summary>Where the service runs.</summary>
    public ServiceEnvironment Environment { get; init; } = ServiceEnvironment.Development;

    /// <summary>Name that connection tokens are signed for: 1 to 64 printable ASCII characters.</summary>
    public string Audience { get; init; } = "lumenlink-dev";

    /// <summary>Lowest version of operator/policy.json that may judge; 0 takes any, also none.</summary>
    public int MinimumPolicyVersion { get; init; }

    /// <summary>
    /// Addresses at which clients reach the service, in the order in which to try them: what packs tell.
    /// </summary>
    public IReadOnlyList<string> PublicUrls { get; init; } = [];

    /// <summary>Ends with its standard input instead of with Ctrl-C: whoever started it looks after it.</summary>
    public bool IsSupervised { get; init; }

    /// <summary>True in production.</summary>
    public bool IsProduction => Environment == ServiceEnvironment.Production;

    /// <summary>Characters of an admin token at least: long enough not to be guessed.</summary>
    internal const int MinAdminToken = 24;

    /// <summary>Public addresses at most.</summary>
    internal const int MaxPublicUrls = 8;

    internal const int DefaultHttpPort = 8080;
    internal const int DefaultMqttPort = 1883;
    internal const int DefaultMetricsPort = 9464;

    /// <summary>The line that says how to call the program.</summary>
    public const string Usage =
        "usage: LumenLink.Rendezvous migrate | enrol DIR | serve  [--data DIR] [--http-port N] [--mqtt-port N] "
        + "[--metrics-port N] [--audience NAME] [--min-policy-version N] [--public-urls URL,…] [--supervised 0|1]";

    /// <summary>Reads and checks everything.</summary>
    /// <param name="args">Arguments of the process.</param>
    /// <param name="environment">Looks an environment variable up; null when it is not set.</param>
    /// <param name="settings">What was read; use it only when the result is empty.</param>
    /// <returns>Every problem found, one sentence each, without secrets; empty when there is none.</returns>
    public static IReadOnlyList<string> Parse(
        IReadOnlyList<string> args, Func<string, string?> environment, out RendezvousSettings settings)
    {
        List<string> problems = [];
        SettingsReader reader = new(args, environment, problems);
        settings = new RendezvousSettings
        {
            Command = reader.Command(),
            EnrolmentFolder = reader.EnrolmentFolder,
            DataFolder = reader.Text("--data", "LUMENLINK_DATA", ".data"),
            HttpPort = reader.Number("--http-port", "LUMENLINK_HTTP_PORT", DefaultHttpPort, ushort.MaxValue),
            MqttPort = reader.Number("--mqtt-port", "LUMENLINK_MQTT_PORT", DefaultMqttPort, ushort.MaxValue),
            MetricsPort =
                reader.Number("--metrics-port", "LUMENLINK_METRICS_PORT", DefaultMetricsPort, ushort.MaxValue),
            DatabaseUrl = reader.Secret("DATABASE_URL"),
            MasterKeyText = reader.Secret("LUMENLINK_MASTER_KEY"),
            AdminToken = reader.Secret("LUMENLINK_ADMIN_TOKEN"),
            Environment = reader.Environment(),
            Audience = reader.Text("--audience", "LUMENLINK_AUDIENCE", "lumenlink-dev"),
            PublicUrls = reader.List("--public-urls", "LUMENLINK_PUBLIC_URLS"),
            IsSupervised = reader.Number("--supervised", "LUMENLINK_SUPERVISED", 0, 1) == 1,
            MinimumPolicyVersion =
                reader.Number("--min-policy-version", "LUMENLINK_MIN_POLICY_VERSION", 0, int.MaxValue),
        };
        reader.Finish();
        settings.Check(problems);
        return problems;
    }

    private void Check(List<string> problems)
    {
        if (Audience.Length is 0 or > WireLimits.MaxAudienceBytes || Audience.Any(c => c is < ' ' or > '~'))
            problems.Add($"the audience must be 1 to {WireLimits.MaxAudienceBytes} printable ASCII characters");
        int[] ports = [.. new[] { HttpPort, MqttPort, MetricsPort }.Where(port => port != 0)];
        if (ports.Distinct().Count() != ports.Length)
            problems.Add("the HTTP, MQTT and metrics ports must differ");
        if (MasterKeyText is not null && !Trust.MasterKey.IsWellFormed(MasterKeyText))
            problems.Add("LUMENLINK_MASTER_KEY must be the base64 of 32 bytes");
        if (AdminToken is { Length: < MinAdminToken } || AdminToken?.Any(c => c is <= ' ' or > '~') == true)
            problems.Add($"LUMENLINK_ADMIN_TOKEN must be {MinAdminToken} or more printable characters without blanks");
        if (PublicUrls.Count > MaxPublicUrls || !PublicUrls.All(IsPublic))
            problems.Add($"the public addresses must be at most {MaxPublicUrls} of https:// and mqtts://");
        if (!IsProduction)
            return;
        if (DatabaseUrl is null)
            problems.Add("production needs DATABASE_URL: the SQLite store is for development");
        if (MasterKeyText is null)
            problems.Add("production needs LUMENLINK_MASTER_KEY: a key file is for development");
        if (Audience == "lumenlink-dev")
            problems.Add("production needs an audience of its own, not lumenlink-dev");
    }

    /// <summary>Encrypted; on the machine itself development needs no TLS.</summary>
    private bool IsPublic(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.UserInfo.Length == 0 && url.Fragment.Length == 0
        && (url.Scheme is "https" or "mqtts" || (!IsProduction && url.Scheme is "http" or "mqtt" && url.IsLoopback));
}
