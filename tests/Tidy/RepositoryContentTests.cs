using System.Text.RegularExpressions;

namespace LumenLink.Tests.Tidy;

/// <summary>What the repository never contains.</summary>
public sealed partial class RepositoryContentTests
{
    private static readonly string[] Binary = [".png", ".bin", ".ico", ".woff2"];

    [Fact]
    public void NoPathsOfAMachineAndNoRegistryHosts()
    {
        var found = new List<string>();
        foreach (string file in RepositoryFiles.All.Where(file => !Binary.Contains(Path.GetExtension(file))))
        {
            string[] lines = RepositoryFiles.Lines(file);
            for (int i = 0; i < lines.Length; i++)
            {
                if (Unwanted().IsMatch(lines[i]))
                    found.Add($"{file}:{i + 1}: {lines[i].Trim()}");
            }
        }

        Assert.True(found.Count == 0, string.Join('\n', found));
    }

    [Fact]
    public void NoPrivateKeysOutsideTests()
    {
        string[] found = [.. RepositoryFiles.All
            .Where(file => !Binary.Contains(Path.GetExtension(file))
                && !file.StartsWith("tests/", StringComparison.Ordinal))
            .Where(file => KeyBlock().IsMatch(RepositoryFiles.Read(file)))];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [Fact]
    public void RelativeLinksInDocumentsLeadSomewhere()
    {
        var broken = new List<string>();
        foreach (string file in RepositoryFiles.WithExtension(".md"))
        {
            string folder = Path.GetDirectoryName(Path.Combine(RepositoryFiles.Root, file))!;
            foreach (Match link in Link().Matches(RepositoryFiles.Read(file)))
            {
                string target = link.Groups[1].Value.Split('#')[0];
                if (target.Length > 0 && !target.Contains(':') && !Path.Exists(Path.Combine(folder, target)))
                    broken.Add($"{file}: {target}");
            }
        }

        Assert.True(broken.Count == 0, string.Join('\n', broken));
    }

    // Bracketed letters, so that this line does not find itself.
    [GeneratedRegex(@"/[w]ork/|/[r]oot/|[r]egistry\.npmjs|[a]pi\.nuget|[d]eb\.debian", RegexOptions.IgnoreCase)]
    private static partial Regex Unwanted();

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]")]
    private static partial Regex KeyBlock();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
