using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

/// <summary>Records that the database refuses, through the queue that commits.</summary>
public abstract partial class StoreConformance
{
    private const long Refused = 0xBAD;
    private const int RecordsOfAFrame = 3;

    /// <summary>Whatever is refused and wherever it is: the rest is stored once, and the search is short.</summary>
    [StoreFact]
    public async Task Of_a_batch_with_refused_records_all_others_are_stored_once_and_receipted()
    {
        const int Frames = 24;
        (IRendezvousStore held, StoreGate gate) = StoreGate.Around(Store);
        await using TestService service = await new TestService(over: held).StartAsync();
        TestBeacon[] beacons = new TestBeacon[6];
        for (int i = 0; i < beacons.Length; i++)
            await service.AttestAsync(beacons[i] = await service.EnrolAsync($"beacon {i}"));
        await Database.ExecuteAsync(Database.RefuseAddress(Refused));
        Random random = new(12);
        long stored = 0;
        long setAside = 0;
        for (int round = 0; round < 6; round++)
        {
            // The first frame is good, so that whatever it is committed with, one can be.
            HashSet<int> refused = [.. Enumerable.Range(0, round).Select(_ =>
                random.Next(RecordsOfAFrame, Frames * RecordsOfAFrame))];
            FrameOfRecords[] frames = [.. Enumerable.Range(0, Frames).Select(i => Frame(
                beacons[i % beacons.Length],
                ((((round * Frames) + i) / beacons.Length) * RecordsOfAFrame) + 1,
                record => refused.Contains((i * RecordsOfAFrame) + record)))];
            double failures = service.Metrics.CommitFailures.Value;
            FrameAnswer[] answers = await SendTogetherAsync(service, gate, frames);
            Assert.All(frames.Zip(answers), sent => AssertAnswered(sent.First, sent.Second));
            stored += (Frames * RecordsOfAFrame) - refused.Count;
            setAside += refused.Count;
            Assert.Equal(stored, await Database.CountAsync("sightings"));
            Assert.Equal(stored, await Database.CountAsync("(SELECT DISTINCT address FROM sightings) AS once"));
            Assert.Equal(stored + setAside, await Database.CountAsync("frames"));
            Assert.Equal(setAside, await Database.CountAsync("poisoned_frames"));
            double depth = Math.Ceiling(Math.Log2(Frames)) + Math.Ceiling(Math.Log2(RecordsOfAFrame)) + 1;
            Assert.InRange(service.Metrics.CommitFailures.Value - failures, refused.Count, refused.Count * depth);

            foreach (FrameOfRecords frame in frames)
            {
                FrameAnswer again = await service.HandleAsync(frame.Beacon, frame.Bytes);
                Assert.Equal(IngestOutcome.Duplicate, again.Outcome);
                Assert.True(frame.Beacon.Session!.Receipt(again.Reply.ToArray()).IsSettled(frame.First));
            }
        }

        Assert.True(setAside >= 10, "little was refused");
        Assert.Equal(stored, service.Metrics.SightingsStored.Value);
        Assert.Equal(setAside, service.Metrics.RecordsSetAside.Value);
    }

    [StoreFact]
    public async Task A_store_that_refuses_everything_sets_nothing_aside()
    {
        (IRendezvousStore held, StoreGate gate) = StoreGate.Around(Store);
        await using TestService service = await new TestService(over: held).StartAsync();
        TestBeacon[] beacons = new TestBeacon[4];
        for (int i = 0; i < beacons.Length; i++)
            await service.AttestAsync(beacons[i] = await service.EnrolAsync($"beacon {i}"));
        await Database.ExecuteAsync(Database.BreakCommits);
        FrameOfRecords[] frames =
        [
            .. Enumerable.Range(0, 40)
                .Select(i => Frame(beacons[i % beacons.Length], (i * RecordsOfAFrame) + 1, _ => false)),
        ];
        FrameAnswer[] answers = await SendTogetherAsync(service, gate, frames);
        Assert.All(answers, answer => Assert.Equal(
            (IngestOutcome.StoreUnavailable, true), (answer.Outcome, answer.Reply.IsEmpty)));
        Assert.InRange(service.Metrics.CommitFailures.Value, 2, 2 * (IngestPolicy.MaxSearchInVain + 1));
        foreach (string table in (string[])["poisoned_frames", "frames", "sightings"])
            Assert.Equal(0, await Database.CountAsync(table));
    }

    [StoreFact]
    public async Task Without_room_a_refused_record_stays_with_its_beacon_and_blocks_no_other()
    {
        await using TestService service = await new TestService(over: Store).StartAsync();
        TestBeacon full = await service.EnrolAsync("full");
        TestBeacon other = await service.EnrolAsync("other");
        await service.AttestAsync(full);
        await service.AttestAsync(other);
        for (uint i = 1; i <= IngestPolicy.MaxPoisonedOfOneBeacon; i++)
            await SetAsideAsync(full.Id, i, full.Session!.Id, service.Time.Now);
        await Database.ExecuteAsync(Database.RefuseAddress(Refused));
        FrameOfRecords bad = Frame(full, 101, record => record == 1);
        FrameAnswer answer = await service.HandleAsync(full, bad.Bytes);
        Assert.Equal((IngestOutcome.StoreUnavailable, true), (answer.Outcome, answer.Reply.IsEmpty));
        Assert.Equal(
            IngestOutcome.Accepted, (await service.HandleAsync(other, Frame(other, 1, _ => false).Bytes)).Outcome);
        bad = Frame(other, 101, record => record == 1);
        AssertAnswered(bad, await service.HandleAsync(other, bad.Bytes));

        Assert.Equal(IngestPolicy.MaxPoisonedOfOneBeacon + 1, await Database.CountAsync("poisoned_frames"));
        Assert.Equal(0, await Store.PrunePoisonedAsync(service.Time.Now, None));
        Assert.Equal(
            IngestPolicy.MaxPoisonedOfOneBeacon + 1,
            await Store.PrunePoisonedAsync(service.Time.Now.AddSeconds(1), None));
        bad = Frame(full, 101, record => record == 1);
        AssertAnswered(bad, await service.HandleAsync(full, bad.Bytes));
    }

    [StoreFact]
    public async Task Poisoned_frames_are_told_newest_first_with_the_frame_and_the_reason()
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        for (uint i = 1; i <= 3; i++)
            await SetAsideAsync(beacon, i);
        IReadOnlyList<PoisonedView> first = await Store.ListPoisonedAsync(1, null, 2, None);
        IReadOnlyList<PoisonedView> rest = await Store.ListPoisonedAsync(1, first[1].Id, 2, None);
        Assert.Equal([3u, 2u, 1u], first.Concat(rest).Select(row => row.Sequence));
        Assert.Equal((beacon, 1u, Noon, "reason 3"), (first[0].Beacon, first[0].Boot, first[0].At, first[0].Reason));
        Assert.Equal<byte>([3, 3, 3], first[0].Frame);
        Assert.Empty(await Store.ListPoisonedAsync(2, null, 2, None));
    }

    /// <summary>Commits a record that is set aside, as the queue does.</summary>
    private protected async Task SetAsideAsync(
        BeaconId beacon, uint sequence, uint session = FirstSession, DateTimeOffset? at = null)
    {
        var batch = new IngestBatch();
        AddFrame(batch, beacon, 1, 1, [], session);
        AddRecord(batch, sequence, refused: (byte)RefusalReason.NotStorable);
        batch.Poisoned.Add(new PoisonedEntry(0, $"reason {sequence}", [3, 3, 3]));
        await Store.CommitAsync(batch, at ?? Noon, None);
        AssertNew(batch, true);
    }

    /// <summary>Sends frames in one or two batches: the first waits for the others.</summary>
    private static async Task<FrameAnswer[]> SendTogetherAsync(
        TestService service, StoreGate gate, FrameOfRecords[] frames)
    {
        TaskCompletionSource hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.CommitHold = hold.Task;
        Task<FrameAnswer>[] sent = [.. frames.Select(frame => service.HandleAsync(frame.Beacon, frame.Bytes))];
        hold.SetResult();
        return await Task.WhenAll(sent);
    }

    private static FrameOfRecords Frame(TestBeacon beacon, int first, Func<int, bool> isRefused)
    {
        bool[] refused = [.. Enumerable.Range(0, RecordsOfAFrame).Select(isRefused)];
        byte[][] records = [.. refused.Select((isBad, i) => TestRecords.Report(
            (uint)(first + i), [isBad ? (ulong)Refused : (beacon.Id.Value << 16 >> 16) ^ (ulong)(first + i)]))];
        return new FrameOfRecords(beacon, beacon.Session!.Records(5, 1, records), (uint)first, refused);
    }

    private static void AssertAnswered(FrameOfRecords frame, FrameAnswer answer)
    {
        Assert.Equal(
            frame.Refused.Contains(true) ? IngestOutcome.SetAside : IngestOutcome.Accepted, answer.Outcome);
        ReceiptEntry receipt = frame.Beacon.Session!.Receipt(answer.Reply.ToArray());
        for (int i = 0; i < frame.Refused.Length; i++)
        {
            Assert.True(receipt.IsSettled(frame.First + (uint)i));
            Assert.Equal(
                frame.Refused[i] ? RefusalReason.NotStorable : RefusalReason.None,
                receipt.ReasonFor(frame.First + (uint)i));
        }
    }

    private sealed record FrameOfRecords(TestBeacon Beacon, byte[] Bytes, uint First, bool[] Refused);
}
