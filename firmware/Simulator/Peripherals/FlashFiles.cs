namespace LumenLink.Simulator;

/// <summary>Why the flash refused something; the host file system turns it into nanoFramework's IOException.</summary>
internal enum FlashError
{
    None,
    VolumeNotFound,
    FileNotFound,
    DirectoryNotFound,
    AlreadyExists,
    NotEmpty,
    InUse,
    Failed,
}

/// <summary>
/// The file system as one power cycle of a board sees it. What is not closed when the power goes never was.
/// </summary>
/// <param name="run">The power cycle.</param>
internal sealed class FlashFiles(BoardRun run)
{
    private readonly object _gate = new();
    private readonly HashSet<string> _writing = [];

    public bool FileExists(string path) => Find(path) is { } host && File.Exists(host);

    public bool FolderExists(string path) => Find(path) is { } host && Directory.Exists(host);

    public long Length(string path) => Find(path) is { } host && File.Exists(host) ? new FileInfo(host).Length : -1;

    public FlashError Read(string path, out byte[] content)
    {
        content = [];
        if (Find(path) is not { } host) return FlashError.VolumeNotFound;
        lock (_gate)
        {
            if (!File.Exists(host)) return FlashError.FileNotFound;
            content = File.ReadAllBytes(host);
            return FlashError.None;
        }
    }

    /// <summary>Announces that a file is being written; one writer a file.</summary>
    public FlashError BeginWrite(string path)
    {
        if (Find(path) is not { } host) return FlashError.VolumeNotFound;
        if (Directory.Exists(host)) return FlashError.AlreadyExists;
        if (!Directory.Exists(Path.GetDirectoryName(host))) return FlashError.DirectoryNotFound;
        lock (_gate) return _writing.Add(host) ? FlashError.None : FlashError.InUse;
    }

    /// <summary>The file is closed: now, and only now, its content is durable, all of it at once.</summary>
    public FlashError Close(string path, byte[] content)
    {
        string host = Find(path)!;
        lock (_gate)
        {
            if (!_writing.Remove(host)) return FlashError.None;
        }

        return Change(FlashOperation.Close, path, content.Length, () =>
        {
            File.WriteAllBytes(host + SimFlash.PartSuffix, content);
            File.Move(host + SimFlash.PartSuffix, host, overwrite: true);
        });
    }

    public FlashError Move(string from, string to)
    {
        if (Find(from) is not { } source || Find(to) is not { } target) return FlashError.VolumeNotFound;
        lock (_gate)
        {
            if (_writing.Contains(source) || _writing.Contains(target)) return FlashError.InUse;
        }

        if (!File.Exists(source)) return FlashError.FileNotFound;
        if (File.Exists(target)) return FlashError.AlreadyExists;
        if (!Directory.Exists(Path.GetDirectoryName(target))) return FlashError.DirectoryNotFound;
        return Change(FlashOperation.Move, to, 0, () => File.Move(source, target));
    }

    public FlashError DeleteFile(string path)
    {
        if (Find(path) is not { } host) return FlashError.VolumeNotFound;
        lock (_gate)
        {
            if (_writing.Contains(host)) return FlashError.InUse;
        }

        return File.Exists(host)
            ? Change(FlashOperation.Delete, path, 0, () => File.Delete(host))
            : FlashError.FileNotFound;
    }

    public FlashError CreateFolder(string path)
    {
        if (Find(path) is not { } host) return FlashError.VolumeNotFound;
        if (File.Exists(host)) return FlashError.AlreadyExists;
        if (Directory.Exists(host)) return FlashError.None;
        return Change(FlashOperation.CreateFolder, path, 0, () => Directory.CreateDirectory(host));
    }

    public FlashError DeleteFolder(string path, bool recursive)
    {
        if (Find(path) is not { } host) return FlashError.VolumeNotFound;
        if (!Directory.Exists(host)) return FlashError.DirectoryNotFound;
        if (!recursive && Directory.EnumerateFileSystemEntries(host).Any()) return FlashError.NotEmpty;
        return Change(FlashOperation.Delete, path, 0, () => Directory.Delete(host, recursive));
    }

    /// <summary>Full device paths of the files, or folders, in a folder; in the order of their names.</summary>
    public FlashError List(string path, bool folders, out string[] paths)
    {
        paths = [];
        if (Find(path) is not { } host) return FlashError.VolumeNotFound;
        if (!Directory.Exists(host)) return FlashError.DirectoryNotFound;
        string prefix = path.TrimEnd('\\') + "\\";
        paths = [.. (folders ? Directory.EnumerateDirectories(host) : Directory.EnumerateFiles(host))
            .Where(one => !one.EndsWith(SimFlash.PartSuffix, StringComparison.Ordinal))
            .Select(one => prefix + Path.GetFileName(one)).Order(StringComparer.Ordinal)];
        return FlashError.None;
    }

    public void PowerOff()
    {
        lock (_gate) _writing.Clear();
    }

    private string? Find(string path)
    {
        if (run.IsStopped) throw new BoardStoppedException();
        return run.Board.Flash.HostPath(path);
    }

    private FlashError Change(FlashOperation operation, string path, int bytes, Action action)
    {
        FlashFault fault = run.Board.Flash.Faults?.Before(operation, path, bytes) ?? FlashFault.None;
        if (fault == FlashFault.Error) return FlashError.Failed;
        if (fault != FlashFault.PowerCutBefore) action();
        if (fault == FlashFault.None) return FlashError.None;
        run.Board.PowerOff();
        throw new BoardStoppedException();
    }
}
