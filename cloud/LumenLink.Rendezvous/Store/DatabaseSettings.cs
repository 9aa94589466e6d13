using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace LumenLink.Rendezvous.Store;

/// <summary>Which database engine keeps the store.</summary>
internal enum StoreEngine
{
    /// <summary>A file, one process.</summary>
    Sqlite,

    /// <summary>PostgreSQL 15 or later.</summary>
    PostgreSql,
}

/// <summary>
/// Where the store is. Made from DATABASE_URL; holds its password, so it prints no more than engine, host and database.
/// </summary>
internal sealed class DatabaseSettings
{
    /// <summary>
    /// A replica that is frozen, or whose host is gone, gives back its locks: a session ends that idles in a
    /// transaction for 5 s, or whose peer is silent for 10 s and then does not answer three times, 5 s apart. Else the
    /// locks on its beacons would keep every other replica from its commits.
    /// </summary>
    private const string SessionOptions = "-c idle_in_transaction_session_timeout=5s -c tcp_keepalives_idle=10 "
        + "-c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=25s";

    private readonly NpgsqlConnectionStringBuilder? postgres;

    private DatabaseSettings(StoreEngine engine, string sqlitePath, NpgsqlConnectionStringBuilder? postgres)
    {
        Engine = engine;
        SqlitePath = sqlitePath;
        this.postgres = postgres;
    }

    /// <summary>Engine.</summary>
    public StoreEngine Engine { get; }

    /// <summary>Path of the SQLite file; empty for PostgreSQL.</summary>
    public string SqlitePath { get; }

    /// <summary>SQLite in a file.</summary>
    public static DatabaseSettings ForSqlite(string path) => new(StoreEngine.Sqlite, path, null);

    /// <summary>
    /// Reads DATABASE_URL: postgres://user:password@host:port/database?sslmode=require, percent-encoded; or key-value
    /// pairs, separated by semicolons (Host=…;Username=…) or by spaces (host=… user=…, values with spaces in single
    /// quotes). Null or blank means SQLite at <paramref name="sqlitePath"/>.
    /// </summary>
    /// <exception cref="DatabaseSettingsException">Says what is wrong, never what was written.</exception>
    public static DatabaseSettings Parse(string? databaseUrl, string sqlitePath)
    {
        string text = databaseUrl?.Trim() ?? "";
        if (text.Length == 0)
            return ForSqlite(sqlitePath);
        NpgsqlConnectionStringBuilder read = text.Contains("://", StringComparison.Ordinal) && !StartsWithKey(text)
            ? DatabaseUrlReader.ReadUrl(text)
            : DatabaseUrlReader.ReadPairs(text);
        if (string.IsNullOrEmpty(read.Host))
            throw new DatabaseSettingsException("no host is named");
        if (read.Host.Contains(','))
            throw new DatabaseSettingsException("several hosts are named; one is supported");
        if (string.IsNullOrEmpty(read.Database))
            throw new DatabaseSettingsException("no database is named");
        return new DatabaseSettings(StoreEngine.PostgreSql, "", read);
    }

    /// <summary>
    /// Connection string of the service: tables are found in the schema lumen, errors carry no row data.
    /// </summary>
    internal string ForService()
    {
        NpgsqlConnectionStringBuilder built = Copy();
        built.SearchPath = "lumen";
        built.Options = $"{SessionOptions} {built.Options}".Trim(); // what the operator sets comes last and wins
        if (built.MaxAutoPrepare == 0)
            built.MaxAutoPrepare = 64;
        if (string.IsNullOrEmpty(built.ApplicationName))
            built.ApplicationName = "lumenlink";
        return built.ConnectionString;
    }

    /// <summary>As <see cref="ForService"/>, for the one session that has the upkeep's lock: never of a pool.</summary>
    internal string ForUpkeep() => new NpgsqlConnectionStringBuilder(ForService())
    {
        Pooling = false,
        ApplicationName = "lumenlink upkeep",
    }.ConnectionString;

    /// <summary>Connection string of the migrate command. With a role, all it makes belongs to that role.</summary>
    internal string ForMigration(string? role)
    {
        if (Engine == StoreEngine.Sqlite)
            return new SqliteConnectionStringBuilder { DataSource = SqlitePath, Pooling = false }.ConnectionString;
        NpgsqlConnectionStringBuilder built = Copy();
        built.Pooling = false;
        built.ApplicationName = "lumenlink migrate";
        if (role != null)
        {
            built.SearchPath = "lumen";
            built.Options = $"{built.Options} -c role={role}".Trim();
        }
        return built.ConnectionString;
    }

    /// <summary>The same place, another database of it (PostgreSQL).</summary>
    internal DatabaseSettings WithDatabase(string name) =>
        new(Engine, "", new NpgsqlConnectionStringBuilder(postgres!.ConnectionString) { Database = name });

    /// <summary>
    /// Variables that tell PostgreSQL's own programs where the database is. The password is among them, so that it is
    /// in no list of processes.
    /// </summary>
    internal IReadOnlyDictionary<string, string?> ForPrograms() => new Dictionary<string, string?>
    {
        ["PGHOST"] = postgres!.Host,
        ["PGPORT"] = postgres.Port.ToString(CultureInfo.InvariantCulture),
        ["PGDATABASE"] = postgres.Database,
        ["PGUSER"] = postgres.Username,
        ["PGPASSWORD"] = postgres.Password,
        ["PGSSLMODE"] = postgres.SslMode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            SslMode mode => mode.ToString().ToLowerInvariant(),
        },
        ["PGSSLROOTCERT"] = postgres.RootCertificate,
        ["PGSSLCERT"] = postgres.SslCertificate,
        ["PGSSLKEY"] = postgres.SslKey,
        ["PGAPPNAME"] = "lumenlink backup",
    };

    /// <summary>Engine, host, port and database; never a password, and no user name.</summary>
    public override string ToString() => postgres == null
        ? $"SQLite at {SqlitePath}"
        : $"PostgreSQL at {postgres.Host}:{postgres.Port}, database {postgres.Database}";

    private NpgsqlConnectionStringBuilder Copy() => new(postgres!.ConnectionString)
    {
        PersistSecurityInfo = false,
        IncludeErrorDetail = false,
        LogParameters = false,
        Enlist = false,
        Multiplexing = false,
    };

    /// <summary>True when an equals sign comes before the "://", as in Password=a://b.</summary>
    private static bool StartsWithKey(string text)
    {
        int equals = text.IndexOf('=');
        return equals >= 0 && equals < text.IndexOf("://", StringComparison.Ordinal);
    }
}

/// <summary>DATABASE_URL cannot be used. The message names the fault and never the value.</summary>
/// <param name="fault">What is wrong.</param>
internal sealed class DatabaseSettingsException(string fault) : Exception($"DATABASE_URL: {fault}");
