using LumenLink.Beacon;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Security;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

public class RadioTests
{
    private const int Hour = 3_600_000;
    private const int WakeUpsPerHour = 850;
    private const string Steady = "privacy=raw\ncycle_stretch_max=1";

    /// <summary>SimRadio throws on any overlap, so a run that ends has had none.</summary>
    [Fact]
    public void Slots_follow_the_grid()
    {
        using var rig = new BeaconRig(Steady);
        rig.Service.Secrets = [EidTests.Secret(10, 0)];
        rig.RunFor(60_000);

        // Nothing is scanned for while the link connects: the first Wi-Fi scan takes the first scan slot.
        Assert.Equal(new Span(RadioPhase.WifiScan, 1_000, 7_500), rig.Radio.Done[0]);
        Assert.Equal(new Span(RadioPhase.BleScan, 7_500, 10_000), rig.Radio.Done[1]);
        Assert.Equal(new Span(RadioPhase.Advertising, 10_000, 11_000), rig.Radio.Done[2]);
        Assert.Equal(new Span(RadioPhase.BleScan, 11_000, 20_000), rig.Radio.Done[3]);
        Assert.Equal(new Span(RadioPhase.BleScan, 51_000, 60_000), rig.Radio.Done[^1]);
        Assert.Equal(12, rig.Radio.Done.Count);
    }

    [Fact]
    public void Wake_ups_of_an_hour_stay_within_the_budget()
    {
        using var rig = new BeaconRig(Steady);
        rig.Service.Secrets = [EidTests.Secret(10, 0)];
        rig.Radio.AccessPoints.Add((0x0A0B0C0D0E0F, -70));
        rig.Radio.Hear(
            Enumerable.Range(0, 3_600).Select(s => new Heard(s * 1000L, 0xC00000000000 + (ulong)(s % 40), 1, -60)));
        rig.RunFor(Hour);

        Assert.Equal(4, rig.Radio.Done.Count(s => s.Phase == RadioPhase.WifiScan));
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
        using var rig = new BeaconRig(Steady + "\nwifi_scan_live_every_ms=0");
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
        Assert.Equal(DeviceLimits.WifiScanTimeoutMs + 1_000, rig.Radio.Done[0].FromMs); // from 1 s on
        Assert.All(rig.Radio.Done, s => Assert.Equal(RadioPhase.BleScan, s.Phase));
    }

    [Fact]
    public void Wifi_scans_are_rarer_with_a_connection_and_never_start_while_it_is_made()
    {
        using var rig = new BeaconRig();
        rig.Service.NextConnect = Beacon.Uplink.LinkOutcome.Unreachable;
        rig.RunFor(Hour);
        Assert.InRange(WifiScans(rig), 11, 12);
        rig.Service.NextConnect = Beacon.Uplink.LinkOutcome.Connected;
        Assert.True(rig.RunUntil(() => rig.Counters.Attested, Hour));
        int before = WifiScans(rig);
        rig.RunFor(Hour);
        Assert.InRange(WifiScans(rig) - before, 3, 4);

        before = WifiScans(rig);
        rig.Service.NextConnect = Beacon.Uplink.LinkOutcome.Unreachable;
        rig.Service.Cut();
        rig.RunsLinkJobs = false; // the connection is being made for an hour
        rig.RunFor(Hour);
        Assert.InRange(WifiScans(rig) - before, 0, 1);
        Assert.Contains(rig.Radio.Done, s => s.Phase == RadioPhase.BleScan && s.FromMs > 3 * Hour);
    }

    [Fact]
    public void Cycles_grow_while_nothing_changes_and_are_short_again_when_something_does()
    {
        using var rig = new BeaconRig("privacy=raw\nwifi_scan_live_every_ms=0\nwifi_scan_every_ms=0");
        rig.Service.Secrets = [EidTests.Secret(10, 0)];
        rig.Radio.Hear(Enumerable.Range(0, 1_200).Select(Present));
        rig.RunFor(300_000);
        Assert.Equal(DeviceLimits.CycleStretchMax, rig.Parts.Radio.Stretch);
        Assert.Equal(36_000, Longest(rig, RadioPhase.BleScan));
        Assert.Equal(4_000, Longest(rig, RadioPhase.Advertising));
        AssertDuty(rig);

        rig.Radio.Hear(
            Enumerable.Range(1_200, 4_000).Select(i => Present(i) with { Address = 0xC20000000000 + (ulong)i }));
        rig.RunFor(80_000);
        Assert.Equal(1, rig.Parts.Radio.Stretch);
        rig.RunFor(600_000);
        Assert.Equal(1, rig.Parts.Radio.Stretch);
    }

    /// <summary>Ten neighbours that are always there, four events a second in all.</summary>
    private static Heard Present(int i) => new(i * 250L, 0xC10000000000 + (ulong)(i % 10), 1, -60 - (i % 7));

    private static int WifiScans(BeaconRig rig) => rig.Radio.Done.Count(s => s.Phase == RadioPhase.WifiScan);

    private static long Longest(BeaconRig rig, RadioPhase phase) =>
        rig.Radio.Done.Where(s => s.Phase == phase).Max(s => s.ToMs - s.FromMs);

    /// <summary>The counters say what the radio did, and stretched cycles share their time as short ones do.</summary>
    private static void AssertDuty(BeaconRig rig)
    {
        long advertised = rig.Radio.Done.Where(s => s.Phase == RadioPhase.Advertising).Sum(s => s.ToMs - s.FromMs);
        long scanned = rig.Radio.Done.Where(s => s.Phase == RadioPhase.BleScan).Sum(s => s.ToMs - s.FromMs);
        Assert.Equal((advertised, scanned), (rig.Counters.AdvertiseMs, rig.Counters.BleScanMs));
        Assert.InRange(scanned / (double)advertised, 8, 10);
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
        Assert.InRange(rig.Radio.Done[0].FromMs, attestedMs, attestedMs + 1_000);
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
