using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Ingest;

/// <summary>How the size of a transaction follows its time.</summary>
public sealed class BatchSizeTests
{
    private static readonly TimeSpan Target = IngestPolicy.CommitTarget;

    /// <summary>Shares of the target that full batches take, one by one, and the bound after the last.</summary>
    [Theory]
    [InlineData(new double[0], 256)]
    [InlineData(new[] { 1.0 }, 256)]
    [InlineData(new[] { 1.01 }, 128)]
    [InlineData(new[] { 1.01, 0.5 }, 144)]
    [InlineData(new[] { 8.0, 4, 2, 1.2 }, 16)]
    [InlineData(new[] { 32.0, 16, 8, 4, 2 }, 16)]
    [InlineData(new[] { 8.0, 7.9 }, 256)] // as slow with half as much: it is not the size
    [InlineData(new[] { 8.0, 7.9, 7.9, 7.9 }, 256)]
    [InlineData(new[] { 170.0, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1 }, 256)] // a stall of a minute
    public void Full_batches_that_take_too_long_are_halved_while_that_helps(double[] times, int bound)
    {
        BatchSize size = new();
        foreach (double time in times)
            size.Committed(size.Frames, 0, Target * time);
        Assert.Equal(bound, size.Frames);
        Assert.Equal(bound * IngestPolicy.BatchSightingsPerFrame, size.Sightings);
    }

    [Fact]
    public void Of_batches_that_are_not_full_nothing_is_learnt()
    {
        BatchSize size = new();
        size.Committed(size.Frames - 1, size.Sightings - 1, Target * 100);
        Assert.Equal(IngestPolicy.BatchFrames, size.Frames);
        size.Committed(3, size.Sightings, Target * 2);
        Assert.Equal(IngestPolicy.BatchFrames / 2, size.Frames);
        size.Committed(size.Frames - 1, 0, Target / 2);
        Assert.Equal(IngestPolicy.BatchFrames / 2, size.Frames);
        size.Committed(1, size.Sightings, Target / 2);
        Assert.Equal((IngestPolicy.BatchFrames / 2) + IngestPolicy.BatchStep, size.Frames);
    }

    /// <summary>Cost of a frame and of a commit, in parts of the target.</summary>
    [Theory]
    [InlineData(0.020, 0.0)]
    [InlineData(0.020, 0.3)]
    [InlineData(0.012, 0.1)]
    [InlineData(0.005, 0.2)]
    public void Under_load_commits_stay_near_the_target_whatever_a_frame_costs(double perFrame, double perCommit)
    {
        BatchSize size = new();
        double[] times = [.. Enumerable.Range(0, 200).Select(_ => CommitFull(size, perFrame, perCommit))];
        double[] settled = times[10..];
        Assert.InRange(settled.Average(), 0.5, 1.1);
        Assert.InRange(settled.Max(), 0.5, 1 + (2 * IngestPolicy.BatchStep * perFrame));
    }

    [Fact]
    public void A_store_that_is_slow_for_its_own_reasons_keeps_three_quarters_of_its_throughput()
    {
        BatchSize size = new();
        double frames = Enumerable.Range(0, 200).Sum(_ =>
        {
            int committed = size.Frames;
            CommitFull(size, perFrame: 0.0001, perCommit: 3);
            return committed;
        });
        Assert.InRange(frames / 200, IngestPolicy.BatchFrames * 0.74, IngestPolicy.BatchFrames);
    }

    [Fact]
    public void A_store_that_recovers_gets_whole_batches_again()
    {
        BatchSize size = new();
        for (int i = 0; i < 50; i++)
            CommitFull(size, perFrame: 0.05, perCommit: 0);
        Assert.InRange(size.Frames, IngestPolicy.MinBatchFrames, 32);
        int commits = 0;
        for (; size.Frames < IngestPolicy.BatchFrames; commits++)
            CommitFull(size, perFrame: 0.001, perCommit: 0.01);
        Assert.InRange(commits, 1, IngestPolicy.BatchFrames / IngestPolicy.BatchStep);
    }

    [Fact]
    public async Task The_queue_commits_less_at_a_time_to_a_slow_store_and_loses_nothing()
    {
        (IRendezvousStore store, StoreGate gate) = StoreGate.Around(new MemoryStore());
        await using TestService service = await new TestService(over: store).StartAsync();
        List<int> batches = [];
        TaskCompletionSource hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<Task<FrameAnswer>> sent = [];
        TestBeacon beacon = new();
        TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.CommitHold = hold.Task;
        gate.OnCommit = batch =>
        {
            batches.Add(batch.Frames.Count);
            entered.TrySetResult();
            service.Time.Advance(Target / 40 * batch.Frames.Count);
        };
        for (int i = 0; i < 1024; i++)
        {
            if (i % IngestPolicy.FramesOfOneBeacon == 0)
            {
                beacon = await service.EnrolAsync($"beacon {i}");
                await service.AttestAsync(beacon);
            }

            uint sequence = (uint)i + 1;
            sent.Add(service.HandleAsync(
                beacon, beacon.Session!.Records(5, sequence, TestRecords.Report(sequence, [7]))));
            if (i == 0)
                await entered.Task;
        }

        hold.SetResult();
        Assert.All(await Task.WhenAll(sent), answer => Assert.Equal(IngestOutcome.Accepted, answer.Outcome));
        Assert.Equal([1, 256, 128, 64, 32, 48, 24], batches.Take(7));
        Assert.All(batches[7..^1], frames => Assert.InRange(frames, 16, 56));
        Assert.Equal(1024, service.Metrics.RecordsStored.Value);
    }

    private static double CommitFull(BatchSize size, double perFrame, double perCommit)
    {
        double time = perCommit + (size.Frames * perFrame);
        size.Committed(size.Frames, 0, Target * time);
        return time;
    }
}
