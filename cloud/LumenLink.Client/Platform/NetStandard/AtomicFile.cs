namespace LumenLink.Client;

/// <summary>Replaces files.</summary>
internal static class AtomicFile
{
    /// <summary>Gives a file the name of another, which is gone then.</summary>
    public static void Replace(string fresh, string path)
    {
        if (File.Exists(path))
            File.Replace(fresh, path, null);
        else
            File.Move(fresh, path);
    }
}
