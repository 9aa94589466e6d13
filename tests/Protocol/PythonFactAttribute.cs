namespace LumenLink.Tests.Protocol;

/// <summary>A test that needs python3; where that is absent the test is reported as skipped, by name.</summary>
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator);
        if (!folders.Any(f => File.Exists(Path.Combine(f, "python3"))))
        {
            Skip = "python3 is not on the path.";
        }
    }
}
