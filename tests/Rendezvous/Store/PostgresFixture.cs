using LumenLink.Bench;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>Tests that share the private PostgreSQL cluster.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>
{
    public const string Name = "postgresql";
}

/// <summary>
/// Databases in a cluster of our own. Stores log in as a login that owns nothing, migrations as the superuser.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    public const string ServiceLogin = "lumenlink_service";
    private const string Template = "lumen_template";
    private static int databases;
    private PostgresCluster? cluster;

    /// <summary>Why these tests cannot run here; null when they can.</summary>
    public static string? SkipReason => PostgresCluster.SkipReason;

    public async Task InitializeAsync()
    {
        if (SkipReason != null)
            return;
        cluster = await PostgresCluster.StartAsync();
        await cluster.ExecuteAsync($"CREATE ROLE {ServiceLogin} LOGIN NOINHERIT; CREATE DATABASE {Template}");
        await StoreMigrator.MigrateAsync(
            SettingsOf(Template, PostgresCluster.Superuser), null, CancellationToken.None);
        await cluster.ExecuteAsync($"GRANT lumen_ingest, lumen_api TO {ServiceLogin}");
    }

    /// <summary>The cluster's log.</summary>
    internal string LogFile => cluster!.LogFile;

    public Task DisposeAsync() => cluster is null ? Task.CompletedTask : cluster.DisposeAsync().AsTask();

    /// <summary>A new database, migrated or empty.</summary>
    internal async Task<TestDatabase> CreateAsync(bool isMigrated = true)
    {
        string name = $"test_{Interlocked.Increment(ref databases)}";
        await cluster!.ExecuteAsync($"CREATE DATABASE {name}" + (isMigrated ? $" TEMPLATE {Template}" : ""));
        return new PostgresDatabase(SettingsOf(name, ServiceLogin), SettingsOf(name, PostgresCluster.Superuser));
    }

    private DatabaseSettings SettingsOf(string database, string login) =>
        DatabaseSettings.Parse(cluster!.UrlOf(database, login), "");
}
