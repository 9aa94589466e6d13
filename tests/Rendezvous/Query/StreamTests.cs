using System.Net;
using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Live;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.DependencyInjection;

namespace LumenLink.Tests.Rendezvous.Query;

/// <summary>/api/v1/stream of a running service.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task What_was_committed_is_told_with_the_newest_of_it()
    {
        await using RunningService service = await StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        using StreamReading stream = await StreamReading.ConnectAsync(service);
        Assert.Equal("text/event-stream", stream.Response.Content.Headers.ContentType?.MediaType);
        Assert.True(stream.Response.Headers.CacheControl?.NoStore);
        await service.SendAsync(beacon, TestRecords.Report(1, [.. Enumerable.Range(1, 20).Select(i => (ulong)i)]));
        (string id, string name, JsonElement data) = await stream.EventAsync();
        Assert.Equal(("sightings", $"{service.Now.ToUnixTimeMilliseconds()}-1"), (name, id)); // the verdict was 0
        Assert.Equal(
            (beacon.IdText, 20, service.Now),
            (data.GetProperty("beacon").GetString(), data.GetProperty("count").GetInt32(),
                data.GetProperty("at").GetDateTimeOffset()));
        JsonElement newest = data.GetProperty("newest").EnumerateArray().Last();
        Assert.Equal(
            ("000000000014", "ble", -70),
            (newest.GetProperty("address").GetString(), newest.GetProperty("radio").GetString(),
                newest.GetProperty("rssi_dbm").GetInt32()));
        JsonElement page = await service.ReadAsync("/api/v1/sightings");
        Assert.Equal(20, page.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Verdicts_and_refused_connections_are_told_in_plain_words()
    {
        await using RunningService service = await StartAsync();
        using StreamReading stream = await StreamReading.ConnectAsync(service);
        TestBeacon refused = await service.EnrolRefusedAsync("cellar");
        (_, string name, JsonElement data) = await stream.EventAsync();
        Assert.Equal("attestation", name);
        Assert.Equal(
            (refused.IdText, "chain_untrusted", FleetWords.Meaning(AttestationOutcome.ChainUntrusted)),
            (data.GetProperty("beacon").GetString(), data.GetProperty("outcome").GetString(),
                data.GetProperty("meaning").GetString()));
        service.Get<LiveFeed>().Publish(new ConnectionRefusedEvent(service.Now, refused.IdText, TokenOutcome.Used));
        (_, name, data) = await stream.EventAsync();
        Assert.Equal(("connection_refused", "used"), (name, data.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task Nothing_of_another_tenant_is_told()
    {
        await using RunningService service = await StartAsync();
        await service.Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        using StreamReading stream = await StreamReading.ConnectAsync(service);
        TestBeacon theirs = await service.EnrolLiveAsync("theirs", enrolment => enrolment with { TenantId = 2 });
        await service.SendAsync(theirs, TestRecords.Report(1, [1]));
        TestBeacon mine = await service.EnrolLiveAsync("mine");
        (_, _, JsonElement data) = await stream.EventAsync();
        Assert.Equal(mine.IdText, data.GetProperty("beacon").GetString());
    }

    [Fact]
    public async Task A_reader_that_does_not_read_holds_nobody_up_and_finds_the_newest_in_order()
    {
        await using RunningService service = await StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        using StreamReading slow = await StreamReading.ConnectAsync(service);
        for (int i = 0; i < 20_000; i++)
            service.Get<LiveFeed>().Publish(new ConnectionRefusedEvent(service.Now, beacon.IdText, TokenOutcome.Used));
        await service.SendAsync(beacon, TestRecords.Report(1, [7]));
        await service.ReadAsync("/api/v1/gateways");
        LiveEventId before = default;
        bool hasGap = false;
        string name;
        do
        {
            (string id, name, JsonElement data) = await slow.EventAsync();
            if (name == "gap")
            {
                Assert.Equal("fell_behind", data.GetProperty("reason").GetString());
                hasGap = true;
                continue;
            }

            Assert.True(LiveEventId.TryParse(id, out LiveEventId number));
            Assert.True(number.CompareTo(before) > 0);
            Assert.True(hasGap || number.Number == before.Number + 1 || before == default);
            before = number;
        }
        while (name != "sightings");
    }

    [Fact]
    public async Task A_reader_goes_on_where_it_ended_or_is_told_of_the_gap()
    {
        await using RunningService service = await StartAsync();
        string first;
        using (StreamReading stream = await StreamReading.ConnectAsync(service))
        {
            Publish("AAAAAAAAAAA");
            first = (await stream.EventAsync()).Id;
        }

        Publish("AAAAAAAAAAE");
        Publish("AAAAAAAAAAI");
        using (StreamReading again = await StreamReading.ConnectAsync(service, after: first))
        {
            Assert.Equal("AAAAAAAAAAE", BeaconOf(await again.EventAsync()));
            Assert.Equal("AAAAAAAAAAI", BeaconOf(await again.EventAsync()));
            Publish("AAAAAAAAAAM");
            Assert.Equal("AAAAAAAAAAM", BeaconOf(await again.EventAsync()));
        }

        foreach (string unknown in (string[])["1-0", "99999999999999-0", "x", "-1-1", "7", ""])
        {
            using StreamReading lost = await StreamReading.ConnectAsync(service, after: unknown);
            (string id, string name, JsonElement data) = await lost.EventAsync();
            Assert.Equal(("", "gap", "not_held"), (id, name, data.GetProperty("reason").GetString()));
            Publish("AAAAAAAAAAM");
            Assert.Equal("AAAAAAAAAAM", BeaconOf(await lost.EventAsync()));
        }

        for (int i = 0; i < LivePolicy.Kept; i++)
            Publish("AAAAAAAAAAM");
        using StreamReading late = await StreamReading.ConnectAsync(service, after: first);
        Assert.Equal("gap", (await late.EventAsync()).Name);

        void Publish(string beacon) =>
            service.Get<LiveFeed>().Publish(new ConnectionRefusedEvent(service.Now, beacon, TokenOutcome.Used));

        static string? BeaconOf((string Id, string Name, JsonElement Data) one) =>
            one.Data.GetProperty("beacon").GetString();
    }

    [Fact]
    public async Task A_reader_that_leaves_takes_its_subscription_along()
    {
        await using RunningService service = await StartAsync();
        ObservedFeed feed = service.Get<ObservedFeed>();
        using StreamReading one = await StreamReading.ConnectAsync(service);
        using StreamReading two = await StreamReading.ConnectAsync(service);
        await feed.CountIsAsync(3);
        one.Dispose();
        await feed.CountIsAsync(2);
        two.Dispose();
        await feed.CountIsAsync(1); // the dashboard's own
    }

    [Fact]
    public async Task As_many_streams_as_allowed_are_open_and_one_that_goes_makes_room()
    {
        await using RunningService service = await StartAsync();
        ObservedFeed feed = service.Get<ObservedFeed>();
        StreamReading[] readers = await Task.WhenAll(
            Enumerable.Range(0, ApiLimits.MaxStreams).Select(_ => StreamReading.ConnectAsync(service)));
        using (HttpResponseMessage response = await service.Http.GetAsync(new Uri("/api/v1/stream", UriKind.Relative)))
        {
            await RunningService.ProblemAsync(response, HttpStatusCode.ServiceUnavailable, "too_many_streams");
            Assert.Equal(TimeSpan.FromSeconds(Problems.RetryAfterSeconds), response.Headers.RetryAfter?.Delta);
        }

        foreach (StreamReading reader in readers)
            reader.Dispose();
        await feed.CountIsAsync(1);
        readers = await Task.WhenAll(
            Enumerable.Range(0, ApiLimits.MaxStreams / 2).Select(_ => StreamReading.ConnectAsync(service)));
        foreach (StreamReading reader in readers)
            reader.Dispose();
    }

    [Fact]
    public async Task A_silent_stream_says_that_it_is_alive()
    {
        SteppedTime time = new();
        await using RunningService service = await StartAsync(time);
        Task waiting = time.NextTimer(ApiLimits.KeepAlive);
        using StreamReading stream = await StreamReading.ConnectAsync(service);
        for (int i = 0; i < 3; i++)
        {
            await waiting;
            waiting = time.NextTimer(ApiLimits.KeepAlive);
            time.Advance(ApiLimits.KeepAlive);
            Assert.Equal([": alive"], await stream.NextAsync());
        }

        await service.EnrolRefusedAsync("cellar");
        Assert.Equal("attestation", (await stream.EventAsync()).Name);
    }

    [Fact]
    public async Task A_service_that_stops_ends_its_streams_whole()
    {
        await using RunningService service = await StartAsync();
        using StreamReading stream = await StreamReading.ConnectAsync(service);
        Task stopping = service.StopAsync();
        Assert.Null(await stream.NextAsync());
        await stopping;
    }

    private static async Task<RunningService> StartAsync(TimeProvider? time = null)
    {
        RunningService service = await RunningService.StartAsync(time, replace: services =>
        {
            services.AddSingleton(provider => new ObservedFeed(provider.GetRequiredService<LiveFeed>()));
            services.AddSingleton<ILiveFeed>(provider => provider.GetRequiredService<ObservedFeed>());
        });
        await service.Get<ObservedFeed>().CountIsAsync(1);
        return service;
    }
}
