using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Observability;

/// <summary>What the pipeline tells of itself: ages, waits, sizes, parts of a commit.</summary>
public sealed class PipelineMetricsTests
{
    [Fact]
    public async Task A_report_counts_with_its_age_from_capture_to_commit()
    {
        await using TestService service = await new TestService().StartAsync();
        TestBeacon beacon = await LiveAsync(service);
        long now = service.Time.Now.ToUnixTimeMilliseconds();
        byte[] ofAnHour = Report(1, now - 3_600_000);
        await SendAsync(service, beacon, ofAnHour);
        PipelineMetrics metrics = service.Metrics.Pipeline;
        Assert.Equal((1L, 3600d), (metrics.CaptureToCommit.Count, Math.Round(metrics.CaptureToCommit.Sum)));

        // The same record once more is no new report.
        await SendAsync(service, beacon, ofAnHour);
        Assert.Equal(1, metrics.CaptureToCommit.Count);
    }

    [Fact]
    public async Task Ages_that_cannot_be_meant_are_clamped_and_counted()
    {
        await using TestService service = await new TestService().StartAsync();
        TestBeacon beacon = await LiveAsync(service);
        long now = service.Time.Now.ToUnixTimeMilliseconds();
        PipelineMetrics metrics = service.Metrics.Pipeline;
        await SendAsync(service, beacon, Report(1, now + 86_400_000));
        Assert.Equal((1L, 0d), (metrics.CaptureToCommit.Count, metrics.CaptureToCommit.Sum));
        Assert.Equal(1, metrics.CaptureAgeFaults(CaptureAgeFault.Ahead).Value);
        await SendAsync(service, beacon, Report(2, now - (31 * 86_400_000L)));
        Assert.Equal(IngestPolicy.MaxCaptureAge.TotalSeconds, metrics.CaptureToCommit.Sum);
        Assert.Equal(1, metrics.CaptureAgeFaults(CaptureAgeFault.TooOld).Value);

        // Of another boot and without a clock: when it was captured is not known.
        FrameAnswer answer = await service.HandleAsync(
            beacon, beacon.Session!.Records(beacon.Boot - 1, 1, TestRecords.Report(1, [1])));
        Assert.Equal(IngestOutcome.Accepted, answer.Outcome);
        Assert.Equal(2, metrics.CaptureToCommit.Count);
    }

    [Fact]
    public async Task While_a_commit_hangs_the_oldest_frame_ages_and_then_counts()
    {
        await using TestService service = await new TestService().StartAsync();
        TestBeacon beacon = await LiveAsync(service);
        Assert.Contains("lumenlink_ingest_oldest_frame_seconds 0\n", await MetricsAsync(service));
        service.Store.CommitEntered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<FrameAnswer> sending = service.HandleAsync(
            beacon, beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(1, [1])));
        await service.Store.CommitEntered.Task;
        service.Time.Advance(TimeSpan.FromSeconds(7));
        Assert.Contains("lumenlink_ingest_oldest_frame_seconds 7\n", await MetricsAsync(service));
        service.Store.Release.SetResult();
        Assert.Equal(IngestOutcome.Accepted, (await sending).Outcome);
        PipelineMetrics metrics = service.Metrics.Pipeline;
        Assert.Equal((1L, 7d), (metrics.ArrivalToCommit.Count, metrics.ArrivalToCommit.Sum));
        Assert.Equal(1, metrics.Receipts(FrameDoor.Mqtt).Value);
        Assert.Contains("lumenlink_ingest_oldest_frame_seconds 0\n", await MetricsAsync(service));
    }

    [Fact]
    public async Task A_publish_is_held_until_its_commit()
    {
        await using TestService service = await new TestService(new SteppedTime()).StartAsync();
        TestBeacon beacon = await service.EnrolAsync();
        await using TestClient client = await TestClient.ConnectAsync(service.Broker.Port, beacon);
        await client.AttestAsync();
        PipelineMetrics metrics = service.Metrics.Pipeline;
        Assert.Equal((2L, 0d), (metrics.PubackHold.Count, metrics.PubackHold.Sum));
        service.Store.CommitEntered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task publishing = client.PublishAsync(beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(1, [1])));
        await service.Store.CommitEntered.Task;
        service.Time.Advance(TimeSpan.FromSeconds(0.5));
        service.Store.Release.SetResult();
        await publishing;
        Assert.Equal((3L, 0.5), (metrics.PubackHold.Count, metrics.PubackHold.Sum));
    }

    [Fact]
    public async Task Commits_count_their_frames_records_sightings_and_parts()
    {
        await using RunningService service = await RunningService.StartAsync();
        TestBeacon beacon = await service.EnrolLiveAsync("attic");
        byte[] frame = beacon.Session!.Records(
            beacon.Boot, 1, TestRecords.Report(1, [1, 2, 3]), TestRecords.Report(2, [4, 5]));
        Assert.Equal(IngestOutcome.Accepted, (await service.HandleAsync(beacon, frame)).Outcome);
        LumenMetrics metrics = service.Get<LumenMetrics>();
        Assert.Equal((1L, 1d), (metrics.CommitFrames.Count, metrics.CommitFrames.Sum));
        Assert.Equal((1L, 2d), (metrics.Pipeline.CommitRecords.Count, metrics.Pipeline.CommitRecords.Sum));
        Assert.Equal((1L, 5d), (metrics.Pipeline.CommitSightings.Count, metrics.Pipeline.CommitSightings.Sum));
        Assert.All(CommitTimes.Phases, phase => Assert.Equal(1, metrics.Pipeline.CommitPhaseSeconds(phase).Count));
        double parts = CommitTimes.Phases.Sum(phase => metrics.Pipeline.CommitPhaseSeconds(phase).Sum);
        Assert.InRange(parts, double.Epsilon, metrics.CommitSeconds.Sum);
        Assert.True(metrics.Pipeline.FrameBytes.Value > frame.Length);
    }

    private static async Task<TestBeacon> LiveAsync(TestService service)
    {
        TestBeacon beacon = await service.EnrolAsync();
        await service.AttestAsync(beacon);
        return beacon;
    }

    private static async Task SendAsync(TestService service, TestBeacon beacon, byte[] record) => Assert.False(
        (await service.HandleAsync(beacon, beacon.Session!.Records(beacon.Boot, 1, record))).Reply.IsEmpty);

    /// <summary>A report whose first window opened then, by the beacon's own clock.</summary>
    private static byte[] Report(uint sequence, long openedUnixMs) =>
        TestRecords.Report(sequence, [1], openedUnixMs, openTicks: 0);

    private static Task<string> MetricsAsync(TestService service) =>
        MetricsTable.ExportAsync(service.Metrics.Registry);
}
