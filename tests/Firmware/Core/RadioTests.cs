using LumenLink.Beacon;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Security;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

public class RadioTests
{
    private const int Hour = 3_600_000;
    private const int WakeUpsPerHour = 850;

    /// <summary>SimRadio throws on any overlap, so a run that ends has had none.</summary>
    [Fact]
    public void Slots_follow_the_grid()
    {
        using var rig = new BeaconRig();
        rig.Service.Secrets = [EidTests.Secret(10, 0)];
        rig.RunFor(60_000);

        Assert.Equal(new Span(RadioPhase.WifiScan, 0, 6_500), rig.Radio.Done[0]);
        Assert.Equal(new Span(RadioPhase.BleScan, 6_500, 10_000), rig.Radio.Done[1]);
        Assert.Equal(new Span(RadioPhase.Advertising, 10_000, 11_000), rig.Radio.Done[2]);
        Assert.Equal(new Span(RadioPhase.BleScan, 11_000, 20_000), rig.Radio.Done[3]);
        Assert.Equal(new Span(RadioPhase.BleScan, 51_000, 60_000), rig.Radio.Done[^1]);
        Assert.Equal(12, rig.Radio.Done.Count);
    }

    [Fact]
    public void Wake_ups_of_an_hour_stay_within_the_budget()
    {
        using var rig = new BeaconRig();
        rig.Service.Secrets = [EidTests.Secret(10, 0)];
        rig.Radio.AccessPoints.Add((0x0A0B0C0D0E0F, -70));
        rig.Radio.Hear(
            Enumerable.Range(0, 3_600).Select(s => new Heard(s * 1000L, 0xC00000000000 + (ulong)(s % 40), 1, -60)));
        rig.RunFor(Hour);

        Assert.Equal(12, rig.Radio.Done.Count(s => s.Phase == RadioPhase.WifiScan));
        Assert.InRange(rig.Radio.Done.Count(s => s.Phase == RadioPhase.Advertising), 340, 360);
        Assert.True(rig.Ticks <= WakeUpsPerHour, $"{rig.Ticks} wake-ups");
        Assert.True(rig.Ticks > 700, $"only {rig.Ticks} wake-ups: the run did not do its work");
    }

    [Fact]
    public void A_broker_that_is_away_costs_few_wake_ups()
    {
        using var rig = new BeaconRig();
        rig.Service.NextConnect = Beacon.Uplink.LinkOutcome.Unreachable;
        rig.RunFor(Hour);
        Assert.True(rig.Service.ConnectTimes.Count > 20);
        Assert.True(rig.Ticks <= WakeUpsPerHour + (2 * rig.Service.ConnectTimes.Count), $"{rig.Ticks} wake-ups");
    }

    [Fact]
    public void A_late_step_shortens_its_slot_and_moves_nothing_else()
    {
        using var rig = new BeaconRig("privacy=raw\nwifi_scan_every_ms=0");
        rig.Service.Secrets = [EidTests.Secret(10, 0)];
        rig.RunFor(15_000);
        rig.Clock.Advance(5_400); // stuck until 20,400: into the next advertise slot
        rig.RunFor(20_000);

        Assert.Contains(new Span(RadioPhase.BleScan, 11_000, 20_400), rig.Radio.Done);
        Assert.Contains(new Span(RadioPhase.Advertising, 20_400, 21_000), rig.Radio.Done);
        Assert.Contains(new Span(RadioPhase.BleScan, 21_000, 30_000), rig.Radio.Done);
    }

    [Fact]
    public void A_wifi_scan_that_never_ends_gives_the_radio_back()
    {
        using var rig = new BeaconRig();
        rig.Radio.LosesWifiEvents = true;
        rig.RunFor(40_000);
        Assert.Equal(DeviceLimits.WifiScanTimeoutMs + 1_000, rig.Radio.Done[0].FromMs);
        Assert.All(rig.Radio.Done, s => Assert.Equal(RadioPhase.BleScan, s.Phase));
    }

    [Fact]
    public void A_radio_that_refuses_is_counted_and_tried_again()
    {
        using var rig = new BeaconRig();
        rig.Radio.RefuseAll = true;
        rig.RunFor(30_000);
        Assert.True(rig.Counters.RadioFaults >= 3);
        Assert.Empty(rig.Radio.Done);
        rig.Radio.RefuseAll = false;
        rig.RunFor(30_000);
        Assert.Contains(rig.Radio.Done, s => s.Phase == RadioPhase.BleScan);
    }

    [Fact]
    public void Nothing_is_scanned_for_before_a_pseudonym_key_is_held()
    {
        using var rig = new BeaconRig("privacy=pseudonym");
        rig.Service.Refuses = 7;
        rig.RunFor(600_000);
        Assert.Empty(rig.Radio.Done);
        Assert.Equal(0, rig.Counters.SightingsRecorded);

        rig.Service.Refuses = 0;
        ushort day = (ushort)(TestService.Now / 86_400_000);
        rig.Service.Secrets = [(2, [(byte)day, (byte)(day >> 8), .. new byte[16]])];
        Assert.True(rig.RunUntil(() => rig.Counters.Attested, 3_600_000));
        long attestedMs = rig.Clock.NowMs;
        rig.RunFor(20_000);
        Assert.Equal(RadioPhase.WifiScan, rig.Radio.Done[0].Phase);
        Assert.Equal(attestedMs, rig.Radio.Done[0].FromMs);
    }

    [Fact]
    public void Nothing_is_advertised_before_the_first_attestation()
    {
        using var rig = new BeaconRig();
        rig.Service.SwallowsAll = true;
        rig.RunFor(120_000);
        Assert.Empty(rig.Radio.Advertised);
        Assert.DoesNotContain(rig.Radio.Done, s => s.Phase == RadioPhase.Advertising);
    }

    [Fact]
    public void Without_its_chip_the_beacon_runs_on_and_scans_for_nothing()
    {
        using var rig = new BeaconRig();
        rig.Chip.Broken = ChipStatus.NoAnswer;
        rig.RunFor(Hour);
        Assert.Empty(rig.Radio.Done);
        Assert.InRange(rig.Counters.ChipFailures, 10, 100);
        Assert.Empty(rig.Service.ConnectTimes);

        rig.Chip.Broken = ChipStatus.Ok;
        rig.RunFor(2 * DeviceLimits.ChipRetryMaxMs);
        Assert.NotEmpty(rig.Radio.Done);
        Assert.True(rig.Counters.Attested);
    }
}
