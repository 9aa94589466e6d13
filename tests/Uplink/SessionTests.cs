using System.Buffers.Binary;
using System.Collections.Concurrent;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink;

/// <summary>
/// Days of the firmware as it is with the service: a session follows the one before without losing or doubling a
/// record, whichever frames get lost meanwhile.
/// </summary>
public sealed class SessionTests
{
    private const int ReportMs = 10 * 60_000;

    /// <summary>Board time to an answer, resends and the waits between them included.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(25);

    private static readonly TimeSpan Latest = TrustPolicy.SessionLifetime * 0.85;

    private static readonly TimeSpan Earliest = TrustPolicy.SessionLifetime * 0.7;

    [Fact]
    public async Task Three_rotations_that_lose_frames_at_the_worst_moments_lose_and_double_nothing()
    {
        await using UplinkWorld world = await StartAsync();

        // The service grants a session of which the beacon never hears: the old one goes on.
        ConcurrentQueue<byte[]> lost = Lose(world, FrameType.AttestationResult, 1);
        TimeSpan rotated = RotateUntil(world, attestations: 2);
        Assert.InRange(rotated, Earliest - Soon, Latest + Soon);
        Assert.Single(lost);
        Assert.Equal(3, world.Service.Get<LumenMetrics>().Frames(IngestOutcome.Attested).Value);
        Assert.Equal(0, world.Board.Counter("ReceiptsMissed"));

        // What is on its way under the old session counts until the first frame under the new one. Records are held up
        // for a while before the exchange, which takes no time here, and through it.
        ConcurrentQueue<byte[]> passed = Watch(world);
        world.RunUntil(() => passed.Any(frame => TypeOf(frame) == FrameType.Records), Soon, "a frame");
        uint old = SessionOf(passed.Last(frame => TypeOf(frame) == FrameType.Records));
        ConcurrentQueue<byte[]> held = [];
        bool isChanging = false;
        world.A.Loses = frame =>
        {
            if (!isChanging || TypeOf(frame) != FrameType.Records)
                return false;
            held.Enqueue(frame);
            return true;
        };
        world.At(TimeSpan.FromMilliseconds(world.World.NowMs) + Earliest - Soon, () => isChanging = true);
        RotateUntil(world, attestations: 3);
        world.RunUntil(() => held.Any(frame => SessionOf(frame) != old), Soon, "a frame under the new session");
        byte[] onItsWay = held.First(frame => SessionOf(frame) == old);
        FrameAnswer late = await HandleAsync(world, onItsWay);
        Assert.Equal(IngestOutcome.Accepted, late.Outcome);
        Assert.Equal((FrameType.Receipt, old), (TypeOf(late.Reply.ToArray()), SessionOf(late.Reply.ToArray())));
        world.A.Loses = _ => false;
        Drain(world);
        foreach (IngestOutcome over in (IngestOutcome[])[IngestOutcome.SessionEnded, IngestOutcome.SessionUnknown])
        {
            FrameAnswer answer = await HandleAsync(world, onItsWay);
            Assert.Equal((over, true), (answer.Outcome, answer.Reply.IsEmpty));
        }

        // The first frame under the new session is lost, and the receipt of its repetition.
        bool isNew = false;
        ConcurrentDictionary<FrameType, bool> once = [];
        world.A.Loses = frame =>
        {
            isNew |= TypeOf(frame) == FrameType.AttestationResult;
            return isNew && TypeOf(frame) is FrameType.Records or FrameType.Receipt
                && once.TryAdd(TypeOf(frame), true);
        };
        RotateUntil(world, attestations: 4);
        Drain(world);
        Assert.Equal(2, once.Count);
        await AssertEachRecordIsStoredOnceAsync(world);
    }

    [Fact]
    public async Task A_refused_reattestation_leaves_the_session_until_its_end_and_the_records_to_the_next_one()
    {
        await using UplinkWorld world = await StartAsync();
        ConcurrentQueue<byte[]> passed = Watch(world);
        await SetHardwareAsync(world, 1);
        world.Run(Latest);
        Assert.Equal((long)AttestationOutcome.HardwareMismatch, world.Board.Counter("RefusalOutcome"));
        long settled = world.Board.Counter("RecordsSettled");
        world.Run(TrustPolicy.SessionLifetime - Latest - Soon);
        Assert.True(world.Board.Counter("RecordsSettled") > settled, world.Describe());
        Assert.InRange(world.Board.Counter("QueueDepth"), 0, 2);

        world.Run(2 * Soon);
        settled = world.Board.Counter("RecordsSettled");
        world.Run(TimeSpan.FromHours(3));
        Assert.Equal(settled, world.Board.Counter("RecordsSettled"));
        Assert.True(world.Board.Counter("QueueDepth") >= 18, world.Describe());
        byte[] last = passed.Last(frame => TypeOf(frame) == FrameType.Records);
        FrameAnswer expired = await HandleAsync(world, last);
        Assert.Equal((IngestOutcome.SessionExpired, true), (expired.Outcome, expired.Reply.IsEmpty));

        await SetHardwareAsync(world, 0xFFFF);
        world.RunUntil(() => world.Board.Counter("Attestations") == 2, Soon, "an attestation");
        Drain(world);
        await AssertEachRecordIsStoredOnceAsync(world);
    }

    private static async Task<UplinkWorld> StartAsync()
    {
        UplinkWorld world =
            await UplinkWorld.StartAsync(1, [new UplinkBoardMake("board-0", 1, Addresses: 20, ReportMs: ReportMs)]);
        world.Board.Driven.PowerOn();
        world.RunUntil(() => world.Board.Counter("RecordsSettled") > 0, Soon, "records");
        return world;
    }

    /// <summary>Runs until the next session, which must come before the end of this one.</summary>
    private static TimeSpan RotateUntil(UplinkWorld world, int attestations)
    {
        TimeSpan took = world.RunUntil(
            () => world.Board.Counter("Attestations") == attestations, Latest + Soon, "the next session");
        Assert.Equal(1, world.Board.Counter("Attested"));
        return took;
    }

    private static void Drain(UplinkWorld world)
    {
        world.Board.Driven.RequestFlush();
        world.RunUntil(() => world.Board.Counter("QueueDepth") == 0, Soon, "an empty queue");
    }

    /// <summary>Loses so many frames of a type; keeps them.</summary>
    private static ConcurrentQueue<byte[]> Lose(UplinkWorld world, FrameType type, int count)
    {
        ConcurrentQueue<byte[]> lost = [];
        world.A.Loses = frame =>
        {
            if (TypeOf(frame) != type || lost.Count >= count)
                return false;
            lost.Enqueue(frame);
            return true;
        };
        return lost;
    }

    /// <summary>Keeps what passes, and loses nothing.</summary>
    private static ConcurrentQueue<byte[]> Watch(UplinkWorld world)
    {
        ConcurrentQueue<byte[]> passed = [];
        world.A.Loses = frame =>
        {
            passed.Enqueue(frame);
            return false;
        };
        return passed;
    }

    private static Task<FrameAnswer> HandleAsync(UplinkWorld world, byte[] frame) =>
        world.Service.Get<IFrameHandler>().HandleAsync(world.Board.Id, frame, FrameDoor.Mqtt, default);

    private static Task SetHardwareAsync(UplinkWorld world, int model) =>
        world.Service.Database.ExecuteAsync($"UPDATE beacons SET hardware_model = {model}");

    private static FrameType TypeOf(byte[] frame) => (FrameType)frame[1];

    private static uint SessionOf(byte[] frame) => BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan(2));

    private static async Task AssertEachRecordIsStoredOnceAsync(UplinkWorld world)
    {
        IReadOnlyDictionary<string, long> counters = world.Board.Driven.ReadCounters();
        string state = world.Describe();
        Assert.True(counters["RecordsQueued"] == await world.StoredAsync(world.Board), state);
        Assert.True(counters["RecordsQueued"] == counters["RecordsSettled"], state);
        Assert.True(counters["DroppedRecords"] == 0 && counters["RecordsRefused"] == 0, state);
        Assert.Equal(0, await world.Service.Database.CountAsync("alarms"));
        Assert.Equal(0, world.Board.Board.UncaughtExceptions);
    }
}
