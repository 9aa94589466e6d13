using System.Globalization;
using System.Text.Json;
using LumenLink.Cli.Authority;
using Spectre.Console;

namespace LumenLink.Cli.Enroll;

/// <summary>What lumen enroll prints.</summary>
internal static class EnrollText
{
    /// <summary>The service's answer about one board.</summary>
    public static string Board(JsonElement answer)
    {
        string outcome = Text(answer, "outcome").Replace('_', ' ');
        string words = answer.GetProperty("dry_run").GetBoolean() && outcome == "enrolled"
            ? "would be enrolled"
            : outcome;
        string region = Text(answer, "region") is { Length: > 0 } text ? $", region {text}" : "";
        string serial = Text(answer, "certificate_serial") is { Length: > 0 } hex ? $", certificate {hex}" : "";
        return $"{Text(answer, "id")} {Text(answer, "name")}: {words}{region}{serial}";
    }

    /// <summary>How many of a batch ended how, and where it is written.</summary>
    public static void WriteSummary(
        TextWriter output, IReadOnlyList<LineResult> all, string target, bool isDryRun)
    {
        string counts = string.Join(", ", Enum.GetValues<LineOutcome>()
            .Select(outcome => (Count: all.Count(one => one.Outcome == outcome), Outcome: outcome))
            .Where(one => one.Count > 0 || one.Outcome == LineOutcome.Enrolled)
            .Select(one => $"{one.Count} {new LineResult(0, "", "", "", "", one.Outcome, "").Words}"));
        output.WriteLine((isDryRun ? "dry run, nothing changed: " : "") + counts);
        output.WriteLine(target);
    }

    /// <summary>The lines that went wrong, each with its number and what to do.</summary>
    public static void WriteProblems(TextWriter error, IReadOnlyList<LineResult> all)
    {
        foreach (LineResult line in all.Where(one => one.Outcome == LineOutcome.Refused))
            error.WriteLine($"line {line.Line}{(line.Name.Length > 0 ? $" ({line.Name})" : "")}: {line.Detail}");
        if (all.FirstOrDefault(one => one.Outcome == LineOutcome.NotTried) is { } first)
            error.WriteLine($"error: stopped at line {first.Line}: {first.Detail} Run the same again to go on.");
    }

    /// <summary>All of a batch, for programs.</summary>
    public static void WriteJson(TextWriter output, IReadOnlyList<LineResult> all) =>
        output.WriteLine(AuthorityIndex.Text(all));

    /// <summary>Groups, for people.</summary>
    public static IEnumerable<string> Groups(JsonElement list) =>
        list.GetProperty("items").EnumerateArray().Select(Group);

    /// <summary>A group, for people.</summary>
    public static string Group(JsonElement group)
    {
        string regions = string.Join(
            ' ', group.GetProperty("regions").EnumerateObject().Select(one => $"{one.Name}={one.Value}"));
        string until = group.GetProperty("open_until").GetDateTimeOffset().ToUniversalTime()
            .ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return $"{Text(group, "name")}: {Text(group, "state")}, {group.GetProperty("enrolled")} of "
            + $"{group.GetProperty("max_boards")} boards, until {until} UTC, {Text(group, "level")}, {regions}";
    }

    /// <summary>Runs something of so many steps, with a bar if somebody sits there.</summary>
    public static async Task<T> WithProgressAsync<T>(
        TextWriter error, int steps, Func<Action<LineResult>, Task<T>> run)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        if (!console.Profile.Out.IsTerminal)
            return await run(_ => { });
        return await console.Progress().AutoClear(true).StartAsync(bars =>
        {
            ProgressTask bar = bars.AddTask("boards", maxValue: steps);
            return run(_ => bar.Increment(1));
        });
    }

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString() ?? "";
}
