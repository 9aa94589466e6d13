using System.Text;
using LumenLink.Simulator;

namespace System.IO;

/// <summary>Turns the flash's refusals into nanoFramework's exceptions.</summary>
internal static class FlashFailure
{
    public static void Check(FlashError error)
    {
        if (error != FlashError.None) throw For(error);
    }

    public static NanoIOException For(FlashError error) => new(error.ToString(), (int)(error switch
    {
        FlashError.VolumeNotFound => NanoIOException.IOExceptionErrorCode.VolumeNotFound,
        FlashError.FileNotFound => NanoIOException.IOExceptionErrorCode.FileNotFound,
        FlashError.DirectoryNotFound => NanoIOException.IOExceptionErrorCode.DirectoryNotFound,
        FlashError.AlreadyExists => NanoIOException.IOExceptionErrorCode.PathAlreadyExists,
        FlashError.NotEmpty => NanoIOException.IOExceptionErrorCode.DirectoryNotEmpty,
        FlashError.InUse => NanoIOException.IOExceptionErrorCode.UnauthorizedAccess,
        _ => NanoIOException.IOExceptionErrorCode.Others,
    }));
}

/// <summary>Files on the board's flash.</summary>
public static class File
{
    private static FlashFiles Files => Strand.HostCall().Run.Files;

    public static FileStream Create(string path) => new(path, FileMode.Create, FileAccess.ReadWrite);

    public static void Delete(string path)
    {
        FlashError error = Files.DeleteFile(path);
        if (error != FlashError.FileNotFound) FlashFailure.Check(error);
    }

    public static bool Exists(string path) => Files.FileExists(path);

    public static void Move(string sourceFileName, string destFileName) =>
        FlashFailure.Check(Files.Move(sourceFileName, destFileName));

    public static FileStream Open(string path, FileMode mode) => new(path, mode);

    public static FileStream Open(string path, FileMode mode, FileAccess access) => new(path, mode, access);

    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share) =>
        new(path, mode, access, share);

    public static FileStream OpenRead(string path) => new(path, FileMode.Open, FileAccess.Read);

    public static FileStream OpenWrite(string path) =>
        new(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);

    public static byte[] ReadAllBytes(string path)
    {
        FlashFailure.Check(Files.Read(path, out byte[] content));
        return content;
    }

    public static string ReadAllText(string path) => Encoding.UTF8.GetString(ReadAllBytes(path));

    public static void WriteAllBytes(string path, byte[] bytes)
    {
        using FileStream stream = Create(path);
        stream.Write(bytes, 0, bytes.Length);
    }

    public static void WriteAllText(string path, string contents) =>
        WriteAllBytes(path, Encoding.UTF8.GetBytes(contents));
}
