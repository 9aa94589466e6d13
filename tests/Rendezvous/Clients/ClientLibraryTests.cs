using LumenLink.Client;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Packs;
using LumenLink.Tests.Rendezvous.Packs;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.DependencyInjection;
using PackBeacon = LumenLink.Client.PackBeacon;
using SecurityLevel = LumenLink.Client.SecurityLevel;

namespace LumenLink.Tests.Rendezvous.Clients;

/// <summary>LumenLink.Client against the running service.</summary>
public sealed class ClientLibraryTests : IAsyncLifetime
{
    /// <summary>Readers of the live feed without a client.</summary>
    private const int Dashboard = 1;

    private RunningService service = null!;
    private LumenLinkClient client = null!;

    public async Task InitializeAsync()
    {
        service = await RunningService.StartAsync(replace: services =>
        {
            services.AddSingleton(provider => new ObservedFeed(provider.GetRequiredService<LiveFeed>()));
            services.AddSingleton<ILiveFeed>(provider => provider.GetRequiredService<ObservedFeed>());
        });
        await service.Get<ObservedFeed>().CountIsAsync(Dashboard);
        client = new LumenLinkClient(service.Http.BaseAddress!);
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await service.DisposeAsync();
    }

    [Fact]
    public async Task Beacons_are_found_through_all_pages_and_by_each_filter()
    {
        TestBeacon attic = await service.EnrolLiveAsync("attic", enrolment => enrolment with { Region = "loft" });
        for (int i = 1; i < 5; i++)
            await service.EnrolLiveAsync($"cellar {i}", enrolment => enrolment with { Region = "deep" });
        await service.EnrolAsync("never attested");
        await service.EnrolRefusedAsync("of somebody else");

        List<Beacon> live = await ListAsync(new BeaconFilter { PageSize = 2 });
        Assert.Equal(["attic", "cellar 1", "cellar 2", "cellar 3", "cellar 4"], live.Select(one => one.Name));
        Assert.All(live, one => Assert.Equal((BeaconStatus.Live, true), (one.Status, one.Trusted)));
        Beacon loft = Assert.Single(await ListAsync(new BeaconFilter { Region = "loft" }));
        Assert.Equal(
            (attic.IdText, SecurityLevel.EmulatedChip, service.Now),
            (loft.Id, loft.SecurityLevel, loft.AttestedAt));
        Assert.Equal(7, (await ListAsync(new BeaconFilter { AnyStatus = true, PageSize = 1 })).Count);
        Beacon refused = Assert.Single(await ListAsync(new BeaconFilter { Status = BeaconStatus.Refused }));
        Assert.Equal("chain_untrusted", refused.Refusal!.Outcome);
        Assert.Single(await ListAsync(new BeaconFilter { Status = BeaconStatus.Enrolled }));
        Assert.Empty(await ListAsync(new BeaconFilter { SecurityLevel = SecurityLevel.SecureElement }));
    }

    [Fact]
    public async Task Every_word_of_the_service_is_known_to_the_library()
    {
        Assert.Equal(
            Enum.GetNames<LumenLink.Rendezvous.Query.FleetStatus>().Order(),
            Enum.GetNames<BeaconStatus>().Except([nameof(BeaconStatus.Unknown)]).Order());
        Assert.Equal(
            Enum.GetNames<LumenLink.Rendezvous.Registry.SecurityLevel>().Order(),
            Enum.GetNames<SecurityLevel>().Except([nameof(SecurityLevel.Unknown)]).Order());
        LumenLinkException problem = await Assert.ThrowsAsync<LumenLinkException>(
            () => ListAsync(new BeaconFilter { Region = new string('x', 99) }));
        Assert.Equal(
            (LumenLinkError.Refused, "invalid_parameter", 400), (problem.Error, problem.Code, problem.Status));
    }

    [Fact]
    public async Task A_client_fetches_a_pack_goes_offline_and_verifies_it_until_it_is_over()
    {
        TestBeacon beacon = await service.EnrolLiveAsync("Nordtor \"ö\" 😀", one => one with { Region = "loft" });
        await service.EnrolLiveAsync("cellar");
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            string older = await client.GetPackAsync();
            service.Advance(PackPolicy.SnapshotAge);
            string pack = await client.GetPackAsync(new PackFilter { Region = "loft", Limit = 10 });
            using (FilePackStorage storage = new(file))
            using (PackStore store = Store(storage))
                Assert.Equal(PackVerdict.Good, (await store.AcceptAsync(pack)).Verdict);

            await service.StopAsync();
            using FilePackStorage again = new(file);
            using PackStore offline = Store(again);
            PackCheck kept = (await offline.CurrentAsync())!;
            PackBeacon packed = Assert.Single(kept.Pack!.Beacons);
            Assert.Equal((beacon.IdText, "Nordtor \"ö\" 😀", "loft"), (packed.Id, packed.Name, packed.Region));
            Assert.Equal(SecurityLevel.EmulatedChip, packed.SecurityLevel);
            Assert.Equal(["https://lumen.example", "mqtts://lumen.example:8883"], kept.Pack.Transports);
            Assert.Equal(PackVerdict.VersionRolledBack, (await offline.AcceptAsync(older)).Verdict);
            service.Advance(PackPolicy.Lifetime);
            Assert.Equal(PackVerdict.Expired, (await offline.CurrentAsync())!.Verdict);
        }
        finally
        {
            File.Delete(file);
            File.Delete(file + ".lock");
        }

        PackStore Store(IPackStorage storage) =>
            new([service.Operator.RootPublicKey], PackScene.Audience, storage, service.Time);
    }

    [Fact]
    public async Task A_watch_goes_on_through_a_restart_of_the_service()
    {
        TestBeacon beacon = await service.EnrolAsync("attic");
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        List<BeaconEvent> told = [];
        await using IAsyncEnumerator<BeaconEvent> events =
            client.WatchAsync(null, patience.Token).GetAsyncEnumerator(patience.Token);
        Task<bool> next = events.MoveNextAsync().AsTask();
        await service.Get<ObservedFeed>().CountIsAsync(Dashboard + 1);
        await service.AttestAsync(beacon);
        Assert.True(await next);
        told.Add(events.Current);

        next = events.MoveNextAsync().AsTask();
        await service.StopAsync();
        await service.StartAgainAsync();
        Assert.True(await next);
        told.Add(events.Current);
        Assert.True(await events.MoveNextAsync()); // a process alone holds nothing over its end, and says so
        told.Add(events.Current);
        next = events.MoveNextAsync().AsTask();
        await service.Get<ObservedFeed>().CountIsAsync(Dashboard + 1);
        await service.AttestAsync(beacon);
        Assert.True(await next);
        told.Add(events.Current);
        Assert.Equal(
            [
                BeaconEventKind.Attestation, BeaconEventKind.Reconnected, BeaconEventKind.Gap,
                BeaconEventKind.Attestation,
            ],
            told.Select(one => one.Kind));
        Assert.Equal((beacon.IdText, "accepted"), (told[0].Beacon, told[0].Data.GetProperty("outcome").GetString()));
    }

    private async Task<List<Beacon>> ListAsync(BeaconFilter filter)
    {
        List<Beacon> beacons = [];
        await foreach (Beacon beacon in client.FindAsync(filter))
            beacons.Add(beacon);
        return beacons;
    }
}
