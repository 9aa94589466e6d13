namespace LumenLink.Client;

/// <summary>Replaces files.</summary>
internal static class AtomicFile
{
    /// <summary>Gives a file the name of another, which is gone then.</summary>
    public static void Replace(string fresh, string path) => File.Move(fresh, path, overwrite: true);
}
