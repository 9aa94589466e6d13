using System.Diagnostics;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Frames;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Observability;

/// <summary>
/// Exporters listen by name, so to every service of the process: tests that export run alone, and so do those that say
/// that nobody listens.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TracesCollection
{
    public const string Name = "traces";
}

/// <summary>Spans from a frame's arrival to its receipt, and that there are none while nobody listens.</summary>
[Collection(TracesCollection.Name)]
public sealed class TracesTests
{
    [Fact]
    public async Task A_frames_trace_goes_from_the_broker_to_the_receipt_with_its_commit_linked()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolAsync("attic");
        await using TestClient client = await TestClient.ConnectAsync(service.Get<EmbeddedBroker>().Port, beacon);
        await client.AttestAsync();
        using SpanList spans = new(service);
        await client.PublishAsync(beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(1, [0xABCDEF, 2, 3])));
        Activity receive = await spans.NextAsync(LumenTraces.Receive);
        Activity[] parts = [.. spans.All.Where(span => span.ParentSpanId == receive.SpanId)];
        Assert.Equal(
            [LumenTraces.Authenticate, LumenTraces.Wait, LumenTraces.Receipt],
            parts.OrderBy(span => span.StartTimeUtc).Select(span => span.OperationName));
        Activity wait = parts.Single(span => span.OperationName == LumenTraces.Wait);
        Activity commit = spans.All.Single(span => span.OperationName == LumenTraces.Commit);
        Assert.Equal(wait.SpanId, commit.ParentSpanId);
        Assert.Equal(commit.Context, Assert.Single(wait.Links).Context);
        Assert.Equal(wait.Context, Assert.Single(commit.Links).Context);
        Assert.All(spans.All, span => Assert.Equal(receive.TraceId, span.TraceId));
        Assert.Equal(default, receive.ParentSpanId);
        Assert.Equal(beacon.IdText, receive.GetTagItem(LumenTraces.BeaconTag));
        Assert.Equal("Accepted", receive.GetTagItem(LumenTraces.OutcomeTag));
        Assert.Equal("Mqtt", receive.GetTagItem(LumenTraces.DoorTag));
        Assert.Equal(3, commit.GetTagItem("lumenlink.sightings"));
        spans.AssertTellOnly(beacon.IdText);
    }

    [Fact]
    public async Task Frames_of_one_batch_share_a_commit_that_is_linked_to_each()
    {
        await using TestService service = await new TestService().StartAsync();
        TestBeacon[] beacons = [await LiveAsync(service, "attic"), await LiveAsync(service, "cellar")];
        TestBeacon first = await LiveAsync(service, "loft");
        service.Store.CommitEntered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task blocking = SendAsync(service, first);
        await service.Store.CommitEntered.Task;
        using SpanList spans = new(service.Get<LumenTraces>());
        Task[] sending = [.. beacons.Select(beacon => SendAsync(service, beacon))];
        service.Store.Release.SetResult();
        await Task.WhenAll([blocking, .. sending]);
        Activity commit = spans.All.Single(span => span.OperationName == LumenTraces.Commit);
        Activity[] waits = [.. spans.All.Where(span => span.OperationName == LumenTraces.Wait)];
        Assert.Equal(2, waits.Select(wait => wait.TraceId).Distinct().Count());
        Assert.Equal(
            waits.Select(wait => wait.SpanId.ToString()).Order(),
            commit.Links.Select(link => link.Context.SpanId.ToString()).Order());
        Assert.All(waits, wait => Assert.Equal(commit.Context, Assert.Single(wait.Links).Context));
    }

    [Fact]
    public async Task A_post_is_a_trace_of_its_own_whatever_the_caller_says()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        using SpanList spans = new(service);
        using ActivityListener webServer = new()
        {
            // With one the web server takes the caller's word for the trace that a call belongs to.
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(webServer);
        const string Theirs = "0af7651916cd43dd8448eb211c80319c";
        service.Http.DefaultRequestHeaders.Add("traceparent", $"00-{Theirs}-b7ad6b7169203331-01");
        byte[][] frames =
        [
            beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(1, [1])),
            beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(2, [2])),
        ];
        await new PostClient(service, beacon).PostAsync(frames);
        Activity post = await spans.NextAsync(LumenTraces.Post);
        Assert.NotEqual(Theirs, post.TraceId.ToString());
        Assert.Equal(default, post.ParentSpanId);
        Assert.Equal("Answered", post.GetTagItem(LumenTraces.OutcomeTag));
        Activity[] received = [.. spans.All.Where(span => span.OperationName == LumenTraces.Receive)];
        Assert.Equal(2, received.Length);
        Assert.All(received, span => Assert.Equal(post.SpanId, span.ParentSpanId));
        spans.AssertTellOnly(beacon.IdText);
    }

    [Fact]
    public async Task What_is_not_sampled_has_no_parts()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        using SpanList spans = new(service, ActivitySamplingResult.PropagationData);
        await new PostClient(service, beacon).PostAsync(
            beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(1, [1])));
        Activity post = await spans.NextAsync(LumenTraces.Post);
        Assert.Empty(post.TagObjects);
        Assert.DoesNotContain(spans.All, span => span.OperationName is LumenTraces.Wait or LumenTraces.Commit);
    }

    [Fact]
    public async Task Without_the_setting_nobody_listens_and_a_span_costs_no_byte()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        BeaconId id = beacon.Id;
        LumenTraces traces = service.Get<LumenTraces>();
        Assert.False(traces.Source.HasListeners());
        List<string> frames = ["one", "two"];
        long before = 0;
        for (int i = 0; i < 2000; i++)
        {
            if (i == 1000)
                before = GC.GetAllocatedBytesForCurrentThread();
            using Activity? post = traces.StartPost();
            using Activity? receive = traces.StartReceive(id, 100, FrameDoor.Mqtt);
            using Activity? part = traces.StartPart(LumenTraces.Authenticate);
            using Activity? wait = traces.StartWait();
            using Activity? commit = traces.StartCommit(frames, static _ => null);
            LumenTraces.Mark(receive, IngestOutcome.Accepted);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static async Task<TestBeacon> LiveAsync(TestService service, string name)
    {
        TestBeacon beacon = await service.EnrolAsync(name);
        await service.AttestAsync(beacon);
        return beacon;
    }

    private static Task<IngestOutcome?> SendAsync(TestService service, TestBeacon beacon) =>
        service.Get<FrameIntake>().TakeAsync(
            beacon.Id, beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(1, [1])), FrameDoor.Mqtt,
            _ => Task.CompletedTask, IngestPolicy.AnswerPostWithin);
}
