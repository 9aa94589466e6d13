using System.Reflection;
using FluentMigrator;
using FluentMigrator.Runner;
using FluentMigrator.Runner.Initialization;
using FluentMigrator.Runner.VersionTableInfo;
using Npgsql;

namespace LumenLink.Rendezvous.Store.Migrations;

/// <summary>What a migration did.</summary>
/// <param name="From">Schema version before; 0 when there was none.</param>
/// <param name="To">Schema version after.</param>
internal readonly record struct MigrationResult(long From, long To);

/// <summary>
/// The migrate command. The service itself never migrates: it compares <see cref="SchemaVersion.Current"/> and refuses
/// what it cannot serve.
/// </summary>
internal static class StoreMigrator
{
    /// <summary>Any number that nobody else's advisory locks use in this database.</summary>
    private const long AdvisoryLock = 0x4C756D656E4C6E6B;

    /// <summary>
    /// Brings the schema to <paramref name="target"/>, up or down, each step in its own transaction; null: to the
    /// newest, and never down, so that an older build leaves a newer schema alone.
    /// On PostgreSQL a second migrate command waits for the first.
    /// </summary>
    public static async Task<MigrationResult> MigrateAsync(
        DatabaseSettings settings, long? target, CancellationToken cancellationToken)
    {
        if (settings.Engine == StoreEngine.Sqlite)
            return Run(settings, target);
        await using var guard = new NpgsqlConnection(settings.ForMigration(role: null));
        await guard.OpenAsync(cancellationToken);
        await ExecuteAsync(guard, $"SELECT pg_advisory_lock({AdvisoryLock})", cancellationToken);
        await PrepareRolesAsync(guard, cancellationToken);
        return Run(settings, target);
    }

    private static async Task PrepareRolesAsync(NpgsqlConnection guard, CancellationToken cancellationToken)
    {
        string script = EmbeddedScript.Read("roles.postgresql.sql");
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await ExecuteAsync(guard, script, cancellationToken);
                return;
            }
            catch (PostgresException error) when (attempt < 5 && IsRoleRace(error))
            {
                // Roles belong to the cluster, the lock to one database: another database's migration was first.
            }
        }
    }

    private static bool IsRoleRace(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation
        || error.MessageText.Contains("concurrently updated", StringComparison.Ordinal);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static MigrationResult Run(DatabaseSettings settings, long? target)
    {
        using ServiceProvider services = BuildRunner(settings);
        using IServiceScope scope = services.CreateScope();
        var runner = scope.ServiceProvider.GetRequiredService<IMigrationRunner>();
        var versions = scope.ServiceProvider.GetRequiredService<IVersionLoader>();
        long from = versions.VersionInfo.Latest();
        long to = target ?? SchemaVersion.Current;
        if (to < from && target is null)
            return new MigrationResult(from, from);
        if (to < from)
            runner.MigrateDown(to);
        else
            runner.MigrateUp(to);
        versions.LoadVersionInfo();
        return new MigrationResult(from, versions.VersionInfo.Latest());
    }

    private static ServiceProvider BuildRunner(DatabaseSettings settings)
    {
        bool isPostgres = settings.Engine == StoreEngine.PostgreSql;
        string connectionString = settings.ForMigration(isPostgres ? "lumen_migrate" : null);
        return new ServiceCollection()
            .AddFluentMigratorCore()
            .ConfigureRunner(runner => (isPostgres ? runner.AddPostgres15_0() : runner.AddSQLite())
                .WithGlobalConnectionString(connectionString)
                .WithVersionTable(new SchemaVersionTable(isPostgres ? "lumen" : "")))
            .AddSingleton(settings)
            .AddSingleton<IMigrationSourceItem>(new MigrationSource())
            .BuildServiceProvider(validateScopes: false);
    }

    private sealed class MigrationSource : IMigrationSourceItem
    {
        public IEnumerable<Type> MigrationTypeCandidates => SchemaVersion.Migrations;
    }
}

/// <summary>
/// A migration that only adds what builds before it do not see: they go on with it, and may be started anew, so that
/// replicas are replaced one by one. Any other takes away what every build since the release before left alone, and
/// builds that do not know it refuse it.
/// </summary>
/// <param name="version">Its number.</param>
/// <param name="what">What it adds, for people.</param>
internal sealed class ExpandsAttribute(long version, string what) : MigrationAttribute(version, Mark + what)
{
    /// <summary>What its description in the database begins with, for builds that do not know it.</summary>
    public const string Mark = "expands: ";
}

/// <summary>Schema version of this build. The service serves it, and newer ones that only add.</summary>
internal static class SchemaVersion
{
    /// <summary>Every migration of this build.</summary>
    public static IReadOnlyList<Type> Migrations { get; } =
        [.. typeof(SchemaVersion).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ScriptMigration)))];

    /// <summary>Number of the newest migration.</summary>
    public static long Current { get; } =
        Migrations.Max(type => type.GetCustomAttribute<MigrationAttribute>()!.Version);
}

/// <summary>Where the runner writes down what it applied.</summary>
/// <param name="schema">Schema of PostgreSQL; empty for SQLite.</param>
internal sealed class SchemaVersionTable(string schema) : IVersionTableMetaData
{
    /// <summary>Name of the table.</summary>
    public const string Name = "schema_versions";

    /// <inheritdoc/>
    public bool OwnsSchema => false;

    /// <inheritdoc/>
    public string SchemaName => schema;

    /// <inheritdoc/>
    public string TableName => Name;

    /// <inheritdoc/>
    public string ColumnName => "version";

    /// <inheritdoc/>
    public string DescriptionColumnName => "description";

    /// <inheritdoc/>
    public string UniqueIndexName => "schema_versions_once";

    /// <inheritdoc/>
    public string AppliedOnColumnName => "applied_on";

    /// <inheritdoc/>
    public bool CreateWithPrimaryKey => false;
}
