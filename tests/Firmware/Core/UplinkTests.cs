using LumenLink.Beacon;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

public class UplinkTests
{
    private const int Minute = 60_000;

    [Fact]
    public void Connects_attests_reports_its_status_and_settles()
    {
        using var rig = new BeaconRig("privacy=raw\ncycle_stretch_max=1");
        rig.RunFor((5 * Minute) + 15_000);
        Assert.Equal((1L, 1L), (rig.Counters.Connects, rig.Counters.Attestations));
        Assert.True(rig.Counters.Attested);
        Assert.Equal(UplinkState.Online, rig.Parts.Uplink.State);
        Assert.Equal(rig.Counters.RecordsQueued, rig.Counters.RecordsSettled + rig.Counters.QueueDepth);
        Assert.Equal(RecordKind.Status, BeaconRig.KindOf(rig.Service.Stored[(1, 1)]));
        Assert.Equal(5, rig.Service.Stored.Values.Count(r => BeaconRig.KindOf(r) == RecordKind.Report));
        Assert.Equal(0, rig.Service.Duplicates);
        Assert.Equal(
            [FrameType.Hello, FrameType.Evidence, FrameType.Records],
            rig.Service.Up.Take(3).Select(u => (FrameType)u.Frame[1]));
    }

    /// <summary>Without a chip the curve is computed for seconds; the wait for the verdict begins after that.</summary>
    [Fact]
    public void A_chip_that_takes_longer_than_an_answer_may_does_not_end_the_exchange()
    {
        using var rig = new BeaconRig();
        rig.Chip.Takes = () => rig.Clock.Advance(DeviceLimits.AttestationAnswerMs / 4);
        rig.Service.ResultDelayMs = DeviceLimits.AttestationAnswerMs - 1000;
        rig.RunFor(2 * Minute);
        Assert.Equal(1L, rig.Counters.Attestations);
        Assert.Equal(1, rig.Service.CountUp(FrameType.Hello));
        Assert.Equal(0, rig.Power.Reboots);
    }

    /// <summary>The supervisor looks once a minute, whatever the loop is at.</summary>
    [Theory]
    [InlineData(20_000, false)]
    [InlineData(2 * Minute, true)]
    public void A_curve_that_takes_its_time_is_no_hanging_loop(int commandMs, bool isTakenForOne)
    {
        using var rig = new BeaconRig();
        rig.Service.LifetimeS = DeviceLimits.RebootMinUptimeMs / 1000 * 2;
        rig.RunFor(DeviceLimits.RebootMinUptimeMs);
        rig.Chip.Takes = () =>
        {
            for (int ms = 0; ms < commandMs; ms += 1000)
            {
                rig.Clock.Advance(1000);
                if (rig.Clock.NowMs % DeviceLimits.SupervisorMs < 1000) rig.Loop.Supervise();
            }
        };
        Assert.True(rig.RunUntil(() => rig.Counters.Attestations == 2, 30 * Minute));
        Assert.Equal(isTakenForOne, rig.Power.Reboots > 0);
    }

    [Fact]
    public void A_status_follows_every_attestation_and_every_interval()
    {
        using var rig = new BeaconRig();
        rig.Service.LifetimeS = 1_200;
        rig.RunFor(60 * Minute);
        int statuses = rig.Service.Stored.Values.Count(r => BeaconRig.KindOf(r) == RecordKind.Status);
        Assert.True(rig.Counters.Attestations >= 3);
        Assert.InRange(statuses, 12, 12 + (int)rig.Counters.Attestations);
        Assert.Equal(
            WireError.None,
            StatusReader.Read(rig.Service.Stored[(1, 1)].AsSpan(RecordHeader.Size), out StatusReader status));
        Assert.Equal("1.2"u8.ToArray(), status.FirmwareVersion.ToArray());
    }

    [Fact]
    public void The_short_topic_is_used_where_a_receipt_allowed_it_until_the_next_connection()
    {
        using var rig = new BeaconRig();
        rig.RunFor(3 * Minute);
        Assert.All(rig.Service.Topics, topic => Assert.StartsWith("ll/1/", topic, StringComparison.Ordinal));
        rig.Service.GrantsShortTopic = true;
        rig.RunFor(3 * Minute);
        Assert.Equal("u", rig.Service.Topics[^1]);
        rig.Service.Cut();
        int before = rig.Service.Topics.Count;
        rig.Service.GrantsShortTopic = false;
        rig.RunFor(5 * Minute);
        Assert.NotEmpty(rig.Service.Topics.Skip(before));
        Assert.DoesNotContain("u", rig.Service.Topics.Skip(before));
    }

    [Fact]
    public void Every_connection_has_a_password_of_its_own()
    {
        using var rig = new BeaconRig();
        for (int i = 0; i < 5; i++)
        {
            rig.RunFor(3 * Minute);
            rig.Service.Cut();
        }

        Assert.True(rig.Service.Passwords.Count >= 5);
        Assert.Equal(rig.Service.Passwords.Count, rig.Service.Passwords.Distinct().Count());
        uint[] connects = [.. rig.Service.Passwords.Select(p =>
        {
            var token = new ConnectionToken();
            Assert.Equal(WireError.None, token.ReadText(p));
            Assert.Equal(1u, token.Boot);
            return token.Connect;
        })];
        Assert.Equal(Enumerable.Range(1, connects.Length).Select(i => (uint)i), connects);
    }

    [Fact]
    public void A_session_outlives_its_connection()
    {
        using var rig = new BeaconRig();
        rig.RunFor(3 * Minute);
        rig.Service.Cut();
        rig.RunFor(10 * Minute);
        Assert.Equal((2L, 1L), (rig.Counters.Connects, rig.Counters.Attestations));
        Assert.InRange(rig.Counters.QueueDepth, 0, 1);
    }

    [Fact]
    public void Waits_between_connections_double_to_a_cap_and_are_drawn_evenly_below_it()
    {
        var first = new List<long>();
        for (int seed = 0; seed < 40; seed++)
        {
            using var rig = new BeaconRig(seed: seed);
            rig.Service.NextConnect = LinkOutcome.Unreachable;
            rig.RunFor(30 * Minute);
            long[] waits = [.. rig.Service.ConnectTimes.Zip(rig.Service.ConnectTimes.Skip(1), (a, b) => b - a)];
            for (int i = 0; i < waits.Length; i++)
            {
                long bound =
                    Math.Min(DeviceLimits.ReconnectMaxMs, DeviceLimits.ReconnectFirstMs * (1L << Math.Min(i, 20)));
                Assert.InRange(waits[i], 0, bound);
            }

            first.AddRange(waits.Skip(8));
        }

        Assert.True(first.Average() is > 50_000 and < 70_000, $"mean {first.Average()} of 0 to 120,000");
        Assert.True(first.Min() < 10_000 && first.Max() > 110_000);
    }

    private const int RecordCountOfFirstGroup = 15;

    [Fact]
    public void After_an_outage_everything_that_was_kept_arrives_once()
    {
        using var rig = new BeaconRig();
        rig.RunFor(2 * Minute);
        rig.Service.Cut();
        rig.Service.NextConnect = LinkOutcome.Unreachable;
        rig.RunFor(60 * Minute);
        Assert.InRange(rig.Counters.QueueDepth, 60, 90);
        rig.Service.NextConnect = LinkOutcome.Connected;
        rig.RunFor(10 * Minute);
        Assert.InRange(rig.Counters.QueueDepth, 0, 1);
        Assert.Equal(0, rig.Service.Duplicates);
        Assert.True(
            rig.Service.Up.Where(u => u.Frame[1] == (byte)FrameType.Records)
                .Max(u => u.Frame[RecordCountOfFirstGroup]) > 8, "records share frames");
    }

    [Fact]
    public void A_restart_loses_nothing_that_was_queued()
    {
        using var rig = new BeaconRig();
        rig.Service.SwallowsReceipts = true;
        rig.RunFor(10 * Minute);
        long queued = rig.Counters.RecordsQueued;
        rig.Boot();
        rig.Service.SwallowsReceipts = false;
        rig.RunFor(5 * Minute);
        Assert.Equal(2u, rig.Parts.Identity.Boot);
        Assert.Equal(queued, rig.Service.Stored.Keys.Count(k => k.Boot == 1));
        Assert.InRange(rig.Counters.QueueDepth, 0, 1);
        Assert.Contains((2u, 1u), rig.Service.Stored.Keys);
    }

    [Fact]
    public void A_hanging_link_thread_stops_nothing_else()
    {
        using var rig = new BeaconRig { RunsLinkJobs = false };
        rig.RunFor(10 * Minute);
        Assert.Equal(UplinkState.Connecting, rig.Parts.Uplink.State);
        Assert.InRange(rig.Counters.QueueDepth, 10, 12);
        rig.RunsLinkJobs = true;
        rig.RunFor(3 * Minute);
        Assert.True(rig.Counters.Attested);
    }

    [Fact]
    public void A_link_job_runs_once_however_often_it_is_called()
    {
        using var rig = new BeaconRig { RunsLinkJobs = false };
        rig.RunFor(1_000);
        Assert.True(rig.Loop.LinkJobPending);
        rig.Loop.RunLinkJob();
        Assert.False(rig.Loop.LinkJobPending);
        rig.Loop.RunLinkJob();
        Assert.Single(rig.Service.ConnectTimes);
    }

    [Fact]
    public void Without_a_broker_records_only_queue()
    {
        using var rig = new BeaconRig();
        rig.OnConfigured = config => config.Transports = [];
        rig.Boot();
        rig.RunFor(10 * Minute);
        Assert.Empty(rig.Service.ConnectTimes);
        Assert.Equal(UplinkState.Offline, rig.Parts.Uplink.State);
        Assert.True(rig.Counters.QueueDepth >= 10);
    }

    [Fact]
    public void Attests_again_before_the_session_ends_and_uses_the_old_one_until_then()
    {
        using var rig = new BeaconRig();
        rig.Service.LifetimeS = 600;
        rig.RunFor(60 * Minute);
        long[] hellos = [.. rig.Service.Up.Where(u => u.Frame[1] == 1).Select(u => u.AtMs)];
        Assert.InRange(hellos.Length, 7, 9);
        Assert.All(hellos.Zip(hellos.Skip(1), (a, b) => b - a), gap => Assert.InRange(gap, 420_000, 520_000));
        Assert.InRange(rig.Counters.QueueDepth, 0, 1);
        Assert.Equal(0, rig.Counters.ReceiptsMissed);
        Assert.Equal(1, rig.Counters.Connects);
    }

    /// <summary>Whoever attested at once, after an outage perhaps, would bring the service down together.</summary>
    [Fact]
    public void Beacons_that_attested_at_once_come_back_each_at_a_second_of_its_own()
    {
        const int LifetimeS = 3600;
        var gaps = new List<long>();
        for (int seed = 0; seed < 30; seed++)
        {
            using var rig = new BeaconRig(seed: seed);
            rig.Service.LifetimeS = LifetimeS;
            Assert.True(rig.RunUntil(() => rig.Counters.Attestations == 2, 60 * Minute));
            long[] hellos = [.. rig.Service.Up.Where(u => u.Frame[1] == 1).Select(u => u.AtMs)];
            gaps.Add((hellos[1] - hellos[0]) / 1000);
        }

        Assert.All(gaps, gap => Assert.InRange(
            gap, LifetimeS * DeviceLimits.ReattestFromPercent / 100,
            (LifetimeS * DeviceLimits.ReattestToPercent / 100) + 5));
        Assert.True(gaps.Distinct().Count() >= 25, $"only {gaps.Distinct().Count()} of 30: {string.Join(' ', gaps)}");
        Assert.True(gaps.Max() - gaps.Min() > LifetimeS / 10, $"within {gaps.Max() - gaps.Min()} s");
    }

    [Theory]
    [InlineData(AttestationOutcome.MeasurementUnknown)]
    [InlineData(AttestationOutcome.CouldNotCheck)]
    public void A_session_serves_until_its_end_whatever_reattestation_says_and_then_seals_nothing(
        AttestationOutcome answer)
    {
        using var rig = new BeaconRig();
        rig.Service.LifetimeS = 600;
        rig.RunFor(2 * Minute);
        rig.Service.Refuses = (byte)answer;
        rig.RunFor(20 * Minute);
        long lastMs = rig.Service.Up.Last(u => u.Frame[1] == (byte)FrameType.Records).AtMs;
        Assert.True(lastMs is >= 500_000 and <= 601_000, $"sealed at {lastMs}");
        Assert.True(rig.Service.CountUp(FrameType.Hello) >= 2);
        Assert.False(rig.Counters.Attested);
        Assert.Equal(UplinkState.Refused, rig.Parts.Uplink.State);
        long refused = rig.Counters.DownlinkRefused;
        rig.Service.Send(rig.Service.Receipt(rig.Service.LastSession, Everything()));
        rig.RunFor(1_000);
        Assert.Equal(refused + 1, rig.Counters.DownlinkRefused);
        Assert.True(rig.Counters.QueueDepth > 10);
    }

    [Fact]
    public void A_receipt_under_the_old_session_counts_until_the_new_one_is_confirmed()
    {
        using var rig = new BeaconRig();
        rig.Service.LifetimeS = 600;
        rig.RunFor(2 * Minute);
        uint old = rig.Service.LastSession;
        rig.Service.SwallowsReceipts = true;
        Assert.True(rig.RunUntil(() => rig.Counters.Attestations == 2, 10 * Minute));
        Assert.True(rig.Counters.QueueDepth > 0);
        rig.Service.Send(rig.Service.Receipt(old, Everything()));
        rig.RunFor(100);
        Assert.Equal(0, rig.Counters.QueueDepth);

        rig.Service.Send(rig.Service.Receipt(rig.Service.LastSession, Everything()));
        rig.RunFor(100);
        long refused = rig.Counters.DownlinkRefused;
        rig.Service.Send(rig.Service.Receipt(old, Everything()));
        rig.RunFor(100);
        Assert.Equal(refused + 1, rig.Counters.DownlinkRefused);
    }

    [Fact]
    public void A_service_that_forgot_the_session_is_asked_for_a_new_one_on_the_same_connection()
    {
        using var rig = new BeaconRig();
        rig.RunFor(2 * Minute);
        rig.Service.ForgetSessions();
        rig.RunFor(10 * Minute);
        Assert.Equal((1L, 2L), (rig.Counters.Connects, rig.Counters.Attestations));
        Assert.Equal(DeviceLimits.ResendsBeforeHello, rig.Counters.ReceiptsMissed);
        Assert.InRange(rig.Counters.QueueDepth, 0, 1);
    }

    [Fact]
    public void A_signed_refusal_is_named_and_waited_for()
    {
        using var rig = new BeaconRig();
        rig.Service.Refuses = (byte)AttestationOutcome.Revoked;
        rig.Service.RetryAfterS = 300;
        rig.RunFor(20 * Minute);
        Assert.Equal((int)AttestationOutcome.Revoked, rig.Counters.RefusalOutcome);
        Assert.False(rig.Counters.Attested);
        Assert.InRange(rig.Service.CountUp(FrameType.Hello), 3, 5);
        Assert.True(rig.Counters.QueueDepth >= 20);
        rig.Service.Refuses = 0;
        rig.RunFor(20 * Minute);
        Assert.True(rig.Counters.Attested);
        Assert.Equal(-1, rig.Counters.RefusalOutcome);
    }

    [Fact]
    public void An_unsigned_refusal_only_makes_it_later_and_never_for_long()
    {
        using var rig = new BeaconRig();
        rig.Service.Refuses = (byte)AttestationOutcome.Revoked;
        rig.Service.RefusesUnsigned = true;
        rig.Service.RetryAfterS = uint.MaxValue;
        rig.RunFor(5 * Minute);
        Assert.Equal(-1, rig.Counters.RefusalOutcome);
        Assert.Equal(1, rig.Service.CountUp(FrameType.Hello));
        rig.Service.Refuses = 0;
        rig.RunFor(2 * DeviceLimits.AttestationRetryMaxMs);
        Assert.True(rig.Counters.Attested);
    }

    [Fact]
    public void A_chip_that_fails_in_the_middle_is_tried_again()
    {
        using var rig = new BeaconRig();
        Assert.True(rig.RunUntil(() => rig.Counters.Connects == 1, Minute));
        rig.Chip.Broken = ChipStatus.ExecutionError;
        rig.RunFor(2 * Minute);
        Assert.False(rig.Counters.Attested);
        Assert.InRange(rig.Counters.ChipFailures, 3, 20);
        rig.Chip.Broken = ChipStatus.Ok;
        rig.RunFor(5 * Minute);
        Assert.True(rig.Counters.Attested);
    }

    private static ReceiptEntry Everything()
    {
        var entry = new ReceiptEntry();
        entry.Reset(1, 1_000);
        return entry;
    }
}
