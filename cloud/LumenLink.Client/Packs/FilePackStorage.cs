using System.Text.Json;

namespace LumenLink.Client;

/// <summary>
/// Keeps what was seen of packs in a file, which is replaced as a whole. One storage at a time works on a file: it
/// holds a lock beside it (.lock) until it is disposed of.
/// </summary>
public sealed class FilePackStorage : IPackStorage, IDisposable
{
    /// <summary>A pack and some numbers.</summary>
    private const int MaxBytes = PackVerifier.MaxCharacters + 4096;

    private readonly string path;
    private readonly FileStream hold;

    /// <summary>Takes a file, which need not be there yet; its folder must be.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="LumenLinkException">Another one works on it, or the folder cannot be written.</exception>
    public FilePackStorage(string path)
    {
        this.path = path ?? throw new ArgumentNullException(nameof(path));
        try
        {
            hold = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Failed($"{path} cannot be taken, another process may hold it: {problem.Message}", problem);
        }
    }

    /// <inheritdoc/>
    public Task<PackState?> LoadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Load());
    }

    /// <inheritdoc/>
    public Task SaveAsync(PackState state, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        byte[] bytes = ClientJson.Write(state, ClientJson.Default.PackState);
        string fresh = path + ".new";
        try
        {
            using (FileStream file = new(fresh, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                file.Write(bytes, 0, bytes.Length);
                file.Flush(flushToDisk: true);
            }

            AtomicFile.Replace(fresh, path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Failed($"{path} cannot be written: {problem.Message}", problem);
        }

        return Task.CompletedTask;
    }

    /// <summary>Lets go of the file.</summary>
    public void Dispose() => hold.Dispose();

    private PackState? Load()
    {
        try
        {
            if (!File.Exists(path))
                return null;
            if (new FileInfo(path).Length <= MaxBytes
                && JsonSerializer.Deserialize(File.ReadAllBytes(path), ClientJson.Default.PackState) is { } state)
                return state;
        }
        catch (JsonException)
        {
            // Said below: what is wrong with it does not matter.
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Failed($"{path} cannot be read: {problem.Message}", problem);
        }

        throw Failed(
            $"{path} is damaged. Restore it; without it, or with an older one, old packs would be believed again.",
            null);
    }

    private static LumenLinkException Failed(string message, Exception? inner) =>
        new(LumenLinkError.StorageFailed, message, inner);
}
