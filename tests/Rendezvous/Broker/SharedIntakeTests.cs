using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Protocol;
using Prometheus;

namespace LumenLink.Tests.Rendezvous.Broker;

/// <summary>What is held, what is given up and what is refused of a broker beside the service.</summary>
public sealed class SharedIntakeTests : IDisposable
{
    private static readonly TestBeacon Beacon = new();
    private readonly SteppedTime time = new();
    private readonly LumenMetrics metrics = new(Metrics.NewCustomRegistry());
    private readonly ClaimGate gate;
    private readonly FixedHandler handler = new();
    private readonly SharedIntake intake;

    public SharedIntakeTests()
    {
        gate = new ClaimGate(time);
        intake = new SharedIntake(
            handler, new MemoryStore(), gate, new NoBrokerControl(NullLogger<NoBrokerControl>.Instance), metrics,
            new LumenTraces(), time, NullLogger<SharedIntake>.Instance);
    }

    public void Dispose() => gate.Dispose();

    [Fact]
    public async Task A_frame_that_cannot_be_stored_is_tried_again_and_given_up_after_its_time()
    {
        handler.Outcome = IngestOutcome.StoreUnavailable;
        TimeSpan wait = SharedBrokerPolicy.HoldFirst;
        TimeSpan waited = TimeSpan.Zero;
        Task timer = time.NextTimer(wait);
        Task taken = TakeAsync(Beacon.Id);
        for (int tries = 1; waited < SharedBrokerPolicy.HoldUndecided; tries++)
        {
            await timer;
            Assert.False(taken.IsCompleted, "it was decided without having been stored");
            Assert.Equal(tries, handler.Calls);
            waited += wait;
            TimeSpan next = wait * 2 < SharedBrokerPolicy.HoldMax ? wait * 2 : SharedBrokerPolicy.HoldMax;
            timer = time.NextTimer(next); // after the last try there is none
            time.Advance(wait);
            wait = next;
        }

        int before = handler.Calls;
        await taken;
        Assert.InRange(handler.Calls, before, before + 1);
        Assert.Equal(1, metrics.BrokerFramesGivenUp.Value);
    }

    [Fact]
    public async Task A_frame_is_decided_as_soon_as_it_can_be_stored()
    {
        handler.Outcome = IngestOutcome.QueueFull;
        Task first = time.NextTimer(SharedBrokerPolicy.HoldFirst);
        Task taken = TakeAsync(Beacon.Id);
        await first;
        handler.Outcome = IngestOutcome.Accepted;
        time.Advance(SharedBrokerPolicy.HoldFirst);
        await taken;
        Assert.Equal((2, 0), (handler.Calls, metrics.BrokerFramesGivenUp.Value));
    }

    [Fact]
    public async Task A_frame_beyond_its_beacons_share_holds_nothing_back()
    {
        handler.Outcome = IngestOutcome.BeaconQueueFull;
        await TakeAsync(Beacon.Id);
        Assert.Equal((1, 0), (handler.Calls, metrics.BrokerFramesGivenUp.Value));
    }

    [Fact]
    public async Task Who_floods_a_topic_is_not_looked_at_any_more_and_other_topics_are()
    {
        handler.Outcome = IngestOutcome.TagMismatch;
        for (int i = 0; i < IngestPolicy.BadPacketBurst + 10; i++)
            await TakeAsync(Beacon.Id);
        Assert.Equal(IngestPolicy.BadPacketBurst, handler.Calls);
        Assert.Equal(10, metrics.Frames(IngestOutcome.RateLimited).Value);
        await TakeAsync(new TestBeacon("other").Id);
        Assert.Equal(IngestPolicy.BadPacketBurst + 1, handler.Calls);
        time.Advance(IngestPolicy.BadPacketEarnedEvery);
        await TakeAsync(Beacon.Id);
        Assert.Equal(IngestPolicy.BadPacketBurst + 2, handler.Calls);
    }

    [Fact]
    public async Task A_topic_that_is_none_and_a_retained_message_are_refused_unread()
    {
        await TakeAsync("ll/1/nobody/u", isRetained: false);
        await TakeAsync($"ll/1/{Beacon.IdText}/u", isRetained: true);
        Assert.Equal(0, handler.Calls);
        Assert.Equal(1, metrics.Frames(IngestOutcome.TopicNotOwn).Value);
        Assert.Equal(1, metrics.Frames(IngestOutcome.DeliveryNotAllowed).Value);
    }

    private Task TakeAsync(BeaconId beacon) => TakeAsync($"ll/1/{beacon}/u", isRetained: false);

    private Task TakeAsync(string topic, bool isRetained) => intake.TakeAsync(
        new MqttApplicationMessage
        {
            Topic = topic,
            PayloadSegment = new byte[] { 1 },
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
            Retain = isRetained,
        },
        (_, _) => Task.CompletedTask, default);

    private sealed class FixedHandler : IFrameHandler
    {
        public IngestOutcome Outcome { get; set; }

        public int Calls { get; private set; }

        public Task<FrameAnswer> HandleAsync(
            BeaconId beacon, ReadOnlyMemory<byte> frame, FrameDoor door, CancellationToken cancellationToken)
        {
            Calls++;
            return Task.FromResult(FrameAnswer.Of(Outcome));
        }
    }
}
