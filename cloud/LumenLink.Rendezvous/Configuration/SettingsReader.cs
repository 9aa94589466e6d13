using System.Globalization;
using System.Net;
using LumenLink.Rendezvous.Access;

namespace LumenLink.Rendezvous.Configuration;

/// <summary>
/// Takes options from arguments first, then from the environment, and notes every problem instead of stopping.
/// </summary>
internal sealed class SettingsReader
{
    /// <summary>Ours, and the web server's, whose variables would open addresses beside our settings.</summary>
    private static readonly string[] OurPrefixes =
        ["LUMENLINK_", "KESTREL__", "ASPNETCORE_KESTREL__", "DOTNET_KESTREL__"];

    private readonly Dictionary<string, string> options = [];
    private readonly List<string> words = [];
    private readonly HashSet<string> asked = [];
    private readonly IReadOnlyDictionary<string, string> environment;
    private readonly List<string> problems;

    public SettingsReader(
        IReadOnlyList<string> args, IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        this.environment = environment;
        this.problems = problems;
        for (int i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
                words.Add(args[i]);
            else if (i + 1 == args.Count)
                problems.Add($"{args[i]} needs a value");
            else if (!options.TryAdd(args[i], args[++i]))
                problems.Add($"{args[i - 1]} is given twice");
        }
    }

    public string EnrolmentFolder => words is ["enrol", var folder] ? folder : "";

    /// <summary>The schema version to migrate to; null: the newest.</summary>
    public long? SchemaVersion()
    {
        if (words is not ["migrate", var version])
            return null;
        if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            problems.Add("migrate takes the number of a schema version");
        return number;
    }

    public ServiceCommand Command()
    {
        switch (words)
        {
            case ["migrate"] or ["migrate", _]:
                return ServiceCommand.Migrate;
            case ["enrol", _]:
                return ServiceCommand.Enrol;
            case ["rekey"]:
                return ServiceCommand.Rekey;
            case ["serve"]:
                return ServiceCommand.Serve;
            default:
                problems.Add("the command must be one of: migrate [VERSION], enrol DIR, rekey, serve");
                return ServiceCommand.Serve;
        }
    }

    public ServiceEnvironment Environment()
    {
        switch (Variable("LUMENLINK_ENV"))
        {
            case null or "development":
                return ServiceEnvironment.Development;
            case "production":
                return ServiceEnvironment.Production;
            default:
                problems.Add("LUMENLINK_ENV must be development or production");
                return ServiceEnvironment.Production;
        }
    }

    public BrokerKind BrokerKind()
    {
        switch (Variable("LUMENLINK_BROKER_KIND"))
        {
            case null or "mosquitto":
                return Configuration.BrokerKind.Mosquitto;
            case "other":
                return Configuration.BrokerKind.Other;
            default:
                problems.Add("LUMENLINK_BROKER_KIND must be mosquitto or other");
                return Configuration.BrokerKind.Other;
        }
    }

    /// <summary>What callers without a key may; null when it is not given.</summary>
    public ApiRole? Anonymous()
    {
        switch (Variable("LUMENLINK_ANONYMOUS"))
        {
            case null:
                return null;
            case "none":
                return ApiRole.None;
            case "client":
                return ApiRole.Client;
            case "viewer":
                return ApiRole.Viewer;
            default:
                problems.Add("LUMENLINK_ANONYMOUS must be none, client or viewer");
                return ApiRole.None;
        }
    }

    public string Text(string option, string variable, string otherwise) =>
        TextOrNull(option, variable) ?? otherwise;

    /// <summary>Words between commas; none when it is not given.</summary>
    public string[] List(string option, string variable) => Text(option, variable, "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public string? TextOrNull(string option, string variable)
    {
        string? set = Variable(variable);
        return options.Remove(option, out string? value) ? value : set;
    }

    /// <summary>A variable without an option: what is secret must not show in the list of processes.</summary>
    public string? Variable(string name)
    {
        asked.Add(name);
        return environment.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;
    }

    public IPAddress Address(string option, string variable)
    {
        string? text = TextOrNull(option, variable);
        if (text is null)
            return IPAddress.Loopback;
        if (IPAddress.TryParse(text, out IPAddress? address))
            return address;
        problems.Add($"{option} ({variable}) must be an IP address of this machine, or 0.0.0.0 or :: for all");
        return IPAddress.Loopback;
    }

    public int Number(string option, string variable, int otherwise, int most)
    {
        string text = Text(option, variable, otherwise.ToString(CultureInfo.InvariantCulture));
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value <= most)
            return value;
        problems.Add($"{option} ({variable}) must be a number from 0 to {most}");
        return otherwise;
    }

    /// <summary>Call last: what nobody asked for is unknown.</summary>
    /// <returns>Names of the variables of ours that nobody asked for.</returns>
    public IReadOnlyList<string> Finish()
    {
        foreach (string option in options.Keys)
            problems.Add($"{option} is not an option");
        return
        [
            .. environment.Keys
                .Where(name => OurPrefixes.Any(
                    prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) && !asked.Contains(name))
                .Order(StringComparer.Ordinal),
        ];
    }
}
