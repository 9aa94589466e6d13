using LumenLink.Rendezvous.Store.Migrations;

namespace LumenLink.Rendezvous.Store.Backup;

/// <summary>Why a backup or a restore was not made. The message is for the operator and names no secret.</summary>
internal sealed class BackupException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What one moment of a database holds.</summary>
/// <param name="Version">Schema version.</param>
/// <param name="Rows">Rows by table.</param>
/// <param name="AuditHeads">The newest entry of each chain of the audit, as "chain number hash".</param>
internal sealed record StoreContents(
    long Version, IReadOnlyDictionary<string, long> Rows, IReadOnlyList<string> AuditHeads)
{
    /// <summary>Rows of all tables.</summary>
    public long Total => Rows.Values.Sum();

    /// <summary>What another has not alike, one line each.</summary>
    public IEnumerable<string> DifferencesTo(StoreContents other)
    {
        if (Version != other.Version)
            yield return $"schema version {Version} and {other.Version}";
        foreach (string table in Rows.Keys.Union(other.Rows.Keys).Order(StringComparer.Ordinal))
        {
            long? here = Rows.TryGetValue(table, out long mine) ? mine : null;
            long? there = other.Rows.TryGetValue(table, out long theirs) ? theirs : null;
            if (here != there)
                yield return $"{table}: {here?.ToString() ?? "no table"} and {there?.ToString() ?? "no table"}";
        }

        if (!AuditHeads.SequenceEqual(other.AuditHeads))
            yield return "the heads of the audit's chains differ";
    }
}

/// <summary>
/// The whole store in one file, from one moment of it, while the service goes on; and back. What is sealed stays
/// sealed: without the master key its secrets are lost.
/// </summary>
internal abstract class StoreBackup(DatabaseSettings settings)
{
    /// <summary>Ending of a file that is being written.</summary>
    private const string Unfinished = ".new";

    /// <summary>Where the database is.</summary>
    protected DatabaseSettings Settings => settings;

    /// <summary>The way of this engine.</summary>
    public static StoreBackup Of(DatabaseSettings settings) => settings.Engine == StoreEngine.Sqlite
        ? new SqliteBackup(settings)
        : new PostgresBackup(settings, PostgresPrograms.Find());

    /// <summary>Writes the database into a new file, which is there once it is whole and on disk.</summary>
    /// <returns>What is in it.</returns>
    /// <exception cref="BackupException">It could not be written.</exception>
    public async Task<StoreContents> WriteAsync(string file, CancellationToken cancellationToken)
    {
        if (File.Exists(file))
            throw new BackupException($"{file} is there already");
        string unfinished = file + Unfinished;
        try
        {
            await using (FileStream made = new(unfinished, OwnFile(FileMode.Create)))
                made.Flush(flushToDisk: true);
            StoreContents contents = await DumpAsync(unfinished, cancellationToken);
            await using (FileStream written = new(unfinished, FileMode.Open, FileAccess.ReadWrite))
                written.Flush(flushToDisk: true);
            File.Move(unfinished, file, overwrite: false);
            return contents;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Restores a file into a scratch database and compares that with what the file is to hold.</summary>
    /// <exception cref="BackupException">It cannot be restored, or holds something else.</exception>
    public async Task VerifyAsync(string file, StoreContents expected, CancellationToken cancellationToken)
    {
        string[] differences = [.. expected.DifferencesTo(await ReadBackAsync(file, cancellationToken))];
        if (differences.Length > 0)
            throw new BackupException($"{file} does not hold what it should: {string.Join("; ", differences)}");
    }

    /// <summary>Puts a file back.</summary>
    /// <param name="file">What <see cref="WriteAsync"/> wrote.</param>
    /// <param name="replaces">
    /// A database that holds something gives way to it. It is kept until the other is there.
    /// </param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What is there now.</returns>
    /// <exception cref="BackupException">It could not be; then what was there before still is.</exception>
    public async Task<StoreContents> RestoreAsync(string file, bool replaces, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
            throw new BackupException($"there is no file {file}");
        long version = await ReadVersionAsync(file, cancellationToken);
        if (version == 0)
            throw new BackupException($"{file} holds no LumenLink database");
        if (version > SchemaVersion.Current)
        {
            throw new BackupException(
                $"{file} is of schema version {version}, and this build knows {SchemaVersion.Current}");
        }

        if (!replaces && await HasContentsAsync(cancellationToken))
            throw new BackupException($"{settings} is not empty; --replace puts the backup in its place");
        return await LoadAsync(file, version, cancellationToken);
    }

    /// <summary>A file that only its owner may read: it holds what beacons heard.</summary>
    protected static FileStreamOptions OwnFile(FileMode mode)
    {
        FileStreamOptions options = new() { Mode = mode, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    /// <summary>Fails unless what was restored is of the version that the file told.</summary>
    protected static void RequireVersion(StoreContents restored, long version)
    {
        if (restored.Version != version)
            throw new BackupException($"schema version {restored.Version} was restored from a file of {version}");
    }

    /// <summary>Writes one moment of the database into a file that is there and empty; tells that moment.</summary>
    protected abstract Task<StoreContents> DumpAsync(string file, CancellationToken cancellationToken);

    /// <summary>Restores into a scratch database, tells what is in it, and removes it.</summary>
    protected abstract Task<StoreContents> ReadBackAsync(string file, CancellationToken cancellationToken);

    /// <summary>Schema version of what a file holds; 0 for something else.</summary>
    protected abstract Task<long> ReadVersionAsync(string file, CancellationToken cancellationToken);

    /// <summary>True when the database has tables.</summary>
    protected abstract Task<bool> HasContentsAsync(CancellationToken cancellationToken);

    /// <summary>Restores whole or not at all, in the place of what is there.</summary>
    protected abstract Task<StoreContents> LoadAsync(string file, long version, CancellationToken cancellationToken);
}
