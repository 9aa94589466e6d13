using System.Net;
using System.Net.Http.Headers;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Frames;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Prometheus;

namespace LumenLink.Tests.Rendezvous.Frames;

/// <summary>Bodies that are too long, malformed or hostile, and beacons that post too much.</summary>
public sealed class PostLimitTests : IAsyncLifetime
{
    private RunningService service = null!;
    private TestBeacon beacon = null!;
    private PostClient client = null!;

    public async Task InitializeAsync()
    {
        service = await RunningService.StartAsync();
        beacon = await service.EnrolAsync("attic");
        client = new PostClient(service, beacon);
        await client.AttestAsync();
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task A_body_that_is_announced_too_long_is_refused_before_anybody_asks_who_it_is()
    {
        PostAnswer answer = await client.SendAsync(null, new ByteArrayContent(new byte[WireLimits.MaxPostBytes + 1]));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body_too_large"), (answer.Status, answer.Code));
        Assert.Equal(1, Frames(IngestOutcome.PayloadTooLarge));
        Assert.Equal(0, service.Get<LumenMetrics>().Tokens(TokenOutcome.Malformed).Value);
    }

    [Fact]
    public async Task A_body_in_chunks_is_read_to_the_limit_and_not_beyond()
    {
        PostAnswer good = await client.PostContentAsync(new Chunks(PostClient.Body(Records(1))));
        Assert.True(beacon.Session!.Receipt(good.Frame).IsSettled(1));
        PostAnswer answer = await client.PostContentAsync(new Chunks(new byte[WireLimits.MaxPostBytes + 1]));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body_too_large"), (answer.Status, answer.Code));
        await client.AssertServedAsync(2);
    }

    [Fact]
    public async Task Another_type_of_body_is_415()
    {
        ByteArrayContent content = new(PostClient.Body(Records(1)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        PostAnswer answer = await client.PostContentAsync(content);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "request_malformed"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_body_whose_lengths_do_not_fit_is_400_and_nothing_of_it_is_taken()
    {
        byte[] good = PostClient.Body(Records(1));
        byte[][] tails =
        [
            [1], [0, 0], [1, 0], [2, 0, 9], [0, 8], [1, 8, .. new byte[2049]], [0xFF, 0xFF], [255, 255, 1],
            [.. Enumerable.Repeat<byte[]>([1, 0, 9], WireLimits.MaxPostFrames).SelectMany(frame => frame)],
        ];
        foreach (byte[] tail in tails)
        {
            PostAnswer answer = await client.PostBodyAsync([.. good, .. tail]);
            Assert.Equal((HttpStatusCode.BadRequest, "frames_malformed"), (answer.Status, answer.Code));
        }

        Assert.Equal(0, Frames(IngestOutcome.Accepted) + Frames(IngestOutcome.VersionUnknown));
        Assert.Equal(tails.Length, service.Get<LumenMetrics>().Posts(PostOutcome.Malformed).Value);
        await client.AssertServedAsync(1);
    }

    [Fact]
    public async Task One_bad_frame_too_many_shuts_the_beacon_out_for_a_minute_and_nobody_else()
    {
        PostAnswer answer = await client.PostAsync([9]);
        for (int sent = 1; sent <= IngestPolicy.BadPacketBurst && answer.Status == HttpStatusCode.OK; sent++)
            answer = await client.PostAsync([9]);
        answer = await client.PostAsync(Records(1));
        Assert.Equal(
            (HttpStatusCode.TooManyRequests, "rate_limited", IngestPolicy.PostsRefusedFor),
            (answer.Status, answer.Code, answer.RetryAfter));
        Assert.Equal(IngestPolicy.BadPacketBurst + 1, Frames(IngestOutcome.VersionUnknown));
        PostClient other = new(service, await service.EnrolLiveAsync("cellar"));
        await other.PostAsync();
        Assert.Equal(HttpStatusCode.OK, (await other.PostAsync()).Status);
        service.Advance(IngestPolicy.PostsRefusedFor);
        await client.AssertServedAsync(1);
    }

    [Fact]
    public async Task One_beacon_does_not_post_many_times_at_once()
    {
        TaskCompletionSource release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        service.Gate.CommitHold = release.Task;
        string authorization = $"LumenLink {client.Session}";
        byte[] records = Records(1);
        List<Task<PostAnswer>> posts = [];
        for (int i = 0; i <= IngestPolicy.MaxPostsOfOneBeacon; i++)
            posts.Add(client.SendAsync(authorization, records));
        PostAnswer refused = await await Task.WhenAny(posts);
        Assert.Equal((HttpStatusCode.TooManyRequests, "rate_limited"), (refused.Status, refused.Code));
        Assert.True(refused.RetryAfter > TimeSpan.Zero);
        release.SetResult();
        PostAnswer[] answers = await Task.WhenAll(posts);
        Assert.Equal(IngestPolicy.MaxPostsOfOneBeacon, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        await client.AssertServedAsync(2);
    }

    [Fact]
    public void All_beacons_together_are_bounded_too()
    {
        PostGate gate = new(new ManualTime());
        for (int i = 0; i < IngestPolicy.MaxPosts; i++)
            Assert.True(gate.TryEnter());
        Assert.False(gate.TryEnter());
        gate.Leave();
        Assert.True(gate.TryEnter());
    }

    [Fact]
    public void Late_frames_are_bounded_and_their_beacon_s_own()
    {
        LumenMetrics metrics = new(Metrics.NewCustomRegistry());
        LateFrames late = new(metrics);
        for (uint i = 0; i <= IngestPolicy.LateFrames; i++)
            late.Keep(new BeaconId(i % 2), BitConverter.GetBytes(i));
        Assert.Equal([2u, 4u, 6u], late.Take(new BeaconId(0), 3).Select(frame => BitConverter.ToUInt32(frame.Span)));
        Assert.Equal(IngestPolicy.LateFrames / 2, late.Take(new BeaconId(1), int.MaxValue).Count);
        Assert.Equal((IngestPolicy.LateFrames / 2) - 3, late.Take(new BeaconId(0), int.MaxValue).Count);
        Assert.Empty(late.Take(new BeaconId(0), 1));
        Assert.Equal(1, metrics.DownlinksLost.Value);
    }

    /// <summary>Random bodies, and good ones with a few bytes changed: always the beacon's fault.</summary>
    [Fact]
    public async Task Hostile_bodies_are_never_the_service_s_fault()
    {
        Random random = new(20_260);
        for (int i = 0; i < 300; i++)
        {
            // Enough for the faults of the last body to be forgotten.
            service.Advance(TimeSpan.FromSeconds(70));
            byte[] body = PostClient.Body(Records(100), beacon.Hello(), Records(101));
            if (i % 3 == 0)
                random.NextBytes(body);
            for (int changes = random.Next(1, 6); changes > 0; changes--)
                body[random.Next(body.Length)] = (byte)random.Next(256);
            body = body[..random.Next(body.Length + 1)];
            PostAnswer answer = await client.PostBodyAsync(body);
            if (answer.Status == HttpStatusCode.Unauthorized)
                client.Session = null;
            Assert.True((int)answer.Status is 200 or 400 or 401, $"{i}: {answer.Status} {answer.Text}");
        }

        Assert.Equal(0, Frames(IngestOutcome.Fault) + Frames(IngestOutcome.StoreUnavailable));
        client.Session = null;
        await client.AttestAsync();
        await client.AssertServedAsync(1);
    }

    private byte[] Records(uint sequence) =>
        beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(sequence, [sequence]));

    private double Frames(IngestOutcome outcome) => service.Get<LumenMetrics>().Frames(outcome).Value;

    /// <summary>Content that does not say how long it is.</summary>
    private sealed class Chunks(byte[] bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            stream.WriteAsync(bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
