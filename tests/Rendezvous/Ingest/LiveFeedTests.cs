using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Live;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Prometheus;

namespace LumenLink.Tests.Rendezvous.Ingest;

public sealed class LiveFeedTests
{
    [Fact]
    public async Task Attestations_and_committed_sightings_are_told()
    {
        await using TestService service = await new TestService().StartAsync();
        TestBeacon beacon = await service.EnrolAsync();
        using CancellationTokenSource stop = new();
        await using IAsyncEnumerator<LiveEvent> events =
            service.Get<ILiveFeed>().Subscribe(stop.Token).GetAsyncEnumerator(stop.Token);
        ValueTask<bool> next = events.MoveNextAsync();
        await service.AttestAsync(beacon);
        Assert.True(await next);
        AttestationEvent attested = Assert.IsType<AttestationEvent>(events.Current);
        Assert.Equal((beacon.Id, AttestationOutcome.Accepted), (attested.Beacon, attested.Outcome));

        ulong[] addresses = [.. Enumerable.Range(1, 20).Select(i => (ulong)i)];
        byte[] frame = beacon.Session!.Records(5, 1, TestRecords.Report(1, addresses));
        await service.HandleAsync(beacon, frame);
        await service.HandleAsync(beacon, frame);
        await service.HandleAsync(beacon, beacon.Session!.Records(5, 1, TestRecords.Report(2, [99])));
        Assert.True(await events.MoveNextAsync());
        SightingsEvent heard = Assert.IsType<SightingsEvent>(events.Current);
        Assert.Equal((beacon.Id, 20), (heard.Beacon, heard.Count));
        Assert.Equal([13, 14, 15, 16, 17, 18, 19, 20], heard.Newest.Select(sighting => sighting.Address));
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(1, Assert.IsType<SightingsEvent>(events.Current).Count);
    }

    [Fact]
    public async Task A_slow_subscriber_loses_the_oldest_and_holds_nobody_up()
    {
        LumenMetrics metrics = new(Metrics.NewCustomRegistry());
        LiveFeed feed = new(metrics);
        using CancellationTokenSource stop = new();
        await using IAsyncEnumerator<LiveEvent> slow = feed.Subscribe(stop.Token).GetAsyncEnumerator(stop.Token);
        ValueTask<bool> first = slow.MoveNextAsync();
        feed.Publish(Refused(0));
        Assert.True(await first);
        for (int i = 1; i <= LivePolicy.Kept + 10; i++)
            feed.Publish(Refused(i));
        Assert.True(await slow.MoveNextAsync());
        Assert.Equal(GapReason.FellBehind, Assert.IsType<GapEvent>(slow.Current).Reason);
        Assert.Equal(10, metrics.LiveEventsDropped.Value);
        Assert.True(await slow.MoveNextAsync());
        Assert.Equal(Refused(11), slow.Current with { Id = null });
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await slow.MoveNextAsync())
            {
            }
        });

        static ConnectionRefusedEvent Refused(int second) =>
            new(DateTimeOffset.UnixEpoch.AddSeconds(second), "", TokenOutcome.Used);
    }

    [Fact]
    public void Every_error_of_reading_has_an_outcome_of_its_name()
    {
        foreach (WireError error in Enum.GetValues<WireError>().Except([WireError.None, WireError.NoRoom]))
            Assert.Equal(error.ToString(), IngestOutcomes.Of(error).ToString());
    }
}
