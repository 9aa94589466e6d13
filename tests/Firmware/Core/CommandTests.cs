using System.Text;
using LumenLink.Beacon;
using LumenLink.Beacon.Control;
using LumenLink.Beacon.Radio;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>Commands: judged, kept, carried out once, acknowledged as often as they come.</summary>
public class CommandTests
{
    private const int Minute = 60_000;

    [Theory]
    [InlineData(0, 30)]
    [InlineData(5, 5)]
    [InlineData(600, 600)]
    public void Identify_shows_the_LED_for_so_long(ushort argument, int seconds)
    {
        using BeaconRig rig = Online();
        var lit = new List<long>();
        rig.Service.SendCommand(1, BeaconCommand.Identify, argument);
        Assert.True(rig.RunUntil(() => rig.Loop.IsLedLit, Minute));
        long startMs = rig.Clock.NowMs;
        rig.RunUntil(
            () =>
            {
                if (rig.Loop.IsLedLit) lit.Add(rig.Clock.NowMs);
                return false;
            },
            (seconds * 1_000) + Minute);
        Assert.InRange(lit[^1], startMs + (seconds * 1_000) - 1_000, startMs + (seconds * 1_000));
        Assert.True(lit.Count >= seconds / 2);
        Assert.False(rig.Loop.IsLedLit);
        Assert.Equal([Ack(1, ControlOutcome.Done)], rig.Service.Acks);
    }

    [Fact]
    public void Rescan_scans_both_radios_at_once_and_reports_what_did_not_change()
    {
        using var rig = new BeaconRig("privacy=raw\nfilter_change_db=6");
        rig.Radio.AccessPoints.Add((0x0A0B0C0D0E0F, -70));
        rig.Radio.Hear(Enumerable.Range(0, 1_200).Select(s => new Heard(s * 1_000L, 0xC0FFEE, 1, -60)));
        rig.RunFor(5 * Minute);
        Assert.Equal(DeviceLimits.CycleStretchMax, rig.Parts.Radio.Stretch);
        rig.RunUntil(() => rig.Parts.Radio.Phase == RadioPhase.BleScan, Minute);
        long startMs = rig.Clock.NowMs;
        rig.Service.SendCommand(1, BeaconCommand.Rescan);
        rig.RunFor(2 * Minute);
        Span[] after = [.. rig.Radio.Done.Where(s => s.FromMs >= startMs)];
        Assert.Equal(new Span(RadioPhase.WifiScan, startMs, startMs + rig.Radio.WifiScanMs), after[0]);
        Assert.Equal((RadioPhase.BleScan, after[0].ToMs), (after[1].Phase, after[1].FromMs));
        Assert.Equal(DeviceLimits.CycleMs, after[2].ToMs - after[2].FromMs + DeviceLimits.AdvertiseMs);
        Assert.Equal(2, rig.StoredSightings().Count(s => s.Address == 0xC0FFEE));
        Assert.Equal(2, rig.StoredSightings().Count(s => s.Address == 0x0A0B0C0D0E0F));
    }

    [Fact]
    public void A_rescan_leaves_out_the_radio_that_the_configuration_leaves_out()
    {
        using var rig = new BeaconRig("privacy=raw\nwifi_scan_every_ms=0\nwifi_scan_live_every_ms=0");
        rig.RunFor(2 * Minute);
        rig.Service.SendCommand(1, BeaconCommand.Rescan);
        rig.RunFor(2 * Minute);
        Assert.Equal([Ack(1, ControlOutcome.Done)], rig.Service.Acks);
        Assert.DoesNotContain(rig.Radio.Done, s => s.Phase == RadioPhase.WifiScan);
    }

    [Fact]
    public void Reattest_makes_a_new_session()
    {
        using BeaconRig rig = Online();
        rig.Service.SendCommand(1, BeaconCommand.Reattest);
        rig.RunFor(5_000);
        Assert.Equal((2L, 1L), (rig.Counters.Attestations, rig.Counters.Connects));
        Assert.Equal([Ack(1, ControlOutcome.Done)], rig.Service.Acks);
    }

    [Fact]
    public void Reboot_queues_what_was_heard_says_so_and_is_the_next_boots_reason()
    {
        using BeaconRig rig = Online();
        rig.Radio.Hear(Enumerable.Range(0, 100).Select(s => new Heard(rig.Clock.NowMs + (s * 1_000L), 0xBEEF, 1, -50)));
        rig.RunFor(30_000);
        rig.Service.SwallowsReceipts = true;
        rig.Service.SendCommand(1, BeaconCommand.Reboot);
        rig.RunFor(1_000);
        Assert.Equal([Ack(1, ControlOutcome.Done)], rig.Service.Acks);
        Assert.False(rig.Power.IsDown);
        rig.Restarts = true;
        rig.RunFor(DeviceLimits.RestartMaxMs);
        Assert.Equal((1, 2u), (rig.Power.Reboots, rig.Chip.Boots));
        rig.Service.SwallowsReceipts = false;
        rig.RunFor(Minute);
        Assert.Contains(rig.Files.EverDurable.Keys, id => id.Boot == 1 && rig.Service.Stored.ContainsKey(id));
        Assert.Contains(rig.StoredSightings(), s => s.Address == 0xBEEF);
        Assert.Equal(BootReason.Command, rig.StatusOf(2).BootReason);
        rig.RunFor(60 * Minute);
        Assert.Equal(1, rig.Power.Reboots);
    }

    [Fact]
    public void An_acknowledgement_by_posts_leaves_before_the_restart_though_the_radio_rests()
    {
        using var rig = new BeaconRig(links: [new SimLink { IsPosting = true }]);
        rig.RunFor(2 * Minute);
        rig.Service.SendCommand(1, BeaconCommand.Reboot);
        Assert.True(rig.RunUntil(() => rig.Power.IsDown, Minute));
        Assert.Equal([Ack(1, ControlOutcome.Done)], rig.Service.Acks);
    }

    [Fact]
    public void A_reboot_waits_for_a_Wifi_scan_and_not_for_one_that_never_ends()
    {
        using BeaconRig rig = Online();
        rig.Radio.LosesWifiEvents = true;
        rig.Service.SendCommand(1, BeaconCommand.Rescan);
        Assert.True(rig.RunUntil(() => rig.Parts.Radio.Phase == RadioPhase.WifiScan, Minute));
        rig.Service.SendCommand(2, BeaconCommand.Reboot);
        rig.RunFor(DeviceLimits.WifiScanTimeoutMs - 1_000);
        Assert.Equal(0, rig.Power.Reboots);
        Assert.True(rig.RunUntil(() => rig.Power.IsDown, DeviceLimits.RestartMaxMs));
    }

    [Fact]
    public void Diagnostics_say_how_the_beacon_is_and_no_secret()
    {
        using var rig = new BeaconRig(
            "privacy=raw\nregion=roof\nwifi_ssid=HiddenNet\nwifi_password=hunter2hunter2", links: [new(), new()]);
        rig.RunFor(2 * Minute);
        rig.Service.SendCommand(7, BeaconCommand.Identify, 601);
        rig.RunFor(1_000);
        int statuses = rig.Service.Stored.Values.Count(r => BeaconRig.KindOf(r) == RecordKind.Status);
        rig.Service.SendCommand(8, BeaconCommand.SendDiagnostics);
        rig.RunFor(5_000);
        Assert.Equal(
            statuses + 1, rig.Service.Stored.Values.Count(r => BeaconRig.KindOf(r) == RecordKind.Status));
        byte[] record = Assert.Single(rig.Service.Stored.Values, r => BeaconRig.KindOf(r) == RecordKind.Diagnostics);
        byte[] body = record[RecordHeader.Size..];
        Assert.Equal(WireError.None, TextLines.Check(body, 0, body.Length));
        string text = Encoding.ASCII.GetString(body);
        string[] lines = text.Split('\n');
        Assert.Equal("", lines[^1]);
        Assert.Equal(
            [
                "firmware", "image", "region", "boot", "clock", "memory", "faults", "configuration", "command",
                "transport", "transport", "link", "attestation", "queue", "radio", "filtered", "identifier",
            ],
            lines[..^1].Select(line => line.Split(' ')[0]));
        Assert.Contains("firmware test 1.2", lines);
        Assert.Contains("region roof", lines);
        Assert.Contains("command id 8 outcome 1", lines);
        Assert.Contains("configuration in_effect 0 highest 0 outcome 0 trial 0 stage 0", lines);
        Assert.Contains("transport index 0 kind 1 is_up 1 outcome 0 failures 0", lines);
        Assert.Contains("transport index 1 kind 1 is_up 0 outcome 0 failures 0", lines);
        Assert.DoesNotContain("HiddenNet", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.DoesNotContain("broker.test", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Diagnostics_stay_within_their_bound_whatever_the_counters_say()
    {
        using var rig = new BeaconRig(
            $"privacy=raw\nregion={new string('r', 255)}", links: [new(), new(), new(), new()]);
        rig.RunFor(Minute);
        foreach (System.Reflection.FieldInfo counter in typeof(BeaconCounters).GetFields())
            if (counter.FieldType == typeof(long)) counter.SetValue(rig.Counters, long.MaxValue - 1);
        rig.Service.SendCommand(1, BeaconCommand.SendDiagnostics);
        rig.RunFor(5_000);
        byte[] record = Assert.Single(rig.Service.Stored.Values, r => BeaconRig.KindOf(r) == RecordKind.Diagnostics);
        Assert.InRange(record.Length, 900, RecordHeader.Size + WireLimits.MaxDiagnosticsBytes);
        Assert.Equal(TextLines.LineFeed, record[^1]);
    }

    [Theory]
    [InlineData(99, 0, ControlOutcome.CommandUnknown)]
    [InlineData(0, 0, ControlOutcome.CommandUnknown)]
    [InlineData((int)BeaconCommand.Identify, 601, ControlOutcome.ArgumentInvalid)]
    [InlineData((int)BeaconCommand.Rescan, 1, ControlOutcome.ArgumentInvalid)]
    [InlineData((int)BeaconCommand.Reattest, 1, ControlOutcome.ArgumentInvalid)]
    [InlineData((int)BeaconCommand.Reboot, 1, ControlOutcome.ArgumentInvalid)]
    [InlineData((int)BeaconCommand.SendDiagnostics, 1, ControlOutcome.ArgumentInvalid)]
    public void What_cannot_be_done_is_refused_by_name_and_its_id_is_used_up(
        byte command, ushort argument, ControlOutcome outcome)
    {
        using BeaconRig rig = Online();
        rig.Service.SendCommand(5, (BeaconCommand)command, argument);
        rig.Service.SendCommand(5, BeaconCommand.Reattest);
        rig.Service.SendCommand(4, BeaconCommand.Reattest);
        rig.RunFor(5_000);
        Assert.Equal(
            [Ack(5, outcome), Ack(5, outcome), Ack(4, ControlOutcome.IdNotRising)], rig.Service.Acks);
        Assert.Equal((0, 1L), (rig.Power.Reboots, rig.Counters.Attestations));
        Assert.False(rig.Loop.IsLedLit);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1_000)]
    public void A_command_that_comes_too_late_is_not_carried_out(int expiresInMs)
    {
        using BeaconRig rig = Online();
        rig.Service.SendCommand(1, BeaconCommand.Reattest, 0, expiresInMs);
        rig.RunFor(5_000);
        Assert.Equal([Ack(1, ControlOutcome.Expired)], rig.Service.Acks);
        Assert.Equal(1, rig.Counters.Attestations);
    }

    /// <summary>A time service anybody may play must not keep an old command alive.</summary>
    [Theory]
    [InlineData(-10)]
    [InlineData(10)]
    public void Whether_it_is_too_late_is_told_by_the_services_clock_and_not_by_the_boards(int years)
    {
        using BeaconRig rig = Online();
        rig.Clock.SetUtc(Security.TestService.Now + (years * 365L * 86_400_000));
        rig.Service.SendCommand(1, BeaconCommand.Reattest, 0, Minute);
        rig.Service.SendCommand(2, BeaconCommand.Reattest, 0, 10 * Minute);
        rig.RunFor(5_000);
        Assert.Equal([Ack(1, ControlOutcome.Expired), Ack(2, ControlOutcome.Done)], rig.Service.Acks);
        Assert.Equal(2, rig.Counters.Attestations);
    }

    [Fact]
    public void What_the_flash_does_not_keep_is_not_carried_out_and_may_come_again()
    {
        using BeaconRig rig = Online();
        rig.Values.RefusesWrites = true;
        rig.Service.SendCommand(1, BeaconCommand.Reattest);
        rig.RunFor(5_000);
        Assert.Equal(1, rig.Counters.Attestations);
        rig.Values.RefusesWrites = false;
        rig.Service.SendCommand(1, BeaconCommand.Reattest);
        rig.RunFor(5_000);
        Assert.Equal([Ack(1, ControlOutcome.NotKept), Ack(1, ControlOutcome.Done)], rig.Service.Acks);
        Assert.Equal(2, rig.Counters.Attestations);
    }

    [Fact]
    public void A_lost_acknowledgement_comes_again_when_the_command_does_also_after_a_reboot()
    {
        using BeaconRig rig = Online();
        rig.Service.SwallowsAcks = true;
        rig.Service.SendCommand(3, BeaconCommand.SendDiagnostics);
        rig.RunFor(Minute);
        rig.Service.SwallowsAcks = false;
        rig.Service.SendCommand(3, BeaconCommand.SendDiagnostics);
        rig.RunFor(5_000);
        rig.Boot();
        rig.RunFor(Minute);
        rig.Service.SendCommand(3, BeaconCommand.SendDiagnostics);
        rig.Service.SendCommand(2, BeaconCommand.SendDiagnostics);
        rig.RunFor(Minute);
        Assert.Equal(
            [Ack(3, ControlOutcome.Done), Ack(3, ControlOutcome.Done), Ack(2, ControlOutcome.IdNotRising)],
            rig.Service.Acks);
        Assert.Single(rig.Service.Stored.Values, r => BeaconRig.KindOf(r) == RecordKind.Diagnostics);
    }

    [Fact]
    public void A_command_that_is_not_sealed_or_malformed_is_not_looked_at()
    {
        using BeaconRig rig = Online();
        byte[] good = rig.Service.Sealed(
            FrameType.Command, Security.TestService.Command(1, (byte)BeaconCommand.Reattest, 0, Minute));
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            rig.Service.Send(bad);
            rig.RunFor(10);
        }

        rig.Service.SendCommand(0, BeaconCommand.Reattest);
        rig.Service.SendCommand(1, BeaconCommand.Reattest, 0, -Security.TestService.Now - 1);
        rig.RunFor(1_000);
        Assert.Equal((good.Length * 8) + 2, rig.Counters.DownlinkRefused);
        Assert.Empty(rig.Service.Acks);
        Assert.Equal((1L, 0u), (rig.Counters.Attestations, rig.Parts.Commands.Id));
    }

    [Fact]
    public void A_command_under_the_session_before_counts_until_the_new_one_is_confirmed()
    {
        using BeaconRig rig = Online();
        byte[] old = rig.Service.Sealed(
            FrameType.Command, Security.TestService.Command(1, (byte)BeaconCommand.SendDiagnostics, 0, 10 * Minute));
        rig.Service.SwallowsReceipts = true;
        rig.Parts.Attestation.AttestNow(rig.Clock.LinkMs);
        Assert.True(rig.RunUntil(() => rig.Counters.Attestations == 2, Minute));
        rig.Service.Send(old);
        rig.RunFor(1_000);
        Assert.Equal([Ack(1, ControlOutcome.Done)], rig.Service.Acks);
    }

    internal static ControlAck Ack(uint id, ControlOutcome outcome) => new(ControlSubject.Command, id, outcome);

    private static BeaconRig Online()
    {
        var rig = new BeaconRig();
        rig.RunFor(2 * Minute);
        Assert.True(rig.Counters.Attested);
        return rig;
    }
}
