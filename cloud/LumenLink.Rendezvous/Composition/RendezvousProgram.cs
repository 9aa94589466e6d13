using System.Net.Sockets;
using System.Text.Json;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Composition;

/// <summary>The commands of the process.</summary>
internal static class RendezvousProgram
{
    /// <summary>All went well.</summary>
    public const int Done = 0;

    /// <summary>It began and something failed.</summary>
    public const int Failed = 1;

    /// <summary>Something it was told or given is wrong; every problem was named.</summary>
    public const int Misconfigured = 2;

    /// <summary>Runs a command to its end and returns the process' exit code.</summary>
    public static async Task<int> RunAsync(
        string[] args, IReadOnlyDictionary<string, string> environment, TextWriter output, TextWriter errors)
    {
        List<string> problems = [.. RendezvousSettings.Parse(args, environment, out RendezvousSettings settings)];
        DatabaseSettings? database = ReadDatabase(settings, problems);
        TrustMaterial? material =
            settings.IsProduction || settings.Command is ServiceCommand.Serve or ServiceCommand.Enrol
                ? TrustMaterial.Load(settings, problems)
                : null;
        problems.AddRange(BrokerTls.Problems(settings));
        problems.AddRange(BrokerChannel.Problems(settings));
        if (settings.IsProduction)
            problems.AddRange(ProductionGuard.Check(await ReadFactsAsync(settings, database)));
        if (settings.Command == ServiceCommand.Enrol && !Directory.Exists(settings.EnrolmentFolder))
            problems.Add($"there is no folder {settings.EnrolmentFolder}");
        if (problems.Count > 0)
        {
            await NameAsync(problems, errors);
            return Misconfigured;
        }

        Directory.CreateDirectory(settings.DataFolder);
        try
        {
            return settings.Command switch
            {
                ServiceCommand.Migrate => await MigrateAsync(database!, settings.SchemaVersion, output, errors),
                ServiceCommand.Rekey => await RekeyAsync(settings, database!, output),
                ServiceCommand.Enrol => await EnrolAsync(settings, database!, material!, output),
                _ => await ServeAsync(settings, database!, material!, output, errors),
            };
        }
        catch (Exception exception) when (exception is IOException or SocketException or InvalidOperationException
            or System.Data.Common.DbException or TimeoutException)
        {
            await errors.WriteLineAsync($"LumenLink.Rendezvous: {exception.Message}");
            return Failed;
        }
    }

    private static DatabaseSettings? ReadDatabase(RendezvousSettings settings, List<string> problems)
    {
        try
        {
            return DatabaseSettings.Parse(settings.DatabaseUrl, Path.Combine(settings.DataFolder, "lumenlink.db"));
        }
        catch (DatabaseSettingsException exception)
        {
            problems.Add(exception.Message);
            return null;
        }
    }

    /// <summary>Reads what the production guard judges by; what cannot be read is named by itself.</summary>
    private static async Task<ProductionFacts> ReadFactsAsync(
        RendezvousSettings settings, DatabaseSettings? database)
    {
        IReadOnlyList<SecurityLevel> weak = [];
        try
        {
            weak = ReferencePolicy.Load(settings.OperatorFolder).WeakInProduction;
        }
        catch (Exception exception) when (TrustMaterial.IsUnusable(exception))
        {
        }

        return new ProductionFacts(
            settings, File.Exists(Path.Combine(settings.OperatorFolder, "root.pub")), weak,
            database?.Engine == StoreEngine.PostgreSql
                ? await DatabaseDurability.AskAsync(database, CancellationToken.None)
                : null);
    }

    private static async Task NameAsync(List<string> problems, TextWriter errors)
    {
        await errors.WriteLineAsync("LumenLink.Rendezvous cannot start:");
        foreach (string problem in problems)
            await errors.WriteLineAsync($"  - {problem}");
        await errors.WriteLineAsync(RendezvousSettings.Usage);
    }

    private static async Task<int> MigrateAsync(
        DatabaseSettings database, long? target, TextWriter output, TextWriter errors)
    {
        if (target > SchemaVersion.Current)
        {
            await errors.WriteLineAsync(
                $"LumenLink.Rendezvous: this build knows no schema version above {SchemaVersion.Current}");
            return Misconfigured;
        }

        MigrationResult result = await StoreMigrator.MigrateAsync(database, target, CancellationToken.None);
        await output.WriteLineAsync($"{database}: schema version {result.From} -> {result.To}");
        return Done;
    }

    private static async Task<int> EnrolAsync(
        RendezvousSettings settings, DatabaseSettings database, TrustMaterial material, TextWriter output)
    {
        SecretBox box = MasterKey.LoadBox(settings);
        await using IRendezvousStore store = StoreFactory.Create(database);
        using ILoggerFactory loggers =
            LoggerFactory.Create(logging => logging.AddSimpleConsole(line => line.SingleLine = true));
        EnrolmentImporter importer =
            new(
                new Enroller(store, store, box, material, TimeProvider.System),
                loggers.CreateLogger<EnrolmentImporter>());
        EnrolmentCounts counts = await importer.ImportAsync(settings.EnrolmentFolder, CancellationToken.None);
        await output.WriteLineAsync(
            $"{counts.Enrolled} enrolled, {counts.AlreadyEnrolled} already enrolled, {counts.Failed} refused");
        return counts.Failed == 0 ? Done : Failed;
    }

    private static async Task<int> RekeyAsync(
        RendezvousSettings settings, DatabaseSettings database, TextWriter output)
    {
        SecretBox box = MasterKey.LoadBox(settings);
        await using IRendezvousStore store = StoreFactory.Create(database);
        IReadOnlyList<ResealCount> counts = await new MasterKeyRotation(store, box).RunAsync(CancellationToken.None);
        foreach (ResealCount count in counts)
        {
            await output.WriteLineAsync(
                $"{JsonNamingPolicy.SnakeCaseLower.ConvertName($"{count.Kind}")}: {count.Resealed} sealed anew, "
                + $"{count.Unopened} do not open under these keys");
        }

        ILookup<SealedUnder, long> under = await MasterKeyRotation.CountAsync(store, box, CancellationToken.None);
        bool isDone = under.All(group => group.Key == SealedUnder.CurrentKey);
        await output.WriteLineAsync(isDone
            ? "everything is under the current key: once every service has it, LUMENLINK_MASTER_KEY_PREVIOUS may go"
            : "something is not: give the key that is missing as LUMENLINK_MASTER_KEY_PREVIOUS and run this again");
        return isDone ? Done : Failed;
    }

    private static async Task<int> ServeAsync(
        RendezvousSettings settings, DatabaseSettings database, TrustMaterial material, TextWriter output,
        TextWriter errors)
    {
        SecretBox box = MasterKey.LoadBox(settings);
        await using IRendezvousStore store = StoreFactory.Create(database);

        // A store that does not answer yet is no reason not to start; one of another schema is.
        StoreHealth health = await store.CheckAsync(CancellationToken.None);
        if (health is StoreHealth.SchemaTooOld or StoreHealth.SchemaTooNew)
        {
            await errors.WriteLineAsync(
                health == StoreHealth.SchemaTooOld
                    ? "LumenLink.Rendezvous: the schema is older than this build needs: run the migrate command"
                    : "LumenLink.Rendezvous: the schema is newer than this build knows");
            return Misconfigured;
        }

        await using WebApplication app = ServiceHost.Build(settings, store, box, material);
        await app.StartAsync();
        await output.WriteLineAsync(
            $"ready http://127.0.0.1:{ServiceHost.Ports(app).First()}/"); // what a supervisor waits for
        await app.WaitForShutdownAsync();
        return Done;
    }
}
