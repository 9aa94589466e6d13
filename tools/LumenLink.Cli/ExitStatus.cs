namespace LumenLink.Cli;

/// <summary>What every command ends with (docs/cli.md); nothing else repeats one of the numbers.</summary>
internal static class ExitStatus
{
    /// <summary>It was done; what was checked is good.</summary>
    public const int Done = 0;

    /// <summary>
    /// It was tried and failed: refused by the service, a beacon or a check, or the service is not reached.
    /// </summary>
    public const int Failed = 1;

    /// <summary>Nothing was tried: an option, an argument, a file or a variable cannot be used.</summary>
    public const int Misused = 2;

    /// <summary>
    /// Nothing is known to be wrong, and it cannot be said that all is right: the audit has gaps; no service was there
    /// to ask.
    /// </summary>
    public const int Undecided = 3;
}
