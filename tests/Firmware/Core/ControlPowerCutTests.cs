using LumenLink.Beacon.Control;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>The power goes at every single change of the flash while commands and configurations are on their
/// way.</summary>
public class ControlPowerCutTests
{
    private const int Minute = 60_000;

    [Theory]
    [InlineData((int)BeaconCommand.SendDiagnostics, false)]
    [InlineData((int)BeaconCommand.SendDiagnostics, true)]
    [InlineData((int)BeaconCommand.Reboot, false)]
    [InlineData((int)BeaconCommand.Reboot, true)]
    public void A_command_is_carried_out_at_most_once(byte command, bool cutsAfter)
    {
        int cuts = 0;
        for (bool isCut = true; isCut; cuts++)
        {
            using var rig = new BeaconRig { Restarts = true };
            rig.RunFor(2 * Minute);
            rig.Values.CutAt = rig.Values.Writes + cuts + 1;
            rig.Values.CutAfter = cutsAfter;
            isCut = Repeat(rig, () => rig.Service.SendCommand(1, (BeaconCommand)command));
            Check(rig, command, $"write {cuts}");
        }

        Assert.True(cuts > 1, "nothing was cut");
        cuts = 0;
        for (bool isCut = true; isCut; cuts++)
        {
            using var rig = new BeaconRig { Restarts = true };
            rig.RunFor(2 * Minute);
            rig.Files.CutAt = rig.Files.Changes + cuts + 1;
            rig.Files.CutMode = cutsAfter ? CutMode.After : CutMode.InTheMiddle;
            isCut = Repeat(rig, () => rig.Service.SendCommand(1, (BeaconCommand)command));
            Check(rig, command, $"change {cuts}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_configuration_is_never_half_in_effect_and_no_version_is_lost(bool cutsAfter)
    {
        int cuts = 0;
        for (bool isCut = true; isCut; cuts++)
        {
            using var rig = new BeaconRig("privacy=raw\nregion=file") { Restarts = true };
            rig.RunFor(2 * Minute);
            SignedConfigTests.Apply(rig, 1, "region=v1\nreport_ms=21000\n");
            rig.Service.Acks.Clear();
            rig.OnConfigured = config => Assert.Equal(
                config.Region == "v1" ? (1u, 21_000) : (2u, 22_000),
                (uint.Parse(config.Region[1..], null), config.Radio.ReportMs));
            rig.Values.CutAt = rig.Values.Writes + cuts + 1;
            rig.Values.CutAfter = cutsAfter;
            isCut = Repeat(rig, () => rig.Service.SendConfig(2, "region=v2\nreport_ms=22000\n"));
            Assert.Equal(SignedConfigTests.Ack(2, ControlOutcome.Done), rig.Service.Acks[^1]);
            Assert.Equal(("v2", 22_000), (rig.Config.Region, rig.Config.Radio.ReportMs));
            Assert.Equal(
                (2u, 2u, ConfigStage.Settled),
                (rig.Parts.Configs.InEffect, rig.Parts.Configs.Highest, rig.Parts.Configs.Stage));
        }

        // Certificate, configuration, count of boots, proof; and what the restart itself keeps.
        Assert.True(cuts > 4, $"only {cuts - 1} cuts");
    }

    /// <summary>The roll back under cuts: the trial ends, one way or the other, and versions stay.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_roll_back_is_never_half_done(bool cutsAfter)
    {
        int cuts = 0;
        for (bool isCut = true; isCut; cuts++)
        {
            using var rig = new BeaconRig("privacy=raw\nregion=file") { Restarts = true };
            rig.OnConfigured = config => rig.Service.NextConnect = config.Region == "bad"
                ? Beacon.Uplink.LinkOutcome.Unreachable : Beacon.Uplink.LinkOutcome.Connected;
            rig.RunFor(2 * Minute);
            rig.Values.CutAt = rig.Values.Writes + cuts + 1;
            rig.Values.CutAfter = cutsAfter;
            isCut = Repeat(rig, () => rig.Service.SendConfig(2, "region=bad\n"), 4 * 60);
            Assert.Equal(SignedConfigTests.Ack(2, ControlOutcome.RolledBack), rig.Service.Acks[^1]);
            Assert.Equal(("file", 2u), (rig.Config.Region, rig.Parts.Configs.Highest));
        }

        Assert.True(cuts > 6, $"only {cuts - 1} cuts");
    }

    private static void Check(BeaconRig rig, byte command, string cut)
    {
        Assert.All(rig.Service.Acks, ack => Assert.Equal(CommandTests.Ack(1, ControlOutcome.Done), ack));
        Assert.NotEmpty(rig.Service.Acks);
        int done = command == (byte)BeaconCommand.Reboot
            ? rig.Power.Reboots
            : rig.Service.Stored.Values.Count(r => BeaconRig.KindOf(r) == RecordKind.Diagnostics);
        Assert.True(done <= 1, $"cut at {cut}: carried out {done} times");
    }

    /// <summary>Sends until it is acknowledged for good, boots after each cut; true if there was one.</summary>
    private static bool Repeat(BeaconRig rig, Action send, int minutes = 6)
    {
        bool isCut = false;
        for (int minute = 0; minute < minutes; minute++)
        {
            try
            {
                if (rig.Counters.Attested && rig.Service.IsConnected) send();
                rig.RunFor(Minute);
            }
            catch (PowerCutException)
            {
                isCut = true;
                rig.Boot();
            }
        }

        return isCut;
    }
}
