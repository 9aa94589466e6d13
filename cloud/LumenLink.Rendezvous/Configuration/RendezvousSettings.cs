using System.Net;
using LumenLink.Rendezvous.Access;

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

    /// <summary>Seal every stored secret anew under the current master key and exit.</summary>
    Rekey,

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

    /// <summary>Schema version to migrate to, up or down; null: up to the newest.</summary>
    public long? SchemaVersion { get; init; }

    /// <summary>Folder of the run: operator/, lumenlink.db, master.key.</summary>
    public string DataFolder { get; init; } = ".data";

    /// <summary>Folder of the operator's keys, CAs and policy.</summary>
    public string OperatorFolder => Path.Combine(DataFolder, "operator");

    /// <summary>TCP port of HTTP on loopback; 0 takes a free one.</summary>
    public int HttpPort { get; init; } = DefaultHttpPort;

    /// <summary>TCP port of MQTT; 0 takes a free one.</summary>
    public int MqttPort { get; init; } = DefaultMqttPort;

    /// <summary>Address that the embedded broker listens on.</summary>
    public IPAddress MqttAddress { get; init; } = IPAddress.Loopback;

    /// <summary>PEM file of the broker's certificate, its chain behind it; null is MQTT without TLS.</summary>
    public string? MqttCertificate { get; init; }

    /// <summary>PEM file of that certificate's private key, not encrypted.</summary>
    public string? MqttKey { get; init; }

    /// <summary>
    /// A broker beside the service that carries the beacons' frames; null is the embedded one. A secret: never printed.
    /// </summary>
    public string? BrokerUrl { get; init; }

    /// <summary>PEM file of the CAs that its certificate may be of; null is what the system trusts.</summary>
    public string? BrokerCa { get; init; }

    /// <summary>What it can be asked for.</summary>
    public BrokerKind BrokerKind { get; init; }

    /// <summary>
    /// Name of this replica: the same at each of its starts, another than the other replicas'. Its client id at a
    /// broker beside the service is made of it.
    /// </summary>
    public string Replica { get; init; } = System.Environment.MachineName;

    /// <summary>TCP port of the metrics; 0 takes a free one.</summary>
    public int MetricsPort { get; init; } = DefaultMetricsPort;

    /// <summary>Address that the metrics are shown at.</summary>
    public IPAddress MetricsAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Admits to the metrics when set, else nothing is asked for. A secret: never printed.</summary>
    public string? MetricsToken { get; init; }

    /// <summary>
    /// Origins whose pages may call the API from a browser; null is what the environment has without the setting:
    /// development pages of this machine, production https://lumenlink.org.
    /// </summary>
    public IReadOnlyList<string>? CorsOrigins { get; init; }

    /// <summary>PostgreSQL when set, else SQLite in the data folder. A secret: never printed.</summary>
    public string? DatabaseUrl { get; init; }

    /// <summary>
    /// Redis, where replicas share what need not last: rate limits, live events. One process needs none; production
    /// asks for it so that it is there when a second replica comes. A secret: never printed.
    /// </summary>
    public string? RedisUrl { get; init; }

    /// <summary>Base64 of the 32-byte master key, or null. A secret: never printed.</summary>
    public string? MasterKeyText { get; init; }

    /// <summary>
    /// Base64 of another 32-byte master key that opens and does not seal, or null. A secret: never printed.
    /// </summary>
    public string? PreviousMasterKeyText { get; init; }

    /// <summary>Admits to the administrative calls, or null. A secret: never printed.</summary>
    public string? AdminToken { get; init; }

    /// <summary>What callers without a key may; null is what the environment has without the setting.</summary>
    public ApiRole? Anonymous { get; init; }

    /// <summary>
    /// That: in development they read; in production they are the applications that look for beacons, and have no key.
    /// </summary>
    internal ApiRole AnonymousRole => Anonymous ?? (IsProduction ? ApiRole.Client : ApiRole.Viewer);

    /// <summary>Where the service runs.</summary>
    public ServiceEnvironment Environment { get; init; } = ServiceEnvironment.Development;

    /// <summary>Name that connection tokens are signed for: 1 to 64 printable ASCII characters.</summary>
    public string Audience { get; init; } = DefaultAudience;

    /// <summary>Lowest version of operator/policy.json that may judge; 0 takes any, also none.</summary>
    public int MinimumPolicyVersion { get; init; }

    /// <summary>
    /// Addresses at which clients reach the service, in the order in which to try them: what packs tell.
    /// </summary>
    public IReadOnlyList<string> PublicUrls { get; init; } = [];

    /// <summary>
    /// Folder that signed heads of the audit are written to, out of the database's reach; null writes none.
    /// </summary>
    public string? AuditExportFolder { get; init; }

    /// <summary>
    /// Base address of a collector that takes traces as OTLP over HTTP; null makes and sends none.
    /// </summary>
    public string? TraceUrl { get; init; }

    /// <summary>One frame or post in so many is traced.</summary>
    public int TraceOneIn { get; init; } = DefaultTraceOneIn;

    /// <summary>
    /// Beacons that only a percentage of clients is told of: region:NAME:PERCENT or firmware:VERSION:PERCENT; null: all
    /// are told of all.
    /// </summary>
    public string? RollOut { get; init; }

    /// <summary>Webhooks may be on this machine itself, in clear and at any port: for development only.</summary>
    public bool WebhookLoopback { get; init; }

    /// <summary>Ends with its standard input instead of with Ctrl-C: whoever started it looks after it.</summary>
    public bool IsSupervised { get; init; }

    /// <summary>Names of variables that begin as ours do and are none of ours, or would move the web server.</summary>
    public IReadOnlyList<string> UnknownVariables { get; private init; } = [];

    /// <summary>True in production.</summary>
    public bool IsProduction => Environment == ServiceEnvironment.Production;

    /// <summary>Frames or posts to one that is traced, where nothing else is said.</summary>
    internal const int DefaultTraceOneIn = 1000;

    /// <summary>The same, at most.</summary>
    internal const int MaxTraceOneIn = 1_000_000;

    /// <summary>Characters of a token at least: long enough not to be guessed.</summary>
    internal const int MinToken = 24;

    /// <summary>Characters of a replica's name at most.</summary>
    internal const int MaxReplica = 64;

    internal const string DefaultAudience = "lumenlink-dev";

    /// <summary>Public addresses at most.</summary>
    internal const int MaxPublicUrls = 8;

    internal const int DefaultHttpPort = 8080;
    internal const int DefaultMqttPort = 1883;
    internal const int DefaultMqttTlsPort = 8883;
    internal const int DefaultMetricsPort = 9464;

    /// <summary>The line that says how to call the program.</summary>
    public const string Usage =
        "usage: LumenLink.Rendezvous migrate [VERSION] | enrol DIR | rekey | serve  [--data DIR] [--http-port N] "
        + "[--mqtt-port N] [--metrics-port N] [--mqtt-address IP] [--metrics-address IP] [--audience NAME] "
        + "[--min-policy-version N] [--public-urls URL,…] [--replica NAME] [--trace-one-in N] "
        + "[--rollout KIND:VALUE:PERCENT] "
        + "[--webhook-loopback 0|1] [--supervised 0|1]";

    /// <summary>Reads and checks everything.</summary>
    /// <param name="args">Arguments of the process.</param>
    /// <param name="environment">The environment's variables.</param>
    /// <param name="settings">What was read; use it only when the result is empty.</param>
    /// <returns>Every problem found, one sentence each, without secrets; empty when there is none.</returns>
    public static IReadOnlyList<string> Parse(
        IReadOnlyList<string> args, IReadOnlyDictionary<string, string> environment, out RendezvousSettings settings)
    {
        List<string> problems = [];
        SettingsReader reader = new(args, environment, problems);
        string? mqttCertificate = reader.Variable("LUMENLINK_MQTT_CERTIFICATE");
        settings = new RendezvousSettings
        {
            Command = reader.Command(),
            EnrolmentFolder = reader.EnrolmentFolder,
            SchemaVersion = reader.SchemaVersion(),
            DataFolder = reader.Text("--data", "LUMENLINK_DATA", ".data"),
            HttpPort = reader.Number("--http-port", "LUMENLINK_HTTP_PORT", DefaultHttpPort, ushort.MaxValue),
            MqttPort = reader.Number(
                "--mqtt-port", "LUMENLINK_MQTT_PORT", mqttCertificate is null ? DefaultMqttPort : DefaultMqttTlsPort,
                ushort.MaxValue),
            MqttAddress = reader.Address("--mqtt-address", "LUMENLINK_MQTT_ADDRESS"),
            MqttCertificate = mqttCertificate,
            MqttKey = reader.Variable("LUMENLINK_MQTT_KEY"),
            BrokerUrl = reader.Variable("LUMENLINK_BROKER_URL"),
            BrokerCa = reader.Variable("LUMENLINK_BROKER_CA"),
            BrokerKind = reader.BrokerKind(),
            Replica = reader.Text("--replica", "LUMENLINK_REPLICA", System.Environment.MachineName),
            MetricsPort =
                reader.Number("--metrics-port", "LUMENLINK_METRICS_PORT", DefaultMetricsPort, ushort.MaxValue),
            MetricsAddress = reader.Address("--metrics-address", "LUMENLINK_METRICS_ADDRESS"),
            MetricsToken = reader.Variable("LUMENLINK_METRICS_TOKEN"),
            CorsOrigins = reader.Variable("LUMENLINK_CORS_ORIGINS")
                ?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            DatabaseUrl = reader.Variable("DATABASE_URL"),
            RedisUrl = reader.Variable("REDIS_URL"),
            MasterKeyText = reader.Variable("LUMENLINK_MASTER_KEY"),
            PreviousMasterKeyText = reader.Variable("LUMENLINK_MASTER_KEY_PREVIOUS"),
            AdminToken = reader.Variable("LUMENLINK_ADMIN_TOKEN"),
            Anonymous = reader.Anonymous(),
            Environment = reader.Environment(),
            Audience = reader.Text("--audience", "LUMENLINK_AUDIENCE", DefaultAudience),
            PublicUrls = reader.List("--public-urls", "LUMENLINK_PUBLIC_URLS"),
            AuditExportFolder = reader.Variable("LUMENLINK_AUDIT_EXPORT"),
            TraceUrl = reader.Variable("LUMENLINK_TRACE_URL"),
            TraceOneIn = reader.Number("--trace-one-in", "LUMENLINK_TRACE_ONE_IN", DefaultTraceOneIn, MaxTraceOneIn),
            RollOut = reader.TextOrNull("--rollout", "LUMENLINK_ROLLOUT"),
            WebhookLoopback = reader.Number("--webhook-loopback", "LUMENLINK_WEBHOOK_LOOPBACK", 0, 1) == 1,
            IsSupervised = reader.Number("--supervised", "LUMENLINK_SUPERVISED", 0, 1) == 1,
            MinimumPolicyVersion =
                reader.Number("--min-policy-version", "LUMENLINK_MIN_POLICY_VERSION", 0, int.MaxValue),
            UnknownVariables = reader.Finish(),
        };
        SettingsForm.Check(settings, problems);
        return problems;
    }
}
