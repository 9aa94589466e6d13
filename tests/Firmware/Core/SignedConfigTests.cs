using System.Text;
using LumenLink.Beacon;
using LumenLink.Beacon.Control;
using LumenLink.Beacon.Security;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>Signed configurations: checked as a whole, kept, in effect after a restart, never an older one.</summary>
public class SignedConfigTests
{
    private const int Minute = 60_000;
    private const string File = "privacy=raw\nreport_ms=30000\nregion=file\nfilter_rssi_floor=-80";

    [Fact]
    public void A_configuration_is_kept_takes_effect_by_a_restart_and_is_proven_by_a_receipt()
    {
        using BeaconRig rig = Online();
        rig.Service.SendConfig(1, "report_ms=20000\nregion=signed\n");
        rig.RunFor(1_000);
        Assert.Equal([Ack(1, ControlOutcome.Accepted)], rig.Service.Acks);
        Assert.Equal((30_000, "file"), (rig.Config.Radio.ReportMs, rig.Config.Region));
        rig.RunFor(Minute);
        Assert.Equal(1, rig.Power.Reboots);
        Assert.Equal([Ack(1, ControlOutcome.Accepted), Ack(1, ControlOutcome.Done)], rig.Service.Acks);
        Assert.Equal(
            (20_000, "signed", -80, true),
            (rig.Config.Radio.ReportMs, rig.Config.Region, rig.Config.Filter.RssiFloorDbm, rig.Config.IsRaw));
        StatusReader status = rig.StatusOf(2);
        Assert.Equal((BootReason.Configuration, 1u), (status.BootReason, status.Details.ConfigVersion));
        rig.Boot();
        rig.RunFor(Minute);
        Assert.Equal((20_000, 1u), (rig.Config.Radio.ReportMs, rig.Parts.Configs.InEffect));
        Assert.Equal(2, rig.Service.Acks.Count);
    }

    [Fact]
    public void Keys_that_the_next_configuration_does_not_have_are_those_of_the_file_again()
    {
        using BeaconRig rig = Online();
        Apply(rig, 1, "report_ms=20000\nregion=signed\nfilter_addresses=AABBCCDDEEFF\n");
        Assert.Equal([0xAABBCCDDEEFF], rig.Config.Filter.Addresses);
        Apply(rig, 2, "cycle_ms=20000\n");
        Assert.Equal(
            (30_000, "file", 20_000), (rig.Config.Radio.ReportMs, rig.Config.Region, rig.Config.Radio.CycleMs));
        Assert.Empty(rig.Config.Filter.Addresses);
        Apply(rig, 3, "");
        Assert.Equal((3u, DeviceLimits.CycleMs), (rig.Parts.Configs.InEffect, rig.Config.Radio.CycleMs));
    }

    [Fact]
    public void Every_key_that_may_be_set_so_is_taken()
    {
        using BeaconRig rig = Online();
        Apply(rig, 1, """
            # for the roof
            transports=https://lumen.example,mqtts://broker.example:8884
            privacy=pseudonym
            region=roof
            report_ms=20000
            cycle_ms=30000
            advertise_ms=2000
            cycle_stretch_max=2
            queue_max_bytes=131072
            wifi_scan_every_ms=0
            wifi_scan_live_every_ms=600000
            filter_rssi_floor=-70
            filter_addresses=AABBCCDDEEFF
            filter_services=180D
            filter_manufacturers=0059
            filter_change_db=6
            report_extras=eid

            """.ReplaceLineEndings("\n"));
        Assert.Equal(0, rig.Config.ProblemCount);
        Assert.Equal(
            [(TransportKind.Http, "lumen.example", 443), (TransportKind.Mqtt, "broker.example", 8884)],
            rig.Config.Transports.Select(t => (t.Kind, t.Host, t.Port)));
        Assert.Equal(
            (false, 2, 131_072, 0, 600_000),
            (rig.Config.IsRaw, rig.Config.Radio.CycleStretchMax, rig.Config.QueueMaxBytes,
                rig.Config.Radio.WifiScanEveryMs, rig.Config.Radio.WifiScanLiveEveryMs));
        Assert.Equal((-70, 6), (rig.Config.Filter.RssiFloorDbm, rig.Config.Filter.ChangeDb));
        Assert.Equal("test", rig.Config.Audience);
    }

    [Theory]
    [InlineData("audience=other", "audience")]
    [InlineData("wifi_ssid=net", "wifi_ssid")]
    [InlineData("wifi_password=secret", "wifi_password")]
    [InlineData("root_key_1=00", "root_key_1")]
    [InlineData("root_key_2=00", "root_key_2")]
    [InlineData("hardware_model=2", "hardware_model")]
    [InlineData("onboarding_url=https://x", "onboarding_url")]
    [InlineData("provision_chip=lock_for_ever", "provision_chip")]
    [InlineData("colour=red", "colour")]
    [InlineData("a_key_that_is_longer_than_a_detail_can_be=1", "a_key_that_is_longer_than_a_deta")]
    [InlineData("report_ms=soon", "report_ms")]
    [InlineData("privacy=none", "privacy")]
    [InlineData("transports=ftp://h", "transports")]
    [InlineData("region=roof\nregion=roof", "region")]
    [InlineData("nonsense", "(line)")]
    [InlineData("advertise_ms=10000", "advertise_ms")]
    [InlineData("cycle_ms=1000", "advertise_ms")]
    public void One_wrong_key_is_named_and_nothing_of_the_text_counts(string line, string key)
    {
        using BeaconRig rig = Online();
        rig.Service.SendConfig(4, $"region=signed\n{line}\n");
        rig.Service.SendConfig(4, $"region=signed\n{line}\n");
        rig.RunFor(2 * Minute);
        ControlAck wrong = new(ControlSubject.Configuration, 4, ControlOutcome.TextInvalid, key);
        Assert.Equal([wrong, wrong], rig.Service.Acks);
        rig.Boot();
        rig.RunFor(Minute);
        Assert.Equal(("file", 0u), (rig.Config.Region, rig.Parts.Configs.InEffect));
        Assert.Equal(0, rig.Power.Reboots);
        rig.Service.SendConfig(4, "region=signed\n");
        rig.Service.SendConfig(3, "region=signed\n");
        rig.RunFor(1_000);
        Assert.Equal([wrong, Ack(3, ControlOutcome.VersionNotRising)], rig.Service.Acks.Skip(2));
    }

    [Fact]
    public void A_conflict_with_the_file_is_found_and_one_that_the_text_resolves_is_none()
    {
        using BeaconRig rig = Online("privacy=raw\ncycle_ms=30000\nadvertise_ms=20000");
        rig.Service.SendConfig(1, "cycle_ms=20000\n");
        rig.RunFor(1_000);
        Assert.Equal(
            [new ControlAck(ControlSubject.Configuration, 1, ControlOutcome.TextInvalid, "advertise_ms")],
            rig.Service.Acks);
        Apply(rig, 2, "cycle_ms=20000\nadvertise_ms=2000\n");
        Assert.Equal((20_000, 2_000), (rig.Config.Radio.CycleMs, rig.Config.Radio.AdvertiseMs));
    }

    [Fact]
    public void The_same_version_is_only_acknowledged_and_an_older_one_refused_without_asking_the_chip()
    {
        using BeaconRig rig = Online();
        Apply(rig, 5, "region=five\n");
        rig.Service.Acks.Clear();
        int commands = rig.Chip.Commands;
        rig.Service.SendConfig(5, "region=other\n");
        rig.Service.SendConfig(4, "region=four\n");
        rig.Service.SendConfig(1, "region=one\n");
        rig.RunFor(2 * Minute);
        Assert.Equal(
            [Ack(5, ControlOutcome.Done), Ack(4, ControlOutcome.VersionNotRising),
                Ack(1, ControlOutcome.VersionNotRising)],
            rig.Service.Acks);
        Assert.Equal((commands, 1), (rig.Chip.Commands, rig.Power.Reboots));
        rig.Boot();
        Assert.Equal("five", rig.Config.Region);
    }

    [Fact]
    public void Another_beacons_configuration_is_not_believed()
    {
        using BeaconRig rig = Online();
        rig.Service.SendSealed(
            FrameType.Config, rig.Service.Keys.SignedConfig(new byte[8], 1, "region=other\n"u8.ToArray()));
        AssertRefused(rig, 1);
    }

    [Fact]
    public void A_key_for_attestation_signs_no_configuration_whatever_its_frame_says()
    {
        using BeaconRig rig = Online();
        byte[] id = rig.Parts.Identity.Id;
        byte[] body = rig.Service.Keys.SignedConfig(id, 1, "region=other\n"u8.ToArray(), usage: 1);
        rig.Service.SendSealed(FrameType.Config, body);
        rig.RunFor(1_000);
        Assert.Equal(1, rig.Counters.DownlinkRefused);
        Assert.Empty(rig.Service.Acks);
        body[6 + "region=other\n".Length + 8] = ServiceCertificate.UsageConfiguration;
        rig.Service.SendSealed(FrameType.Config, body);
        AssertRefused(rig, 1);
    }

    [Fact]
    public void An_older_certificate_is_refused_and_each_usage_has_its_own_versions()
    {
        using BeaconRig rig = Online();
        Assert.True(rig.Service.Keys.ConfigCertificateVersion < rig.Service.Keys.CertificateVersion);
        Apply(rig, 1, "region=one\n");
        rig.Service.Keys.ConfigCertificateVersion = 200;
        Apply(rig, 2, "region=two\n");
        rig.Service.Keys.ConfigCertificateVersion = 199;
        rig.Service.Acks.Clear();
        rig.Service.SendConfig(3, "region=three\n");
        rig.RunFor(1_000);
        Assert.Equal([Ack(3, ControlOutcome.SignatureInvalid)], rig.Service.Acks);
        rig.Boot();
        rig.RunFor(Minute);
        rig.Service.SendConfig(3, "region=three\n");
        rig.RunFor(1_000);
        Assert.Equal(Ack(3, ControlOutcome.SignatureInvalid), rig.Service.Acks[^1]);
        Assert.Equal(("two", 2u), (rig.Config.Region, rig.Parts.Configs.Highest));
        Assert.True(rig.Counters.Attested);
    }

    /// <summary>As who holds the session's keys can: every bit of a signed configuration, sealed anew.</summary>
    [Fact]
    public void Not_a_bit_of_it_can_be_changed_by_who_holds_the_session()
    {
        using BeaconRig rig = Online();
        Apply(rig, 6, "region=six\n");
        rig.Service.Acks.Clear();
        byte[] kept = rig.Values.Read(ConfigLedger.Name)!;
        byte[] good = rig.Service.Config(12, "region=twelve\n");
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bad = [.. good];
            bad[bit / 8] ^= (byte)(1 << (bit % 8));
            rig.Service.SendSealed(FrameType.Config, bad);
            rig.RunFor(20);
        }

        rig.RunFor(Minute);
        Assert.All(rig.Service.Acks, ack => Assert.True(
            ack.Outcome is ControlOutcome.SignatureInvalid
                || (ack.Outcome == ControlOutcome.VersionNotRising && ack.Number < 6),
            ack.ToString()));
        Assert.Equal(good.Length * 8, rig.Service.Acks.Count + rig.Counters.DownlinkRefused);
        Assert.Contains(rig.Service.Acks, ack => ack.Outcome == ControlOutcome.VersionNotRising);
        Assert.Equal(kept, rig.Values.Read(ConfigLedger.Name));
        Assert.Equal(1, rig.Power.Reboots);
        rig.Service.SendSealed(FrameType.Config, good);
        rig.RunFor(1_000);
        Assert.Equal(Ack(12, ControlOutcome.Accepted), rig.Service.Acks[^1]);
    }

    [Fact]
    public void A_configuration_that_is_not_sealed_or_cut_short_is_not_looked_at()
    {
        using BeaconRig rig = Online();
        byte[] good = rig.Service.Sealed(FrameType.Config, rig.Service.Config(1, "region=one\n"));
        int commands = rig.Chip.Commands;
        for (int length = 0; length < good.Length; length++)
        {
            rig.Service.Send(good[..length]);
            rig.RunFor(10);
        }

        for (int at = 0; at < good.Length; at++)
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x10;
            rig.Service.Send(bad);
            rig.RunFor(10);
        }

        Assert.Equal(2 * good.Length, rig.Counters.DownlinkRefused);
        Assert.Empty(rig.Service.Acks);
        Assert.Equal((commands, 0u), (rig.Chip.Commands, rig.Parts.Configs.Highest));
    }

    [Fact]
    public void A_chip_that_fails_says_nothing_of_the_signature()
    {
        using BeaconRig rig = Online();
        rig.Chip.Broken = ChipStatus.ExecutionError;
        rig.Service.SendConfig(1, "region=one\n");
        rig.RunFor(1_000);
        Assert.Equal([Ack(1, ControlOutcome.CouldNotCheck)], rig.Service.Acks);
        Assert.Equal((1L, 0u), (rig.Counters.ChipFailures, rig.Parts.Configs.Highest));
        rig.Chip.Broken = ChipStatus.Ok;
        rig.Service.SendConfig(1, "region=one\n");
        rig.RunFor(1_000);
        Assert.Equal(Ack(1, ControlOutcome.Accepted), rig.Service.Acks[^1]);
    }

    [Theory]
    [InlineData("region=one\n")]
    [InlineData("colour=red\n")]
    public void What_the_flash_does_not_keep_has_not_happened(string text)
    {
        using BeaconRig rig = Online();
        rig.Values.RefusesWrites = true;
        rig.Service.SendConfig(1, text);
        rig.RunFor(2 * Minute);
        Assert.Equal([Ack(1, ControlOutcome.NotKept)], rig.Service.Acks);
        Assert.Equal((0, 0u), (rig.Power.Reboots, rig.Parts.Configs.Highest));
        rig.Values.RefusesWrites = false;
        Apply(rig, 1, "region=one\n");
        Assert.Equal("one", rig.Config.Region);
    }

    [Fact]
    public void A_flash_that_lost_what_it_was_given_takes_no_further_version()
    {
        using BeaconRig rig = Online();
        Apply(rig, 5, "region=five\n");
        rig.Values.Write(ConfigLedger.Name, []);
        rig.Service.SendConfig(6, "region=six\n");
        rig.RunFor(2 * Minute);
        Assert.Equal(Ack(6, ControlOutcome.NotKept), rig.Service.Acks[^1]);
        Assert.Equal(("five", 5u), (rig.Config.Region, rig.Parts.Configs.Highest));
    }

    [Fact]
    public void Privacy_changes_from_the_next_boot_and_records_that_wait_stay_as_they_are()
    {
        using BeaconRig rig = Online("privacy=raw\ncycle_stretch_max=1");
        rig.Service.Secrets = [(2, [.. BitConverter.GetBytes(Day), .. new byte[16]])];
        rig.Service.SwallowsReceipts = true;
        rig.Radio.Hear(Enumerable.Range(0, 60).Select(s => new Heard(rig.Clock.NowMs + (s * 1_000L), 0xBEEF, 1, -50)));
        rig.RunFor(2 * Minute);
        rig.Service.SendConfig(1, "privacy=pseudonym\n");
        rig.RunFor(DeviceLimits.RestartMaxMs);
        Assert.Equal(2u, rig.Chip.Boots);
        rig.Service.SwallowsReceipts = false;
        rig.Radio.Hear(Enumerable.Range(0, 60).Select(s => new Heard(rig.Clock.NowMs + (s * 1_000L), 0xBEEF, 1, -50)));
        rig.RunFor(3 * Minute);
        ILookup<uint, ReportReader> reports = rig.Service.Stored
            .Where(s => BeaconRig.KindOf(s.Value) == RecordKind.Report).ToLookup(s => s.Key.Boot, s => Read(s.Value));
        Assert.Contains(reports[1], report => report.SightingCount > 0);
        Assert.Contains(reports[2], report => report.SightingCount > 0);
        Assert.All(reports[1], report => Assert.Equal(ReportAddressing.Raw, report.Addressing));
        Assert.All(reports[2], report => Assert.Equal(ReportAddressing.Pseudonym, report.Addressing));
    }

    [Fact]
    public void The_largest_text_is_taken_and_a_larger_one_is_no_frame()
    {
        using BeaconRig rig = Online();
        string line = "region=" + new string('r', 255) + "\n";
        string comments = string.Concat(Enumerable.Repeat("#" + new string('c', 94) + "\n", 7));
        string text = (line + comments).PadRight(WireLimits.MaxConfigBytes, '\n');
        rig.Service.SendConfig(1, text + "\n");
        rig.RunFor(1_000);
        Assert.Equal((1L, 0), (rig.Counters.DownlinkRefused, rig.Service.Acks.Count));
        Apply(rig, 1, text);
        Assert.Equal(255, rig.Config.Region.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0105000000010000000000000000000000000000FFFF00")]
    [InlineData("0205000000010000000000000000000000000000000000")]
    public void A_kept_value_that_is_none_is_as_nothing_kept(string hex)
    {
        var store = new MemoryStore();
        store.Write(ConfigLedger.Name, Convert.FromHexString(hex));
        var ledger = new ConfigLedger(store);
        Assert.Null(ledger.Start());
        Assert.Equal((0u, 0u, ConfigStage.Settled), (ledger.Highest, ledger.InEffect, ledger.Stage));
    }

    internal static ControlAck Ack(uint version, ControlOutcome outcome) =>
        new(ControlSubject.Configuration, version, outcome);

    /// <summary>A beacon that restarts when it asks for it.</summary>
    internal static BeaconRig Online(string file = File)
    {
        var rig = new BeaconRig(file) { Restarts = true };
        rig.RunFor(2 * Minute);
        Assert.True(rig.Counters.Attested);
        return rig;
    }

    internal static void Apply(BeaconRig rig, uint version, string text)
    {
        rig.Service.SendConfig(version, text);
        rig.RunFor(2 * Minute);
        Assert.Equal(Ack(version, ControlOutcome.Done), rig.Service.Acks[^1]);
    }

    private static ushort Day => (ushort)(TestService.Now / 86_400_000);

    private static void AssertRefused(BeaconRig rig, uint version)
    {
        rig.RunFor(2 * Minute);
        Assert.Equal([Ack(version, ControlOutcome.SignatureInvalid)], rig.Service.Acks);
        Assert.Equal((0, 0u), (rig.Power.Reboots, rig.Parts.Configs.Highest));
        Assert.Null(rig.Values.Read(ConfigLedger.Name));
    }

    private static ReportReader Read(byte[] record)
    {
        var report = new ReportReader();
        Assert.Equal(WireError.None, report.Read(record));
        return report;
    }
}
