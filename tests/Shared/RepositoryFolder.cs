namespace LumenLink.Tests.Shared;

/// <summary>
/// The repository that the tests were built in. Paths that the compiler wrote down are no help: a build that can be
/// repeated elsewhere has others.
/// </summary>
internal static class RepositoryFolder
{
    /// <summary>Its path.</summary>
    /// <exception cref="InvalidOperationException">The tests do not run inside of it.</exception>
    public static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LumenLink.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("LumenLink.sln is not above the tests");
    }
}
