using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LumenLink.Cli.Audit;
using LumenLink.Cli.Provisioning;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Composition;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Limits;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using LumenLink.Rendezvous.Trust;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LumenLink.Tests.Cli;

/// <summary>
/// A service over SQLite with an export folder, a chain of some entries, exported heads up to one of them, and a way
/// past the service into its database, whose audit is put back after each use.
/// </summary>
public sealed class AuditScene : IAsyncLifetime
{
    /// <summary>Entries of the chain: its start, the keys, an enrolment, four verdicts, two more.</summary>
    public const int Entries = 9;

    /// <summary>The one that the newest head is about.</summary>
    public const int Vouched = 7;

    private static readonly string[] Tables = ["audit_chains", "audit_entries", "audit_heads"];

    private readonly HaltedTime time = new();
    private RunFolder run = null!;
    private IRendezvousStore store = null!;
    private WebApplication app = null!;
    private AuditEntry[] entries = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("lumen-audit-").FullName;

    public string Chain => store.AuditChain;

    public string Root => run.OperatorRootPublic;

    private string Database => Path.Combine(Folder, "lumenlink.db");

    private string Heads => Path.Combine(Folder, "heads");

    public async Task InitializeAsync()
    {
        run = new RunFolder(Folder);
        OperatorPki.OpenOrCreate(run);
        DatabaseSettings database = DatabaseSettings.ForSqlite(Database);
        await StoreMigrator.MigrateAsync(database, null, default);
        RendezvousSettings settings = new()
        {
            DataFolder = Folder,
            HttpPort = 0,
            MqttPort = 0,
            MetricsPort = 0,
            AuditExportFolder = Heads,
        };
        List<string> problems = [];
        TrustMaterial material = TrustMaterial.Load(settings, problems)
            ?? throw new InvalidOperationException(string.Join(' ', problems));
        store = StoreFactory.Create(database);
        app = ServiceHost.Build(settings, store, MasterKey.LoadBox(settings), material, services =>
        {
            services.AddLogging(logging => logging.ClearProviders());
            services.AddSingleton<TimeProvider>(time);
            services.AddSingleton(new LimitPolicy { PerMinute = 60_000, Burst = 1000 });
        });
        await app.StartAsync();
        await app.Services.GetRequiredService<AuditHeads>().RunAsync(AuditHeadKind.Hourly, default);
        await FillAsync();
        entries = [.. await store.ListAuditEntriesAsync(null, 99, default)];
        Assert.Equal(Entries, entries.Length);
        foreach (string table in Tables)
            await ExecuteAsync($"CREATE TABLE kept_{table} AS SELECT * FROM {table}");
    }

    public async Task DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await store.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Does this to the database, exports, verifies, and puts the audit back.</summary>
    public async Task<(int Status, string Output)> VerifyAsync(string sql, string? option = null, string? root = null)
    {
        string file = Path.Combine(Folder, "audit.jsonl");
        try
        {
            if (sql.Length > 0)
                await ExecuteAsync(sql);
            string address = $"http://127.0.0.1:{ServiceHost.Ports(app).First()}";
            (int status, string output) = Run(["export", file, "--service", address]);
            Assert.True(status == 0, output);
        }
        finally
        {
            foreach (string table in Tables)
                await ExecuteAsync($"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}");
        }

        string[] args = ["verify", file, "--root", root ?? Root, "--heads", Heads];
        return Run(option is null ? args : [.. args, option]);
    }

    /// <summary>Runs the command; what it prints, errors too.</summary>
    public static (int Status, string Output) Run(string[] args) => Run(args, TimeProvider.System);

    /// <summary>SQL that writes the chain anew from an entry on: another detail, every hash right.</summary>
    public string Rewritten(int from, bool putIn = false)
    {
        StringBuilder sql = new($"DELETE FROM audit_entries WHERE number >= {from}");
        byte[] previous = from == 1 ? new byte[AuditEntry.HashSize] : entries[from - 2].Hash;
        long number = from - 1;
        foreach (AuditFact fact in entries.Skip(from - 1).Select(entry => entry.Fact).SelectMany(
            (fact, i) => putIn && i == 0 ? new[] { fact, fact } : [fact]))
        {
            AuditFact told = fact with { Detail = number == from - 1 ? "as if" : fact.Detail };
            AuditEntry entry = AuditEntry.Next(Chain, ++number, told, previous);
            previous = entry.Hash;
            AuditFact kept = entry.Fact;
            object[] values =
            [
                kept.TenantId is null ? "NULL" : "1", kept.At.ToUnixTimeMilliseconds(), $"'{kept.Kind}'",
                $"'{kept.Subject}'", $"'{kept.Actor}'", $"'{kept.Outcome}'", $"'{kept.Detail}'", Blob(kept.Judged),
                Blob(entry.Previous), Blob(entry.Hash),
            ];
            sql.Append(
                CultureInfo.InvariantCulture,
                $"; INSERT INTO audit_entries VALUES ('{Chain}', {number}, {string.Join(", ", values)})");
        }

        sql.Append(
            CultureInfo.InvariantCulture, $"; UPDATE audit_chains SET number = {number}, hash = {Blob(previous)}");
        return sql.ToString();

        static string Blob(byte[] bytes) => $"x'{Convert.ToHexString(bytes)}'";
    }

    private async Task FillAsync()
    {
        BeaconEnrolment enrolment = new(
            1, RandomNumberGenerator.GetBytes(64), [1], SecurityLevel.EmulatedChip, 0xFFFF, "attic", "hall");
        await store.EnrolAsync(enrolment, [1], "x", time.GetUtcNow(), default);
        BeaconId beacon = BeaconId.FromBytes(SHA256.HashData(enrolment.PublicKey));
        for (uint session = 1; session <= 6; session++)
        {
            if (session == 5)
            {
                time.Advance(AuditPolicy.HeadEvery);
                await app.Services.GetRequiredService<AuditHeads>().RunAsync(AuditHeadKind.Hourly, default);
            }

            DateTimeOffset now = time.GetUtcNow();
            await store.CommitVerdictAsync(
                new VerdictRow(
                    beacon, 1, now, AttestationOutcome.Accepted, "All checks passed.", 9,
                    RandomNumberGenerator.GetBytes(16), true, now.AddMinutes(5), "1.2.3",
                    RandomNumberGenerator.GetBytes(32), now,
                    new SessionRow(beacon, 1, session, 9, [1], now, now.AddHours(12), 1)),
                default);
        }

        time.Advance(TimeSpan.FromMinutes(1));
    }

    private async Task ExecuteAsync(string sql)
    {
        await using SqliteConnection connection = new($"Data Source={Database};Pooling=False;Foreign Keys=False");
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static (int Status, string Output) Run(string[] args, TimeProvider time)
    {
        using StringWriter output = new();
        int status = AuditCommands.Create(() => new SocketsHttpHandler(), _ => null, time)
            .Parse(args).Invoke(new InvocationConfiguration { Output = output, Error = output });
        return (status, output.ToString());
    }

    /// <summary>The real time and what was added; its timers never fire, so that nothing happens by itself.</summary>
    private sealed class HaltedTime : TimeProvider
    {
        private TimeSpan added = TimeSpan.FromHours(-1);

        public void Advance(TimeSpan by) => added += by;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + added;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
