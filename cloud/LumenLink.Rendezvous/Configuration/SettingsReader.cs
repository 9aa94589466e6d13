using System.Globalization;

namespace LumenLink.Rendezvous.Configuration;

/// <summary>
/// Takes options from arguments first, then from the environment, and notes every problem instead of stopping.
/// </summary>
internal sealed class SettingsReader
{
    private readonly Dictionary<string, string> options = [];
    private readonly List<string> words = [];
    private readonly Func<string, string?> environment;
    private readonly List<string> problems;

    public SettingsReader(IReadOnlyList<string> args, Func<string, string?> environment, List<string> problems)
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

    public ServiceCommand Command()
    {
        switch (words)
        {
            case ["migrate"]:
                return ServiceCommand.Migrate;
            case ["enrol", _]:
                return ServiceCommand.Enrol;
            case ["serve"]:
                return ServiceCommand.Serve;
            default:
                problems.Add("the command must be one of: migrate, enrol DIR, serve");
                return ServiceCommand.Serve;
        }
    }

    public ServiceEnvironment Environment()
    {
        switch (Secret("LUMENLINK_ENV"))
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

    public string Text(string option, string variable, string otherwise) =>
        options.Remove(option, out string? value) ? value
            : environment(variable) is { Length: > 0 } set ? set
            : otherwise;

    /// <summary>Words between commas; none when it is not given.</summary>
    public string[] List(string option, string variable) => Text(option, variable, "")
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>A variable that has no option, so that it does not show in the list of processes.</summary>
    public string? Secret(string variable) => environment(variable) is { Length: > 0 } value ? value : null;

    public int Number(string option, string variable, int otherwise, int most)
    {
        string text = Text(option, variable, otherwise.ToString(CultureInfo.InvariantCulture));
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value <= most)
            return value;
        problems.Add($"{option} ({variable}) must be a number from 0 to {most}");
        return otherwise;
    }

    /// <summary>Call last: what nobody asked for is unknown.</summary>
    public void Finish()
    {
        foreach (string option in options.Keys)
            problems.Add($"{option} is not an option");
    }
}
