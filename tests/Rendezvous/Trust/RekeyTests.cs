using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.AspNetCore.DataProtection;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>The master key changes under a service that runs.</summary>
public sealed class RekeyTests
{
    [Fact]
    public async Task A_beacon_is_served_while_everything_is_sealed_anew_and_after_the_old_key_is_gone()
    {
        await using RunningService service = await RunningService.StartAsync();
        byte[] oldKey = service.MasterKey;
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        byte[] newKey = RandomNumberGenerator.GetBytes(32);
        await RestartAsync(service, newKey, keepsPrevious: true);
        await using (TestClient client = await TestClient.ConnectAsync(service.Get<EmbeddedBroker>().Port, beacon))
        {
            await client.AssertServedAsync(1);
            await using IRendezvousStore beside = StoreFactory.Create(service.Database.MigrationSettings);
            Task<IReadOnlyList<ResealCount>> rekey =
                new MasterKeyRotation(beside, new SecretBox(newKey, oldKey)).RunAsync(default);
            uint sequence = 2;
            do
            {
                await client.AssertServedAsync(sequence++);
            }
            while (!rekey.IsCompleted);
            Assert.All(await rekey, count => Assert.Equal(0, count.Unopened));
            Assert.True((await rekey).Sum(count => count.Resealed) >= 4);
            await client.AssertServedAsync(sequence);
        }

        await RestartAsync(service, newKey, keepsPrevious: false);
        Assert.Equal(
            IngestOutcome.Accepted,
            (await service.HandleAsync(beacon, beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(99, [1]))))
            .Outcome);
        Assert.Equal(IngestOutcome.Attested, await service.AttestAsync(beacon));
        Assert.Contains(beacon.Session!.Secrets, secret => secret.Plain.AsSpan().SequenceEqual(service.EidKey));
    }

    [Fact]
    public async Task A_service_without_the_old_key_says_that_secrets_do_not_open()
    {
        using LogCapture log = new();
        await using RunningService service = await RunningService.StartAsync(replace: log.Install);
        await service.EnrolLiveAsync("attic");
        await RestartAsync(service, RandomNumberGenerator.GetBytes(32), keepsPrevious: false);
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        string metrics;
        do
        {
            metrics = await service.Http.GetStringAsync(new Uri(service.MetricsAddress, "/metrics"), limit.Token);
        }
        while (!metrics.Contains("lumenlink_sealed_rows{key=\"UnknownKey\"}", StringComparison.Ordinal));
        Assert.DoesNotContain("lumenlink_sealed_rows{key=\"UnknownKey\"} 0", metrics, StringComparison.Ordinal);
        await service.StopAsync();
        Assert.Contains(
            log.Lines, line => line.Text.Contains("set it as LUMENLINK_MASTER_KEY_PREVIOUS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_of_pages_are_in_memory_only()
    {
        await using RunningService service = await RunningService.StartAsync();
        Assert.IsType<EphemeralDataProtectionProvider>(service.Get<IDataProtectionProvider>());
    }

    private static async Task RestartAsync(RunningService service, byte[] key, bool keepsPrevious)
    {
        await service.StopAsync();
        service.ChangeMasterKey(key, keepsPrevious);
        await service.StartAgainAsync();
    }
}
