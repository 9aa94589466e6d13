namespace LumenLink.Simulator;

/// <summary>What is about to happen to a board's flash.</summary>
public enum FlashOperation
{
    /// <summary>A written file becomes durable: it is being closed.</summary>
    Close,

    /// <summary>A file takes another name.</summary>
    Move,

    /// <summary>A file or folder goes away.</summary>
    Delete,

    /// <summary>A folder is made.</summary>
    CreateFolder,
}

/// <summary>What a fault does to a flash operation.</summary>
public enum FlashFault
{
    /// <summary>Nothing: the operation happens.</summary>
    None,

    /// <summary>The power goes before anything of it happened.</summary>
    PowerCutBefore,

    /// <summary>The power goes when it has just happened.</summary>
    PowerCutAfter,

    /// <summary>The operation fails with an I/O error, as on full or worn flash.</summary>
    Error,
}

/// <summary>Decides about faults of a board's flash, operation by operation.</summary>
public interface ISimFlashFaults
{
    /// <summary>Asked before each operation that changes the flash.</summary>
    /// <param name="operation">What is about to happen.</param>
    /// <param name="path">The device's path, such as <c>I:\a.rec</c>.</param>
    /// <param name="bytes">Size of the file for <see cref="FlashOperation.Close"/>, else 0.</param>
    FlashFault Before(FlashOperation operation, string path, int bytes);
}

/// <summary>The flash file system of a board: its drive <c>I:\</c> lies in a folder of the host.</summary>
public sealed class SimFlash
{
    internal SimFlash(string folder)
    {
        Folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(Folder);

        // A process that was killed left what was not closed yet: it never was.
        foreach (string part in Directory.EnumerateFiles(Folder, "*" + PartSuffix, SearchOption.AllDirectories))
            File.Delete(part);
    }

    /// <summary>Ends the name of a file that is being closed.</summary>
    internal const string PartSuffix = "~part";

    /// <summary>The host's folder.</summary>
    public string Folder { get; }

    /// <summary>Decides about faults; null: there are none.</summary>
    public ISimFlashFaults? Faults { get; set; }

    /// <summary>The host's path for a device's path.</summary>
    /// <param name="devicePath">Such as <c>I:\queue\00000001-00000002.rec</c>.</param>
    /// <returns>The path, or null when it is no path on this drive.</returns>
    internal string? HostPath(string? devicePath)
    {
        if (devicePath is null || devicePath.Length > SimLimits.FlashPathCharacters) return null;
        if (!devicePath.StartsWith("I:", StringComparison.OrdinalIgnoreCase)) return null;
        string host = Folder;
        foreach (string part in devicePath[2..].Split('\\', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IsName(part)) return null;
            host = Path.Combine(host, part);
        }

        return host;
    }

    private static bool IsName(string part) =>
        part is not ("." or "..") && !part.AsSpan().ContainsAny("/:*?\"<>|") && !part.Any(char.IsControl);
}
