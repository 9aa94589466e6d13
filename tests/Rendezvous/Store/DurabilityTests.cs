using LumenLink.Bench;
using LumenLink.Rendezvous.Composition;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Store.Migrations;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>
/// Why production refuses a database whose commits do not wait for the disk: what it acknowledged is gone after a
/// crash. Beacons forget what they have a receipt of, so the store asks for the wait in each of its transactions; fsync
/// is no session's to ask for, and operators and other programs write here too.
/// </summary>
public sealed class DurabilityTests
{
    private const int Records = 3;
    private const string Database = "durability";

    [PostgresTheory]
    [InlineData("on", true)]
    [InlineData("off", false)]
    public async Task After_a_crash_an_acknowledged_commit_is_there_only_if_it_waited_and_every_receipted_record_is(
        string synchronousCommit, bool isKept)
    {
        await using PostgresCluster cluster = await PostgresCluster.StartAsync(
            isDurable: true, $"-c autovacuum=off -c synchronous_commit={synchronousCommit}");
        await cluster.ExecuteAsync($"CREATE DATABASE {Database}");
        DatabaseSettings settings = DatabaseSettings.Parse(cluster.UrlOf(Database, PostgresCluster.Superuser), "");
        await StoreMigrator.MigrateAsync(settings, null, CancellationToken.None);
        DatabaseDurability durability = await DatabaseDurability.AskAsync(settings, CancellationToken.None);
        await using PostgresDatabase database = new(settings, settings);
        await cluster.FreezeWalWriterAsync();
        await SendAsync(settings);
        await database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'acknowledged')");

        await cluster.CrashAsync();
        await cluster.StartAgainAsync();

        Assert.Equal(Records, await database.CountAsync("frames"));
        Assert.Equal(isKept ? 1 : 0, await database.CountAsync("tenants WHERE tenant_id = 2"));
        Assert.Equal(isKept ? [] : ["synchronous_commit"], durability.Off);
        Assert.Equal(isKept, !Refuses(durability));
    }

    /// <summary>A beacon attests and sends records; each has its receipt.</summary>
    private static async Task SendAsync(DatabaseSettings settings)
    {
        await using IRendezvousStore store = StoreFactory.Create(settings);
        await using TestService service = await new TestService(over: store).StartAsync();
        TestBeacon beacon = await service.EnrolAsync();
        await service.AttestAsync(beacon);
        for (uint sequence = 1; sequence <= Records; sequence++)
        {
            FrameAnswer answer = await service.HandleAsync(
                beacon, beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(sequence, [sequence])));
            Assert.Equal(IngestOutcome.Accepted, answer.Outcome);
            Assert.True(beacon.Session.Receipt(answer.Reply.ToArray()).IsSettled(sequence));
        }
    }

    private static bool Refuses(DatabaseDurability durability) =>
        ProductionGuard.Check(new ProductionFacts(new RendezvousSettings(), true, [], durability))
            .Any(problem => problem.Contains("synchronous_commit", StringComparison.Ordinal));
}
