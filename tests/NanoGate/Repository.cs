namespace LumenLink.Tests.NanoGate;

/// <summary>Where the repository is, and what in it the tests read.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string ApiLists => Path.Combine(Root, "firmware", "nano-api");

    /// <summary>Files of the working tree below a folder, build products and hidden folders left out.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Where(IsSource).Order();

    /// <summary>Path from the root, with slashes.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static bool IsSource(string path) =>
        !Relative(path).Split('/').Any(
            part => part is "bin" or "obj" or "artifacts" or "packages" || part.StartsWith('.'));

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LumenLink.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("LumenLink.sln is in no folder above the tests");
    }
}
