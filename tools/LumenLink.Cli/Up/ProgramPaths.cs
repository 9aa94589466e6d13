namespace LumenLink.Cli.Up;

/// <summary>Where the programs that `up` starts were built, beside this one.</summary>
internal sealed record ProgramPaths(string Service, string Fleet)
{
    public static ProgramPaths Find()
    {
        // artifacts/bin/LumenLink.Cli/<configuration>/ -> artifacts/bin/<project>/<configuration>/
        string own = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        string configuration = Path.GetFileName(own);
        string bin = Path.GetFullPath(Path.Combine(own, "..", ".."));
        return new ProgramPaths(
            Built(bin, "LumenLink.Rendezvous", configuration), Built(bin, "LumenLink.Simulator.Fleet", configuration));
    }

    private static string Built(string bin, string project, string configuration)
    {
        string path = Path.Combine(bin, project, configuration, project + ".dll");
        return File.Exists(path)
            ? path
            : throw new UpException($"{project} is not built: run tools/up.sh, which builds it");
    }
}

/// <summary>Something that a person must be told in one sentence; ends the program with status 1.</summary>
/// <param name="message">The sentence.</param>
internal sealed class UpException(string message) : Exception(message);
