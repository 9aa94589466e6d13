using System.Text;

namespace LumenLink.Rendezvous.Audit;

/// <summary>The folder that heads are exported to: one file each, whole or not there, never written again.</summary>
internal static class AuditExportFolder
{
    /// <summary>Ending of the files of heads.</summary>
    public const string Ending = ".jws";

    /// <summary>Writes a head; nothing when its file is there.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It could not be written.</exception>
    public static void Write(string folder, string fileName, string jws)
    {
        string path = Path.Combine(folder, fileName);
        if (File.Exists(path))
            return;
        Directory.CreateDirectory(folder);
        string unfinished = path + ".new";
        using (FileStream file = new(unfinished, FileMode.Create, FileAccess.Write))
        {
            file.Write(Encoding.ASCII.GetBytes(jws + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: false);
    }
}
