using System.Net;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Frames;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Support;
using MQTTnet.Formatter;

namespace LumenLink.Tests.Rendezvous.Frames;

/// <summary>What beacons do over HTTP, alone and beside the broker.</summary>
public sealed class PostedExchangeTests : IAsyncLifetime
{
    private RunningService service = null!;
    private TestBeacon beacon = null!;
    private PostClient client = null!;

    public async Task InitializeAsync() => await StartAsync(new ManualTime());

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task A_beacon_attests_is_receipted_and_stored_with_one_token()
    {
        await client.AttestAsync();
        byte[] frame = (await client.PostAsync(Records(1))).Frame;
        ReceiptFrame receipt = new();
        Assert.Equal(WireError.None, receipt.Read(frame, 0, frame.Length));
        Assert.False(receipt.GrantsShortTopic);
        Assert.Equal(1u, beacon.Session!.Receipt(frame).SettledThrough);
        Assert.Equal("1", await StoredAsync());
        Assert.Equal(
            (1, 1, 1, 1, 3),
            (Count(TokenOutcome.Accepted), Count(IngestOutcome.Challenged), Count(IngestOutcome.Attested),
                Count(IngestOutcome.Accepted), Posts(PostOutcome.Answered)));
    }

    [Fact]
    public async Task The_same_record_over_the_broker_too_is_stored_once_and_receipted_twice()
    {
        await client.AttestAsync();
        byte[] records = Records(1);
        Assert.True(beacon.Session!.Receipt((await client.PostAsync(records)).Frame).IsSettled(1));
        await using TestClient mqtt = await ConnectAsync();
        await mqtt.PublishAsync(records);
        Assert.True(beacon.Session.Receipt(await mqtt.NextAsync()).IsSettled(1));
        Assert.Equal("1", await StoredAsync());
        Assert.Equal((1, 1), (Count(IngestOutcome.Accepted), Count(IngestOutcome.Duplicate)));
    }

    [Fact]
    public async Task An_answer_goes_by_the_door_through_which_its_frame_came()
    {
        await client.AttestAsync();
        await using TestClient mqtt = await ConnectAsync();
        await client.AssertServedAsync(1);
        Assert.False(mqtt.HasNext);
        await mqtt.PublishAsync(Records(2));
        Assert.True(beacon.Session!.Receipt(await mqtt.NextAsync()).IsSettled(2));
        Assert.Empty((await client.PostAsync()).Frames);
        await client.AssertServedAsync(3);
    }

    [Fact]
    public async Task Bad_frames_are_refused_by_name_and_do_not_hold_up_the_others_of_their_body()
    {
        TestBeacon neighbour = await service.EnrolLiveAsync("cellar");
        await client.AttestAsync();
        byte[] forged = Records(7);
        forged[^1] ^= 1;
        PostAnswer answer = await client.PostAsync(
            forged, neighbour.Session!.Records(5, 1, TestRecords.Report(7, [7])), neighbour.Hello(), Records(1),
            [1, 2, 3], [9], Records(2));
        Assert.Equal(2, answer.Frames.Length);
        Assert.True(beacon.Session!.Receipt(answer.Frames[0]).IsSettled(1));
        Assert.True(beacon.Session.Receipt(answer.Frames[1]).IsSettled(2));
        Assert.Equal("1 2", await StoredAsync());
        Assert.Equal(
            (1, 1, 1, 1, 1),
            (Count(IngestOutcome.TagMismatch), Count(IngestOutcome.SessionOfAnotherBeacon),
                Count(IngestOutcome.BeaconMismatch), Count(IngestOutcome.TooShort),
                Count(IngestOutcome.VersionUnknown)));
    }

    [Fact]
    public async Task Answers_stand_in_the_order_of_their_frames_and_a_full_body_is_taken()
    {
        await client.AttestAsync();
        byte[][] frames = [.. Enumerable.Range(1, WireLimits.MaxPostFrames).Select(i => Records((uint)i))];
        PostAnswer answer = await client.PostAsync(frames);
        Assert.Equal(WireLimits.MaxPostFrames, answer.Frames.Length);
        for (uint i = 1; i <= WireLimits.MaxPostFrames; i++)
            Assert.True(beacon.Session!.Receipt(answer.Frames[i - 1]).IsSettled(i));
        PostAnswer mixed = await client.PostAsync(beacon.Hello(), Records(9), Records(10));
        Assert.Equal(
            [FrameType.Challenge, FrameType.Receipt, FrameType.Receipt],
            mixed.Frames.Select(frame => (FrameType)frame[1]));
    }

    [Fact]
    public async Task A_store_that_fails_makes_503_and_the_same_frame_is_stored_once_afterwards()
    {
        await client.AttestAsync();
        service.Gate.Failure = new IOException("no route to the database");
        PostAnswer refused = await client.PostAsync(Records(1));
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "store_unavailable", TimeSpan.FromSeconds(5)),
            (refused.Status, refused.Code, refused.RetryAfter));
        Assert.Equal((1, 1), (Count(IngestOutcome.StoreUnavailable), Posts(PostOutcome.StoreUnavailable)));
        service.Gate.Failure = null;
        await client.AssertServedAsync(1);
        Assert.Equal("1", await StoredAsync());
    }

    [Fact]
    public async Task A_store_that_fails_lets_nobody_in_and_uses_no_token_up()
    {
        string authorization = client.TokenOf(beacon.Token());
        service.Gate.Failure = new IOException("no route to the database");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.SendAsync(authorization)).Status);
        Assert.Equal(1, Count(TokenOutcome.CouldNotCheck));
        service.Gate.Failure = null;
        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(authorization)).Status);
    }

    [Fact]
    public async Task A_commit_that_takes_too_long_is_503_and_its_receipt_is_in_the_next_answer()
    {
        await service.DisposeAsync();
        SteppedTime time = new();
        await StartAsync(time);
        await client.AttestAsync();
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        service.Gate.CommitHold = release.Task;
        Task waits = time.NextTimer(IngestPolicy.AnswerPostWithin);
        Task<PostAnswer> post = client.PostAsync(Records(1));
        await waits;
        Assert.False(post.IsCompleted);
        time.Advance(IngestPolicy.AnswerPostWithin);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await post).Status);
        release.SetResult();
        byte[][] frames = [];
        for (int i = 0; i < 10_000 && frames.Length == 0; i++)
            frames = (await client.PostAsync()).Frames;
        Assert.True(beacon.Session!.Receipt(Assert.Single(frames)).IsSettled(1));
        Assert.Empty((await client.PostAsync()).Frames);
    }

    [Fact]
    public async Task Too_many_exchanges_are_told_to_back_off_as_over_the_broker()
    {
        PostAnswer? last = null;
        for (int i = 0; i < 20 && Count(IngestOutcome.RateLimited) == 0; i++)
            last = await client.PostAsync(beacon.Hello());
        Assert.Equal(1, Count(IngestOutcome.RateLimited));
        AttestationRefusalFrame refusal = new();
        Assert.Equal(WireError.None, refusal.Read(last!.Frame, 0, last.Frame.Length));
    }

    private async Task StartAsync(TimeProvider time)
    {
        service = await RunningService.StartAsync(time);
        beacon = await service.EnrolAsync("attic");
        client = new PostClient(service, beacon);
    }

    private byte[] Records(uint sequence) =>
        beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(sequence, [sequence]));

    private Task<TestClient> ConnectAsync() =>
        TestClient.ConnectAsync(service.Get<EmbeddedBroker>().Port, beacon, MqttProtocolVersion.V500);

    private double Count(IngestOutcome outcome) => service.Get<LumenMetrics>().Frames(outcome).Value;

    private double Count(TokenOutcome outcome) => service.Get<LumenMetrics>().Tokens(outcome).Value;

    private double Posts(PostOutcome outcome) => service.Get<LumenMetrics>().Posts(outcome).Value;

    /// <summary>Addresses that the store holds sightings of, which are the sequences of their records here.</summary>
    private async Task<string> StoredAsync() => string.Join(
        ' ', (await service.Store.ListSightingsAsync(1, new SightingFilter(null, null, null, null, null, 100), default))
            .Select(sighting => sighting.Address).Order());
}
