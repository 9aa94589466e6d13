using System.Text.RegularExpressions;

namespace LumenLink.Tests.Tidy;

/// <summary>Decisions name tests that exist, and the list of documents leads to every decision.</summary>
public sealed partial class DecisionTests
{
    private const string Folder = "docs/decisions/";

    private static IEnumerable<string> Decisions =>
        RepositoryFiles.All.Where(file => file.StartsWith(Folder, StringComparison.Ordinal));

    [Fact]
    public void EveryDecisionIsHeldByTestsThatExist()
    {
        string tests = string.Join('\n', RepositoryFiles.WithExtension(".cs")
            .Where(file => file.StartsWith("tests/", StringComparison.Ordinal)).Select(RepositoryFiles.Read));
        var wrong = new List<string>();
        foreach (string file in Decisions)
        {
            string text = RepositoryFiles.Read(file);
            int held = text.IndexOf("Held by", StringComparison.Ordinal);
            string[] names = held < 0 ? [] : [.. TestName().Matches(text[held..])
                .SelectMany(match => match.Groups[1].Value.Split('.')).Distinct()];
            if (names.Length == 0)
                wrong.Add($"{file}: names no test that holds it");
            wrong.AddRange(names.Where(name => !Regex.IsMatch(tests, $@"\b(class|void|Task) {name}\b"))
                .Select(name => $"{file}: there is no test {name}"));
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void TheListOfDocumentsLeadsToEveryDecision()
    {
        string list = RepositoryFiles.Read("docs/README.md");
        Assert.All(Decisions, file => Assert.Contains(
            $"(decisions/{file[Folder.Length..]})", list, StringComparison.Ordinal));
    }

    // `SomeTests`, `SomeTests.A_case` or, after such a one, `A_case` alone.
    [GeneratedRegex(@"`([A-Z]\w*(?:Tests|Conformance)(?:\.\w+)?|[A-Z]\w*_\w+|[A-Z][a-z]+(?:[A-Z][a-z]+){3,})`")]
    private static partial Regex TestName();
}
