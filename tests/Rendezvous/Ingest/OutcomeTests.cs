using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Control;
using LumenLink.Tests.Rendezvous.Frames;
using LumenLink.Tests.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using LumenLink.Tests.Rendezvous.Trust;
using LumenLink.Tests.Shared;
using Prometheus;

namespace LumenLink.Tests.Rendezvous.Ingest;

/// <summary>Every way in which a frame can end has a name, and each name a test in which a frame ends so.</summary>
public sealed class OutcomeTests
{
    /// <summary>
    /// Where each is produced. Those of the wire that the types of frames going up cannot meet are in
    /// <see cref="OfOtherFrames"/>.
    /// </summary>
    private static readonly Dictionary<IngestOutcome, Type> ProducedIn = new()
    {
        [IngestOutcome.Accepted] = typeof(RecordsTests),
        [IngestOutcome.Duplicate] = typeof(RecordsTests),
        [IngestOutcome.Joined] = typeof(PendingFramesTests),
        [IngestOutcome.SetAside] = typeof(StoreConformance),
        [IngestOutcome.Challenged] = typeof(EmbeddedBrokerTests),
        [IngestOutcome.Attested] = typeof(EmbeddedBrokerTests),
        [IngestOutcome.AttestationRefused] = typeof(ExchangeTests),
        [IngestOutcome.JudgedBefore] = typeof(ExchangeTests),
        [IngestOutcome.CouldNotCheck] = typeof(ExchangeTests),
        [IngestOutcome.Acknowledged] = typeof(AcknowledgementTests),
        [IngestOutcome.AcknowledgedBefore] = typeof(AcknowledgementTests),
        [IngestOutcome.StatusHint] = typeof(EmbeddedBrokerTests),
        [IngestOutcome.TooShort] = typeof(RecordsTests),
        [IngestOutcome.TooLong] = typeof(OutcomeTests),
        [IngestOutcome.VersionUnknown] = typeof(RecordsTests),
        [IngestOutcome.TypeUnknown] = typeof(RecordsTests),
        [IngestOutcome.SessionMissing] = typeof(RecordsTests),
        [IngestOutcome.SessionNotZero] = typeof(RecordsTests),
        [IngestOutcome.CountInvalid] = typeof(OutcomeTests),
        [IngestOutcome.Repeated] = typeof(OutcomeTests),
        [IngestOutcome.LengthInvalid] = typeof(AcknowledgementTests),
        [IngestOutcome.ExtensionMalformed] = typeof(AcknowledgementTests),
        [IngestOutcome.TagMismatch] = typeof(RecordsTests),
        [IngestOutcome.ValueInvalid] = typeof(EmbeddedBrokerTests),
        [IngestOutcome.SessionUnknown] = typeof(RecordsTests),
        [IngestOutcome.SessionOfAnotherBeacon] = typeof(RecordsTests),
        [IngestOutcome.SessionExpired] = typeof(RecordsTests),
        [IngestOutcome.SessionEnded] = typeof(RecordsTests),
        [IngestOutcome.Revoked] = typeof(RecordsTests),
        [IngestOutcome.AcknowledgementUnknown] = typeof(AcknowledgementTests),
        [IngestOutcome.BeaconMismatch] = typeof(EmbeddedBrokerTests),
        [IngestOutcome.TopicNotOwn] = typeof(EmbeddedBrokerTests),
        [IngestOutcome.SubscriptionNotOwn] = typeof(EmbeddedBrokerTests),
        [IngestOutcome.PayloadTooLarge] = typeof(EmbeddedBrokerTests),
        [IngestOutcome.TypeNotAllowed] = typeof(RecordsTests),
        [IngestOutcome.DeliveryNotAllowed] = typeof(EmbeddedBrokerTests),
        [IngestOutcome.DownlinkNotRead] = typeof(HostileClientTests),
        [IngestOutcome.RateLimited] = typeof(SharedIntakeTests),
        [IngestOutcome.QueueFull] = typeof(PendingFramesTests),
        [IngestOutcome.BeaconQueueFull] = typeof(PendingFramesTests),
        [IngestOutcome.StoreUnavailable] = typeof(RecordsTests),
        [IngestOutcome.Fault] = typeof(OutcomeTests),
    };

    /// <summary>Names of the wire's errors that no frame going up can have.</summary>
    private static readonly IngestOutcome[] OfOtherFrames =
    [
        IngestOutcome.TypeNotExpected, IngestOutcome.ReservedNotZero,
    ];

    [Fact]
    public void Every_outcome_has_a_test_that_names_it()
    {
        Assert.Equal(
            Enum.GetValues<IngestOutcome>().Order(), ProducedIn.Keys.Concat(OfOtherFrames).Order());
        foreach ((IngestOutcome outcome, Type test) in ProducedIn.Where(entry => entry.Value != typeof(OutcomeTests)))
            Assert.True(SourceOf(test).Contains($"IngestOutcome.{outcome}"), $"{test.Name} does not name {outcome}");
    }

    [Fact]
    public async Task A_frame_longer_than_its_kind_may_be_is_refused_by_name()
    {
        await using TestService service = await new TestService().StartAsync();
        TestBeacon beacon = await service.EnrolAsync();
        byte[] hello = [.. beacon.Hello(), .. new byte[WireLimits.MaxHelloBytes]];
        Assert.Equal(IngestOutcome.TooLong, (await service.HandleAsync(beacon, hello)).Outcome);
        Assert.Equal(1, service.Count(IngestOutcome.TooLong));
    }

    [Fact]
    public async Task A_frame_with_too_many_groups_is_refused_by_name()
    {
        const int MoreFollow = 0x80;
        await using TestService service = await new TestService().StartAsync();
        TestBeacon beacon = await service.EnrolAsync();
        await service.AttestAsync(beacon);
        byte[] record = TestRecords.Report(1, [7]);
        RecordsFrameWriter writer = new();
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        Assert.True(writer.Begin(buffer, 0, buffer.Length, beacon.Session!.Id, beacon.Boot));
        for (uint boot = 100; boot < 100 + WireLimits.MaxGroups; boot++)
            Assert.True(writer.BeginGroup(boot, 1) && writer.TryAddRecord(record, 0, record.Length));
        byte[] frame = buffer[..writer.Finish()];
        int last = frame.AsSpan().IndexOf((ReadOnlySpan<byte>)[(byte)(99 + WireLimits.MaxGroups), 0, 0]) - 1;
        frame[last] |= MoreFollow;
        FrameAnswer answer = await service.HandleAsync(beacon, beacon.Session.Seal(frame));
        Assert.Equal((IngestOutcome.CountInvalid, 1), (answer.Outcome, service.Count(IngestOutcome.CountInvalid)));
    }

    [Fact]
    public async Task A_boot_that_has_two_groups_is_refused_by_name()
    {
        const uint First = 0x0A0B04;
        const uint Second = 0x0A0B03;
        await using TestService service = await new TestService().StartAsync();
        TestBeacon beacon = await service.EnrolAsync();
        await service.AttestAsync(beacon);
        RecordsFrameWriter writer = new();
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        Assert.True(writer.Begin(buffer, 0, buffer.Length, beacon.Session!.Id, beacon.Boot));
        foreach (uint boot in (uint[])[First, Second])
        {
            byte[] record = TestRecords.Report(1, [7]);
            Assert.True(writer.BeginGroup(boot, 1) && writer.TryAddRecord(record, 0, record.Length));
        }

        byte[] frame = buffer[..writer.Finish()];
        int second = frame.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x03, 0x0B, 0x0A]);
        frame[second] = 0x04;
        FrameAnswer answer = await service.HandleAsync(beacon, beacon.Session.Seal(frame));
        Assert.Equal((IngestOutcome.Repeated, 1), (answer.Outcome, service.Count(IngestOutcome.Repeated)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_fault_of_the_service_is_counted_and_its_frame_decided_once(bool isInDelivery)
    {
        LumenMetrics metrics = new(Metrics.NewCustomRegistry());
        using LumenTraces traces = new();
        FrameIntake intake = new(new FaultyHandler(isInDelivery), metrics, traces, TimeProvider.System);
        List<FrameAnswer> delivered = [];
        IngestOutcome? outcome = await intake.TakeAsync(
            new TestBeacon().Id, [1], FrameDoor.Mqtt,
            answer =>
            {
                delivered.Add(answer);
                return isInDelivery ? throw new InvalidOperationException("in delivery") : Task.CompletedTask;
            },
            TimeSpan.Zero);
        Assert.Equal((IngestOutcome.Fault, 1), (outcome, metrics.Frames(IngestOutcome.Fault).Value));
        Assert.Single(delivered);
    }

    private static string SourceOf(Type test) => string.Concat(
        Directory.EnumerateFiles(
            Path.Combine(RepositoryFolder.Find(), "tests", "Rendezvous"), $"{test.Name}*.cs",
            SearchOption.AllDirectories).Select(File.ReadAllText));

    private sealed class FaultyHandler(bool answers) : IFrameHandler
    {
        public Task<FrameAnswer> HandleAsync(
            LumenLink.Rendezvous.Registry.BeaconId beacon, ReadOnlyMemory<byte> frame, FrameDoor door,
            CancellationToken cancellationToken) => answers
                ? Task.FromResult(FrameAnswer.Of(IngestOutcome.Accepted))
                : throw new InvalidOperationException("in the handler");
    }
}
