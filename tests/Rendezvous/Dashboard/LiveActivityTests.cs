using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Dashboard.Live;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Dashboard;

public sealed class LiveActivityTests : IAsyncLifetime
{
    private readonly ManualTime time = new();
    private readonly ScriptedFeed feed = new();
    private readonly LiveActivity activity;

    public LiveActivityTests() => activity = new LiveActivity(feed, time);

    public Task InitializeAsync() => activity.StartAsync(default);

    public async Task DisposeAsync()
    {
        await activity.StopAsync(default);
        activity.Dispose();
    }

    [Fact]
    public async Task Sightings_of_the_own_tenant_are_counted_by_second_and_beacon()
    {
        await feed.TellAsync(Heard(1, 30), Heard(2, 60), Heard(3, 500, tenant: 2));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(90, activity.Total()[50]);
        Assert.Equal(30, activity.Of(new BeaconId(1)).Sum());
        Assert.Equal([new BeaconId(2), new BeaconId(1)], activity.Busiest(5).Select(line => line.Beacon));
        Assert.Equal(60, Assert.Single(activity.Busiest(1)).Values.Sum());
    }

    [Fact]
    public async Task The_rate_is_the_mean_since_the_start_and_later_of_the_window()
    {
        Assert.Equal(0, activity.PerSecond());
        await feed.TellAsync(Heard(1, 60));
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(6, activity.PerSecond());
        time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(1, activity.PerSecond());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, activity.PerSecond());
    }

    [Fact]
    public async Task Strangers_are_remembered_last_first_and_counted()
    {
        await feed.TellAsync(
            Refused("AQIDBAUGBwg", TokenOutcome.Used), Refused("", TokenOutcome.Malformed),
            new AttestationEvent(time.Now, null, new BeaconId(9), AttestationOutcome.BeaconUnknown, ""));
        time.Advance(TimeSpan.FromSeconds(5));
        await feed.TellAsync(
            Refused("AQIDBAUGBwg", TokenOutcome.Used), Refused("AQIDBAUGBwg", TokenOutcome.EarlierBoot));
        Assert.Equal(
            [
                new TurnedAway("AQIDBAUGBwg", "Its connection token is from an earlier boot.", time.Now, 1),
                new TurnedAway("AQIDBAUGBwg", "Its connection token was used before.", time.Now, 2),
                new TurnedAway(
                    new BeaconId(9).ToString(), "No beacon is enrolled with this key.", time.Now.AddSeconds(-5), 1),
                new TurnedAway("no beacon id", "It showed no readable connection token.", time.Now.AddSeconds(-5), 1),
            ],
            activity.TurnedAway());
    }

    [Fact]
    public async Task Verdicts_on_enrolled_beacons_are_the_fleet_list_s_to_show()
    {
        await feed.TellAsync(new AttestationEvent(time.Now, 1, new BeaconId(9), AttestationOutcome.ChainUntrusted, ""));
        Assert.Empty(activity.TurnedAway());
    }

    [Fact]
    public async Task Only_the_last_strangers_are_remembered()
    {
        await feed.TellAsync(
            [.. Enumerable.Range(0, 100).Select(number => Refused($"stranger {number}", TokenOutcome.Used))]);
        Assert.Equal(LiveActivity.MaxTurnedAway, activity.TurnedAway().Count);
        Assert.Equal("stranger 99", activity.TurnedAway()[0].Beacon);
    }

    private SightingsEvent Heard(ulong beacon, int count, int tenant = 1) =>
        new(time.Now, tenant, new BeaconId(beacon), count, []);

    private ConnectionRefusedEvent Refused(string beacon, TokenOutcome outcome) => new(time.Now, beacon, outcome);

    /// <summary>Tells events and knows when they have been taken.</summary>
    private sealed class ScriptedFeed : ILiveFeed
    {
        private readonly Channel<(LiveEvent? Event, TaskCompletionSource? Taken)> script =
            Channel.CreateUnbounded<(LiveEvent?, TaskCompletionSource?)>();

        public Task TellAsync(params LiveEvent[] events)
        {
            TaskCompletionSource taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
            foreach (LiveEvent liveEvent in events)
                script.Writer.TryWrite((liveEvent, null));
            script.Writer.TryWrite((null, taken));
            return taken.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }

        public async IAsyncEnumerable<LiveEvent> Subscribe(
            LiveEventId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach ((LiveEvent? liveEvent, TaskCompletionSource? taken) in
                script.Reader.ReadAllAsync(cancellationToken))
            {
                taken?.SetResult(); // whoever asks for the next event is done with the one before
                if (liveEvent is not null)
                    yield return liveEvent;
            }
        }
    }
}
