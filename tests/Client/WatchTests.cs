using LumenLink.Client;
using Microsoft.AspNetCore.Http;

namespace LumenLink.Tests.Client;

/// <summary>A watch over connections that end, fall silent, or cannot be made.</summary>
public sealed class WatchTests
{
    private const string Hello = "retry: 3000\n: connected\n\n";
    private const string Sightings =
        "id: 7-1\nevent: sightings\n"
        + "data: {\"at\":\"2030-01-31T08:00:00+00:00\",\"beacon\":\"AQIDBAUGBwg\",\"count\":2}\n\n";
    private const string Later = "id: 9-1\nevent: of_a_later_service\ndata: {\"a\":1}\n\n";

    [Fact]
    public async Task Events_are_told_and_a_lost_connection_is_made_again_where_it_ended()
    {
        QuickTime time = new();
        await using StandIn service = await StandIn.StartAsync(
            StandIn.Events(Hello + Sightings), StandIn.Problem(503, "too_many_streams", "Full.", "5"),
            StandIn.EventsAndSilence(Hello + ": alive\n\n" + Later));
        using LumenLinkClient client = service.Client(time);
        List<BeaconEvent> events = await client.WatchAsync().ListAsync(3);
        Assert.Equal(
            [BeaconEventKind.Sightings, BeaconEventKind.Reconnected, BeaconEventKind.Unknown],
            events.Select(one => one.Kind));
        Assert.Equal(["7-1", "7-1", "9-1"], events.Select(one => one.Id));
        Assert.Equal(["sightings", "reconnected", "of_a_later_service"], events.Select(one => one.Type));
        Assert.Equal("AQIDBAUGBwg", events[0].Beacon);
        Assert.Equal(new DateTimeOffset(2030, 1, 31, 8, 0, 0, TimeSpan.Zero), events[0].At);
        Assert.Equal(2, events[0].Data.GetProperty("count").GetInt32());
        Assert.Equal(
            ["", "7-1", "7-1"],
            service.Calls.Select(call => call.Headers.GetValueOrDefault("Last-Event-ID", "")));
        TimeSpan[] waits = [.. time.Waits];
        Assert.Equal(2, waits.Length);
        Assert.InRange(waits[0].TotalSeconds, 0, 3);
        Assert.InRange(waits[1].TotalSeconds, 5, 5.4);
    }

    [Fact]
    public async Task A_gap_is_told_and_changes_nothing_of_where_to_go_on()
    {
        const string Gap = "event: gap\ndata: {\"at\":\"2030-01-31T08:00:01+00:00\",\"reason\":\"replicas_away\"}\n\n";
        await using StandIn service = await StandIn.StartAsync(
            StandIn.Events(Hello + Sightings + Gap), StandIn.EventsAndSilence(Hello + Gap));
        using LumenLinkClient client = service.Client();
        List<BeaconEvent> events = await client.WatchAsync().ListAsync(4);
        Assert.Equal(
            [
                BeaconEventKind.Sightings, BeaconEventKind.Gap, BeaconEventKind.Reconnected, BeaconEventKind.Gap,
            ],
            events.Select(one => one.Kind));
        Assert.Equal("replicas_away", events[1].Data.GetProperty("reason").GetString());
        Assert.Equal(
            ["", "7-1"], service.Calls.Select(call => call.Headers.GetValueOrDefault("Last-Event-ID", "")));
    }

    [Fact]
    public async Task A_watch_goes_on_behind_an_event_of_an_earlier_run()
    {
        await using StandIn service = await StandIn.StartAsync(StandIn.EventsAndSilence(Sightings));
        using LumenLinkClient client = service.Client(apiKey: "k-1");
        await client.WatchAsync("5-9").ListAsync(1);
        Call call = Assert.Single(service.Calls);
        Assert.Equal(
            ("5-9", "text/event-stream", "Bearer k-1"),
            (call.Headers["Last-Event-ID"], call.Headers["Accept"], call.Headers["Authorization"]));
    }

    [Fact]
    public async Task A_connection_that_is_silent_is_lost()
    {
        QuickTime time = new();
        await using StandIn service = await StandIn.StartAsync(
            StandIn.EventsAndSilence(Sightings), StandIn.EventsAndSilence(Later));
        using LumenLinkClient client = service.Client(time);
        List<string> types = [];
        await foreach (BeaconEvent one in client.WatchAsync())
        {
            types.Add(one.Type);
            if (types.Count == 1)
                time.EndLimits();
            if (types.Count == 3)
                break;
        }

        Assert.Equal(["sightings", "reconnected", "of_a_later_service"], types);
        Assert.Equal(2, service.Calls.Count);
    }

    [Fact]
    public async Task Waits_grow_while_connections_tell_nothing()
    {
        QuickTime time = new();
        await using StandIn service = await StandIn.StartAsync(
            StandIn.Events(Hello), StandIn.Events(Hello), StandIn.Events(Hello), StandIn.EventsAndSilence(Sightings));
        using LumenLinkClient client = service.Client(time);
        await client.WatchAsync().ListAsync(4);
        foreach ((TimeSpan wait, int bound) in time.Waits.Zip([3, 6, 10]))
            Assert.InRange(wait.TotalSeconds, 0, bound);
    }

    [Fact]
    public async Task A_refusal_that_does_not_pass_ends_the_watch()
    {
        await using StandIn service = await StandIn.StartAsync(StandIn.Problem(401, "key_unknown", "No."));
        using LumenLinkClient client = service.Client();
        LumenLinkException problem = await Assert.ThrowsAsync<LumenLinkException>(
            async () => await client.WatchAsync().ListAsync());
        Assert.Equal("key_unknown", problem.Code);
        Assert.Single(service.Calls);
    }

    [Theory]
    [InlineData("data: no object\n\n")]
    [InlineData("data: [1]\n\n")]
    [InlineData("event: sightings\ndata: {\"a\":1} x\n\n")]
    public async Task What_is_no_event_of_the_service_ends_the_watch(string text)
    {
        await using StandIn service = await StandIn.StartAsync(StandIn.EventsAndSilence(text));
        using LumenLinkClient client = service.Client();
        LumenLinkException problem = await Assert.ThrowsAsync<LumenLinkException>(
            async () => await client.WatchAsync().ListAsync());
        Assert.Equal(LumenLinkError.NotUnderstood, problem.Error);
    }

    [Fact]
    public async Task An_event_without_end_is_a_lost_connection()
    {
        await using StandIn service = await StandIn.StartAsync(
            async context =>
            {
                context.Response.ContentType = "text/event-stream";
                byte[] block = [.. Enumerable.Repeat((byte)'x', 64 << 10)];
                await context.Response.WriteAsync("data: ");
                for (int i = 0; i < 64 && !context.RequestAborted.IsCancellationRequested; i++)
                    await context.Response.Body.WriteAsync(block);
            },
            StandIn.EventsAndSilence(Sightings));
        using LumenLinkClient client = service.Client();
        Assert.Equal(
            [BeaconEventKind.Reconnected, BeaconEventKind.Sightings],
            (await client.WatchAsync().ListAsync(2)).Select(one => one.Kind));
    }

    [Fact]
    public async Task A_cancelled_watch_ends()
    {
        using CancellationTokenSource source = new();
        await using StandIn service = await StandIn.StartAsync(StandIn.EventsAndSilence(Sightings));
        using LumenLinkClient client = service.Client();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (BeaconEvent _ in client.WatchAsync(null, source.Token))
                await source.CancelAsync();
        });
        Assert.Single(service.Calls);
    }
}
