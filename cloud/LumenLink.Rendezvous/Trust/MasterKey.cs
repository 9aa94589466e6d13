using System.Security.Cryptography;
using LumenLink.Rendezvous.Configuration;

namespace LumenLink.Rendezvous.Trust;

/// <summary>Loads the 32-byte key under which everything secret is sealed.</summary>
internal static class MasterKey
{
    public const int Size = 32;

    /// <summary>True if the text is the base64 of 32 bytes.</summary>
    public static bool IsWellFormed(string text)
    {
        Span<byte> key = stackalloc byte[Size + 1];
        bool ok = Convert.TryFromBase64String(text, key, out int written) && written == Size;
        CryptographicOperations.ZeroMemory(key);
        return ok;
    }

    /// <summary>The box of the current key, which opens what is under the previous one too.</summary>
    /// <exception cref="InvalidOperationException">There is no current key, or it is not 32 bytes.</exception>
    public static SecretBox LoadBox(RendezvousSettings settings) => new(
        Load(settings),
        settings.PreviousMasterKeyText is { } previous ? Convert.FromBase64String(previous) : null);

    /// <summary>
    /// The key of LUMENLINK_MASTER_KEY, or in development that of DATA/master.key, which is made
    /// when it is absent: readable by its owner only, and in place as a whole or not at all.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is none, or it is not 32 bytes.</exception>
    public static byte[] Load(RendezvousSettings settings)
    {
        if (settings.MasterKeyText is { } text)
            return Convert.FromBase64String(text);
        if (settings.IsProduction)
            throw new InvalidOperationException("production needs LUMENLINK_MASTER_KEY");
        string path = Path.Combine(settings.DataFolder, "master.key");
        if (!File.Exists(path))
            Make(settings.DataFolder, path);
        byte[] key = File.ReadAllBytes(path);
        return key.Length == Size
            ? key
            : throw new InvalidOperationException("master.key must hold 32 bytes");
    }

    private static void Make(string folder, string path)
    {
        Directory.CreateDirectory(folder);
        string fresh = path + "." + Guid.NewGuid().ToString("N");
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (FileStream file = new(fresh, options))
        {
            file.Write(RandomNumberGenerator.GetBytes(Size));
            file.Flush(flushToDisk: true);
        }

        try
        {
            File.Move(fresh, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(fresh);
        }
    }
}
