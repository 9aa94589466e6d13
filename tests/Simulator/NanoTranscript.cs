namespace LumenLink.Tests.Simulator;

/// <summary>The transcript that the repository keeps.</summary>
internal static class NanoTranscript
{
    private const string Mark = "transcript ";

    /// <summary>Where it is.</summary>
    public static string File { get; } = Path.Combine(Root(), "tests", "FirmwareNano", "transcript.txt");

    /// <summary>Its lines.</summary>
    public static string[] Lines => System.IO.File.ReadAllLines(File);

    /// <summary>Whether a line of a console belongs to a transcript.</summary>
    public static bool IsLine(string line) => line.StartsWith(Mark, StringComparison.Ordinal);

    /// <summary>The folder of the repository.</summary>
    public static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "LumenLink.sln")))
            folder = folder.Parent;
        return folder!.FullName;
    }
}
