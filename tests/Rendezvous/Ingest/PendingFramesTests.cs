using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Ingest;

/// <summary>What waits for a commit: who joins, who has his share, and who is turned away.</summary>
public sealed class PendingFramesTests : IAsyncLifetime
{
    private readonly TestService service = new();
    private TestBeacon beacon = new();

    public async Task InitializeAsync()
    {
        await service.StartAsync();
        beacon = await EnrolAsync("attic");
    }

    public async Task DisposeAsync()
    {
        service.Store.Release.TrySetResult();
        await service.DisposeAsync();
    }

    [Fact]
    public async Task The_same_bytes_join_the_commit_that_they_wait_for_and_get_its_receipt()
    {
        await HoldCommitAsync();
        byte[] frame = Records(beacon, 2);
        Task<FrameAnswer> first = SendAsync(beacon, frame);
        Task<FrameAnswer> again = SendAsync(beacon, frame);
        Task<FrameAnswer> posted = service.Frames.HandleAsync(beacon.Id, frame, FrameDoor.Http, default);
        Assert.Equal(2, service.Metrics.Queued.Value); // by the other door the receipt is another
        service.Store.Release.SetResult();
        FrameAnswer answer = await again;
        Assert.Equal(
            (IngestOutcome.Accepted, IngestOutcome.Joined, IngestOutcome.Duplicate),
            ((await first).Outcome, answer.Outcome, (await posted).Outcome));
        Assert.True(beacon.Session!.Receipt(answer.Reply.ToArray()).IsSettled(2));
        Assert.Equal(2, service.Store.CommitCalls);
        Assert.Equal(1, service.Count(IngestOutcome.Joined));
        Assert.Equal(IngestOutcome.Duplicate, (await SendAsync(beacon, frame)).Outcome);
    }

    [Fact]
    public async Task What_joins_a_commit_that_fails_is_given_back_with_it()
    {
        await HoldCommitAsync();
        byte[] frame = Records(beacon, 2);
        Task<FrameAnswer> first = SendAsync(beacon, frame);
        Task<FrameAnswer> again = SendAsync(beacon, frame);
        service.Store.FailingCommits = 2 * IngestPolicy.CommitAttempts;
        service.Store.Release.SetResult();
        Assert.Equal(
            (IngestOutcome.StoreUnavailable, IngestOutcome.StoreUnavailable),
            ((await first).Outcome, (await again).Outcome));
        Assert.Equal(IngestOutcome.Accepted, (await SendAsync(beacon, frame)).Outcome);
    }

    [Fact]
    public async Task Another_frame_with_the_same_records_is_committed_too_and_they_are_stored_once()
    {
        await HoldCommitAsync();
        Task<FrameAnswer> first = SendAsync(beacon, Records(beacon, 2));
        Task<FrameAnswer> both = SendAsync(
            beacon,
            beacon.Session!.Records(5, 1, TestRecords.Report(2, [2]), TestRecords.Report(3, [3])));
        service.Store.Release.SetResult();
        Assert.Equal(
            (IngestOutcome.Accepted, IngestOutcome.Accepted), ((await first).Outcome, (await both).Outcome));
        Assert.Equal(3, service.Store.Records.Count);
        Assert.Equal(3, service.Store.Sightings.Count);
    }

    [Fact]
    public async Task A_beacon_that_fills_its_share_takes_nothing_from_another()
    {
        TestBeacon neighbour = await EnrolAsync("cellar");
        Task<FrameAnswer> committing = await HoldCommitAsync();
        List<Task<FrameAnswer>> sent = [committing];
        for (uint sequence = 2; sequence <= IngestPolicy.FramesOfOneBeacon; sequence++)
            sent.Add(SendAsync(beacon, Records(beacon, sequence)));
        FrameAnswer another = await RefusedAsync(SendAsync(beacon, Records(beacon, 99)));
        FrameAnswer same = await RefusedAsync(SendAsync(beacon, Records(beacon, 2)));
        Assert.Equal(
            (IngestOutcome.BeaconQueueFull, IngestOutcome.BeaconQueueFull, true),
            (another.Outcome, same.Outcome, another.Reply.IsEmpty));
        Task<FrameAnswer> theirs = SendAsync(neighbour, Records(neighbour, 1));
        Assert.DoesNotContain(sent, task => task.IsCompleted);
        service.Store.Release.SetResult();
        Assert.All(await Task.WhenAll(sent), answer => Assert.Equal(IngestOutcome.Accepted, answer.Outcome));
        Assert.Equal(IngestOutcome.Accepted, (await theirs).Outcome);
        Assert.Equal(IngestOutcome.Accepted, (await SendAsync(beacon, Records(beacon, 99))).Outcome);
    }

    [Fact]
    public async Task A_queue_that_is_full_refuses_what_comes_and_keeps_what_it_has()
    {
        Task<FrameAnswer> committing = await HoldCommitAsync();
        List<Task<FrameAnswer>> sent = [committing];
        TestBeacon last = beacon;
        for (int i = 0; i < IngestPolicy.QueueFrames; i++)
        {
            if (i % IngestPolicy.FramesOfOneBeacon == 0)
                last = await EnrolAsync($"beacon {i}");
            sent.Add(SendAsync(last, Records(last, (uint)i + 1)));
        }

        FrameAnswer refused = await RefusedAsync(SendAsync(beacon, Records(beacon, 99)));
        Assert.Equal((IngestOutcome.QueueFull, true), (refused.Outcome, refused.Reply.IsEmpty));
        Assert.DoesNotContain(sent, task => task.IsCompleted);
        Assert.Equal(IngestPolicy.QueueFrames, service.Metrics.Queued.Value);
        service.Store.Release.SetResult();
        Assert.All(await Task.WhenAll(sent), answer => Assert.Equal(IngestOutcome.Accepted, answer.Outcome));
        Assert.Equal(0, service.Metrics.Queued.Value);
        Assert.Equal(IngestOutcome.Accepted, (await SendAsync(beacon, Records(beacon, 99))).Outcome);
    }

    [Fact]
    public async Task Nothing_is_left_of_what_was_answered()
    {
        PendingFrames frames = new();
        LiveSession session = await SessionAsync();
        byte[] bytes = Records(beacon, 7);
        PendingFrame first = frames.Admit(session, bytes, FrameDoor.Mqtt, service.Time.Now, out bool isFirst)!;
        Assert.True(isFirst);
        Assert.Same(first, frames.Admit(session, bytes, FrameDoor.Mqtt, service.Time.Now, out isFirst));
        Assert.False(isFirst);
        byte[] sameTag = [.. bytes];
        sameTag[^(1 + sizeof(ulong))] ^= 1;
        PendingFrame other = frames.Admit(session, sameTag, FrameDoor.Mqtt, service.Time.Now, out isFirst)!;
        Assert.True(isFirst, "other bytes under the same tag joined");
        Assert.Equal(1, frames.Beacons);
        Assert.True(frames.Settle(other, FrameAnswer.Of(IngestOutcome.Accepted)));
        Assert.True(frames.Settle(first, FrameAnswer.Of(IngestOutcome.Accepted)));
        Assert.False(frames.Settle(first, FrameAnswer.Of(IngestOutcome.QueueFull)));
        Assert.Equal(0, frames.Beacons);
        Assert.Equal(IngestOutcome.Accepted, (await first.Answer).Outcome);
    }

    private async Task<TestBeacon> EnrolAsync(string name)
    {
        TestBeacon enrolled = await service.EnrolAsync(name);
        await service.AttestAsync(enrolled);
        return enrolled;
    }

    private async Task<LiveSession> SessionAsync() =>
        (await service.Get<SessionCache>().FindAsync(beacon.Id, beacon.Session!.Id, default))!;

    /// <summary>The first record's commit is under way and does not end before its release.</summary>
    private async Task<Task<FrameAnswer>> HoldCommitAsync()
    {
        service.Store.CommitEntered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<FrameAnswer> committing = SendAsync(beacon, Records(beacon, 1));
        await service.Store.CommitEntered.Task;
        return committing;
    }

    /// <summary>What is not refused would wait for the commit that is held.</summary>
    private static Task<FrameAnswer> RefusedAsync(Task<FrameAnswer> answer) =>
        answer.WaitAsync(TimeSpan.FromSeconds(60));

    private Task<FrameAnswer> SendAsync(TestBeacon sender, byte[] frame) => service.HandleAsync(sender, frame);

    private static byte[] Records(TestBeacon sender, uint sequence) =>
        sender.Session!.Records(sender.Boot, 1, TestRecords.Report(sequence, [sequence]));
}
