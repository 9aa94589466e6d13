using LumenLink.Beacon;
using LumenLink.Beacon.Control;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>A configuration under which the service is not reached is left again, and an outage is not held against
/// one.</summary>
public class ConfigTrialTests
{
    private const int Minute = 60_000;
    private const int Hour = 60 * Minute;
    private const string Good = "region=good\n";
    private const string Bad = "region=bad\n";

    private bool isAway;

    [Fact]
    public void One_that_does_not_reach_the_service_is_rolled_back_and_said_to_be()
    {
        using BeaconRig rig = NewRig();
        SignedConfigTests.Apply(rig, 1, Good);
        rig.Service.Acks.Clear();
        rig.Service.SendConfig(2, Bad);
        rig.RunFor(DeviceLimits.ConfigTrialMs - Minute);
        Assert.Equal(("bad", false), (rig.Config.Region, rig.Counters.Attested));
        Assert.True(rig.RunUntil(() => rig is { Config.Region: "good", Counters.Attested: true }, 3 * Minute));
        rig.RunFor(Minute);
        Assert.Equal(("bad", ConfigStage.Retrial), (rig.Config.Region, rig.Parts.Configs.Stage));
        Assert.True(rig.RunUntil(
            () => rig.Parts.Configs.Stage == ConfigStage.Settled, DeviceLimits.ConfigCheckMs + Minute));
        rig.RunFor(Minute);
        Assert.Equal(
            [SignedConfigTests.Ack(2, ControlOutcome.Accepted), SignedConfigTests.Ack(2, ControlOutcome.RolledBack)],
            rig.Service.Acks);
        Assert.Equal(("good", 1u, 2u), (rig.Config.Region, rig.Parts.Configs.InEffect, rig.Parts.Configs.Highest));
        int reboots = rig.Power.Reboots;
        rig.Service.SendConfig(2, Bad);
        rig.RunFor(3 * Hour);
        Assert.Equal(SignedConfigTests.Ack(2, ControlOutcome.RolledBack), rig.Service.Acks[^1]);
        Assert.Equal((reboots, 3), (rig.Power.Reboots, rig.Service.Acks.Count));
        SignedConfigTests.Apply(rig, 3, "region=better\n");
        Assert.Equal("better", rig.Config.Region);
    }

    [Fact]
    public void Before_the_first_one_the_file_alone_is_gone_back_to()
    {
        using BeaconRig rig = NewRig();
        rig.Service.SendConfig(1, Bad);
        Assert.True(rig.RunUntil(
            () => rig.Service.Acks.Contains(SignedConfigTests.Ack(1, ControlOutcome.RolledBack)), 2 * Hour));
        Assert.Equal(("", 0u), (rig.Config.Region, rig.Parts.Configs.InEffect));
        rig.Boot();
        Assert.Equal(("", 0u, 1u), (rig.Config.Region, rig.Parts.Configs.InEffect, rig.Parts.Configs.Highest));
    }

    /// <summary>Whenever the service comes back, also in the middle of trying the one before.</summary>
    [Theory]
    [InlineData(5)]
    [InlineData(59)]
    [InlineData(61)]
    [InlineData(70)]
    [InlineData(76)]
    [InlineData(300)]
    [InlineData(331)]
    public void A_good_one_outlives_an_outage(int minutes)
    {
        using BeaconRig rig = NewRig();
        rig.Service.SendConfig(1, Good);
        Assert.True(rig.RunUntil(() => rig.Chip.Boots == 2 || rig.Power.IsDown, Minute));
        SetAway(rig, true);
        rig.RunFor(minutes * Minute);
        Assert.Equal(ControlOutcome.Accepted, rig.Parts.Configs.Outcome);
        SetAway(rig, false);
        Assert.True(rig.RunUntil(() => rig.Parts.Configs.Stage == ConfigStage.Settled, 2 * Hour));
        rig.RunFor(Minute);
        Assert.Equal(SignedConfigTests.Ack(1, ControlOutcome.Done), rig.Service.Acks[^1]);
        Assert.DoesNotContain(rig.Service.Acks, ack => ack.Outcome == ControlOutcome.RolledBack);
        Assert.Equal(("good", 1u), (rig.Config.Region, rig.Parts.Configs.InEffect));
        Assert.InRange(rig.Power.Reboots, 1, 4 + (2 * minutes / 75));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(215)]
    public void A_bad_one_is_rolled_back_after_an_outage(int minutes)
    {
        using BeaconRig rig = NewRig();
        rig.Service.SendConfig(1, Bad);
        rig.RunFor(10_000);
        SetAway(rig, true);
        rig.RunFor(minutes * Minute);
        SetAway(rig, false);
        Assert.True(rig.RunUntil(
            () => rig.Service.Acks.Contains(SignedConfigTests.Ack(1, ControlOutcome.RolledBack)), 3 * Hour));
        Assert.Equal("", rig.Config.Region);
    }

    [Fact]
    public void One_that_the_beacon_does_not_survive_is_left_after_some_boots()
    {
        using BeaconRig rig = NewRig();
        rig.Service.SendConfig(1, Bad);
        rig.RunFor(30_000);
        for (int boot = 1; boot < DeviceLimits.ConfigTrialBoots; boot++)
        {
            Assert.Equal("bad", rig.Config.Region);
            rig.Boot();
            rig.RunFor(Minute);
        }

        Assert.Equal("bad", rig.Config.Region);
        rig.Boot();
        Assert.Equal(("", ConfigStage.Before), (rig.Config.Region, rig.Parts.Configs.Stage));
        rig.RunFor(Minute);
        Assert.Equal("bad", rig.Config.Region);
    }

    [Fact]
    public void A_receipt_in_the_last_moment_still_proves_it()
    {
        using BeaconRig rig = NewRig();
        rig.Service.SwallowsReceipts = true;
        rig.Service.SendConfig(1, Good);
        rig.RunFor(10_000);
        Assert.True(rig.RunUntil(() => rig.Parts.Supervisor.IsRestarting, 2 * Hour));
        Assert.Equal(ConfigStage.Before, rig.Parts.Configs.Stage);
        var entry = new ReceiptEntry();
        entry.Reset(rig.Chip.Boots, 1);
        rig.Service.Send(rig.Service.Receipt(rig.Service.LastSession, entry));
        rig.RunFor(2 * Minute);
        Assert.Equal(("good", ConfigStage.Settled), (rig.Config.Region, rig.Parts.Configs.Stage));
        Assert.Equal(1u, rig.Parts.Configs.InEffect);
    }

    [Fact]
    public void A_receipt_before_the_restart_proves_nothing()
    {
        using BeaconRig rig = NewRig();
        rig.Restarts = false;
        rig.Service.SendConfig(1, Good);
        rig.RunFor(1_000);
        rig.Parts.Status.Report(rig.Clock.NowMs);
        rig.RunFor(1_000);
        Assert.Equal(0, rig.Counters.QueueDepth);
        Assert.Equal(
            (ConfigStage.Trial, ControlOutcome.Accepted), (rig.Parts.Configs.Stage, rig.Parts.Configs.Outcome));
    }

    [Fact]
    public void A_newer_one_takes_the_place_of_one_on_trial()
    {
        using BeaconRig rig = NewRig();
        rig.Service.SwallowsReceipts = true;
        rig.Service.SendConfig(1, Good);
        rig.RunFor(2 * Minute);
        Assert.Equal(("good", ConfigStage.Trial), (rig.Config.Region, rig.Parts.Configs.Stage));
        rig.Service.SendConfig(3, "region=third\n");
        rig.RunFor(Minute);
        Assert.Equal(("third", ConfigStage.Trial), (rig.Config.Region, rig.Parts.Configs.Stage));
        rig.Service.SendConfig(4, "colour=red\n");
        rig.RunFor(1_000);
        rig.Service.SwallowsReceipts = false;
        rig.RunFor(5 * Minute);
        Assert.Equal(("third", ConfigStage.Settled), (rig.Config.Region, rig.Parts.Configs.Stage));
        Assert.Equal(
            [
                SignedConfigTests.Ack(1, ControlOutcome.Accepted), SignedConfigTests.Ack(3, ControlOutcome.Accepted),
                new ControlAck(ControlSubject.Configuration, 4, ControlOutcome.TextInvalid, "colour"),
            ],
            rig.Service.Acks);
        Assert.Equal((3u, 4u), (rig.Parts.Configs.InEffect, rig.Parts.Configs.Highest));
    }

    [Fact]
    public void A_flash_that_refuses_is_asked_again_and_the_present_one_goes_on()
    {
        using BeaconRig rig = NewRig();
        rig.Service.SendConfig(1, Bad);
        rig.RunFor(Minute);
        rig.Values.RefusesWrites = true;
        rig.RunFor(2 * Hour);
        Assert.Equal(("bad", 1), (rig.Config.Region, rig.Power.Reboots));
        rig.Values.RefusesWrites = false;
        Assert.True(rig.RunUntil(
            () => rig.Service.Acks.Contains(SignedConfigTests.Ack(1, ControlOutcome.RolledBack)), 2 * Hour));
    }

    [Fact]
    public void An_acknowledgement_waits_until_the_link_takes_it()
    {
        using BeaconRig rig = NewRig();
        rig.Service.SendConfig(1, Good);
        rig.Service.RefusedAcks = 2;
        Assert.True(rig.RunUntil(() => rig.Chip.Boots == 2 || rig.Power.IsDown, 10_000));
        Assert.Equal([SignedConfigTests.Ack(1, ControlOutcome.Accepted)], rig.Service.Acks);
        rig.Service.RefusedAcks = 4;
        rig.RunFor(2 * Minute);
        Assert.Equal(SignedConfigTests.Ack(1, ControlOutcome.Done), rig.Service.Acks[^1]);
    }

    /// <summary>The service is away while the test says so, and under a configuration that is bad.</summary>
    private BeaconRig NewRig()
    {
        BeaconRig rig = SignedConfigTests.Online("privacy=raw");
        rig.OnConfigured = config => rig.Service.NextConnect =
            isAway || config.Region == "bad" ? LinkOutcome.Unreachable : LinkOutcome.Connected;
        return rig;
    }

    private void SetAway(BeaconRig rig, bool away)
    {
        isAway = away;
        rig.OnConfigured(rig.Config);
        if (away) rig.Service.Cut();
    }
}
