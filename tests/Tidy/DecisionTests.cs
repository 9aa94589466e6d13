using System.Text.RegularExpressions;

namespace LumenLink.Tests.Tidy;

/// <summary>
/// Decisions and the threat model name tests that exist, and the list of documents leads to every decision.
/// </summary>
public sealed partial class DecisionTests
{
    private const string Folder = "docs/decisions/";

    private static readonly Lazy<string> Tests = new(() => string.Join('\n', RepositoryFiles.WithExtension(".cs")
        .Where(file => file.StartsWith("tests/", StringComparison.Ordinal)).Select(RepositoryFiles.Read)));

    private const string ThreatModel = "docs/threat-model.md";

    private static IEnumerable<string> Decisions =>
        RepositoryFiles.All.Where(file => file.StartsWith(Folder, StringComparison.Ordinal));

    [Fact]
    public void EveryDecisionIsHeldByTestsThatExist()
    {
        var wrong = new List<string>();
        foreach (string file in Decisions)
        {
            string text = RepositoryFiles.Read(file);
            int held = text.IndexOf("Held by", StringComparison.Ordinal);
            string[] names = held < 0 ? [] : TestsIn(text[held..]);
            if (names.Length == 0)
                wrong.Add($"{file}: names no test that holds it");
            wrong.AddRange(names.Where(IsNoTest).Select(name => $"{file}: there is no test {name}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void EveryClaimOfTheThreatModelNamesATestThatExists()
    {
        string text = RepositoryFiles.Read(ThreatModel);
        string[] claims = [.. Between(text, "## What holds", "## What does not hold").Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Where(line => !line.StartsWith("| claim", StringComparison.Ordinal))];
        Assert.True(claims.Length > 20);
        Assert.All(claims, claim => Assert.True(TestsIn(claim).Length > 0, claim));
        Assert.DoesNotContain(TestsIn(text), IsNoTest);
    }

    [Fact]
    public void TheListOfDocumentsLeadsToEveryDecision()
    {
        string list = RepositoryFiles.Read("docs/README.md");
        Assert.All(Decisions, file => Assert.Contains(
            $"(decisions/{file[Folder.Length..]})", list, StringComparison.Ordinal));
    }

    private static string Between(string text, string start, string end)
    {
        int from = text.IndexOf(start, StringComparison.Ordinal);
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    private static string[] TestsIn(string text) =>
        [.. TestName().Matches(text).SelectMany(match => match.Groups[1].Value.Split('.')).Distinct()];

    private static bool IsNoTest(string name) => !Regex.IsMatch(Tests.Value, $@"\b(class|void|Task) {name}\b");

    // `SomeTests`, `SomeTests.A_case` or, after such a one, `A_case` alone.
    [GeneratedRegex(@"`([A-Z]\w*(?:Tests|Conformance)(?:\.\w+)?|[A-Z]\w*_\w+|[A-Z][a-z]+(?:[A-Z][a-z]+){3,})`")]
    private static partial Regex TestName();
}
