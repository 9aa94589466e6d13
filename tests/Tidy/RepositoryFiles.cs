using System.Diagnostics;

namespace LumenLink.Tests.Tidy;

/// <summary>The files that belong to the repository: tracked, or new and not ignored.</summary>
internal static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> All { get; } = List();

    public static IEnumerable<string> WithExtension(params string[] extensions) =>
        All.Where(file => extensions.Contains(Path.GetExtension(file), StringComparer.Ordinal));

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LumenLink.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("LumenLink.sln is not above " + AppContext.BaseDirectory);
    }

    private static List<string> List()
    {
        var start = new ProcessStartInfo("git", "ls-files -z --cached --others --exclude-standard")
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        };
        using Process git = Process.Start(start)!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.Equal(0, git.ExitCode);
        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(file =>
            File.Exists(Path.Combine(Root, file)))];
    }
}
