using LumenLink.Simulator;

namespace System.IO;

/// <summary>Folders on the board's flash.</summary>
public static class Directory
{
    private static FlashFiles Files => Strand.HostCall().Run.Files;

    public static DirectoryInfo CreateDirectory(string path)
    {
        FlashFailure.Check(Files.CreateFolder(path));
        return new DirectoryInfo(path);
    }

    public static void Delete(string path) => Delete(path, false);

    public static void Delete(string path, bool recursive) => FlashFailure.Check(Files.DeleteFolder(path, recursive));

    public static bool Exists(string path) => Files.FolderExists(path);

    public static string[] GetFiles(string path) => List(path, folders: false);

    public static string[] GetDirectories(string path) => List(path, folders: true);

    private static string[] List(string path, bool folders)
    {
        FlashFailure.Check(Files.List(path, folders, out string[] paths));
        return paths;
    }
}

/// <summary>A file or folder by its path.</summary>
public abstract class FileSystemInfo : MarshalByRefObject
{
    private protected FileSystemInfo(string path) => FullName = path;

    protected FileSystemInfo()
        : this("")
    {
    }

    public virtual string FullName { get; }

    public abstract bool Exists { get; }

    public abstract string Name { get; }
}

/// <summary>A folder by its path.</summary>
public sealed class DirectoryInfo(string path) : FileSystemInfo(path)
{
    public override string Name => Path.GetFileName(FullName.TrimEnd('\\'));

    public override bool Exists => Directory.Exists(FullName);
}

/// <summary>A file by its path.</summary>
public sealed class FileInfo(string fileName) : FileSystemInfo(fileName)
{
    public override string Name => Path.GetFileName(FullName);

    public override bool Exists => File.Exists(FullName);

    public long Length
    {
        get
        {
            long length = Strand.HostCall().Run.Files.Length(FullName);
            return length >= 0 ? length : throw FlashFailure.For(FlashError.FileNotFound);
        }
    }
}

/// <summary>A drive; its size is not known to nanoFramework.</summary>
public sealed class DriveInfo
{
    public DriveInfo(string driveName)
    {
        ArgumentNullException.ThrowIfNull(driveName);
        Name = driveName;
    }

    public string Name { get; set; }

    public long TotalSize { get; set; } = -1;
}

/// <summary>Paths with backslashes.</summary>
public static class Path
{
    public static string Combine(string path1, string path2)
    {
        ArgumentNullException.ThrowIfNull(path1);
        ArgumentNullException.ThrowIfNull(path2);
        if (path2.Length == 0) return path1;
        if (path1.Length == 0 || path2[0] == '\\' || path2.Contains(':')) return path2;
        return path1[^1] == '\\' ? path1 + path2 : path1 + "\\" + path2;
    }

    public static string? GetDirectoryName(string? path)
    {
        int last = path?.LastIndexOf('\\') ?? -1;
        if (last < 0) return path is null ? null : "";
        string folder = path![..last];
        return folder.EndsWith(':') ? (path.Length == last + 1 ? null : folder + "\\") : folder;
    }

    public static string GetFileName(string path) => path[(path.LastIndexOf('\\') + 1)..];
}
