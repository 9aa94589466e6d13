namespace LumenLink.NanoReference;

/// <summary>Brings a directory of assemblies up to date without ever showing a half-written file.</summary>
internal static class OutputDirectory
{
    /// <summary>
    /// Writes what differs (beside, then moved into place), leaves what is equal, deletes what is no longer listed.
    /// </summary>
    /// <param name="directory">Made when absent.</param>
    /// <param name="images">Assembly name to image.</param>
    public static void Update(string directory, IReadOnlyDictionary<string, byte[]> images)
    {
        Directory.CreateDirectory(directory);
        foreach ((string name, byte[] image) in images)
        {
            string path = Path.Combine(directory, name + ".dll");
            if (File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(image)) continue;
            string beside = path + ".new";
            File.WriteAllBytes(beside, image);
            File.Move(beside, path, overwrite: true);
        }

        foreach (string path in Directory.GetFiles(directory, "*.dll"))
            if (!images.ContainsKey(Path.GetFileNameWithoutExtension(path))) File.Delete(path);
    }
}
