using System.Text;
using LumenLink.Beacon;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Time;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>Button, LED, and what leads into provisioning and out of it.</summary>
public class ProvisioningTests
{
    private static readonly string Needed = $"transports=mqtts://h\naudience=a\nroot_key_1={new string('a', 128)}\n";

    private readonly ImprovService service = new(new Deaf(), []);

    [Theory]
    [InlineData(49, ButtonEvent.None)]
    [InlineData(50, ButtonEvent.Pressed)]
    [InlineData(2_999, ButtonEvent.Pressed)]
    [InlineData(3_000, ButtonEvent.HeldToProvision)]
    [InlineData(9_999, ButtonEvent.HeldToProvision)]
    public void The_length_of_a_press_is_its_meaning(int heldMs, ButtonEvent expected)
    {
        var button = new ButtonWatch();
        Assert.Equal(ButtonEvent.None, button.Step(false, 0));
        Assert.Equal(ButtonEvent.None, button.Step(true, 1_000));
        Assert.Equal(DeviceLimits.ButtonResetMs, button.DueIn(1_000));
        Assert.Equal(expected, button.Step(false, 1_000 + heldMs));
        Assert.Equal(Deadline.Never, button.DueIn(1_000 + heldMs));
    }

    [Fact]
    public void Ten_seconds_reset_once_and_the_release_means_nothing()
    {
        var button = new ButtonWatch();
        button.Step(false, 0);
        button.Step(true, 0);
        Assert.Equal(ButtonEvent.None, button.Step(true, 9_999));
        Assert.Equal(ButtonEvent.HeldToReset, button.Step(true, 10_000));
        Assert.Equal(ButtonEvent.None, button.Step(true, 30_000));
        Assert.Equal(ButtonEvent.None, button.Step(false, 31_000));
    }

    [Fact]
    public void A_button_that_is_stuck_from_the_start_resets_nothing()
    {
        var button = new ButtonWatch();
        Assert.Equal(ButtonEvent.None, button.Step(true, 20_000));
        Assert.Equal(ButtonEvent.None, button.Step(true, 90_000));
        Assert.Equal(ButtonEvent.None, button.Step(false, 90_001));
        button.Step(true, 91_000);
        Assert.Equal(ButtonEvent.Pressed, button.Step(false, 91_100));
    }

    [Theory]
    [InlineData(LedSignal.Off, "..........")]
    [InlineData(LedSignal.Waiting, "#...................#...................")]
    [InlineData(LedSignal.Authorized, "#####.....#####.....")]
    [InlineData(LedSignal.Provisioning, "#.#.#.#.")]
    [InlineData(LedSignal.Provisioned, "##########")]
    [InlineData(LedSignal.Failed, "#.#.#..........#.#.#..........")]
    [InlineData(LedSignal.Identify, "######.#..######.#..")]
    public void Each_signal_looks_like_itself(LedSignal signal, string steps)
    {
        for (int ms = 0; ms < steps.Length * 100; ms += 50)
        {
            Assert.Equal(steps[ms / 100] == '#', LedPattern.IsLit(signal, ms));
            int next = LedPattern.ChangesIn(signal, ms);
            if (next == Deadline.Never) continue;
            Assert.NotEqual(LedPattern.IsLit(signal, ms), LedPattern.IsLit(signal, ms + next));
            Assert.Equal(LedPattern.IsLit(signal, ms), LedPattern.IsLit(signal, ms + next - 1));
        }
    }

    [Theory]
    [InlineData("", false, false)]
    [InlineData("wifi_ssid=n", false, false)]
    [InlineData("broker", false, false)]
    [InlineData("broker", true, true)]
    [InlineData("broker wifi_ssid=n", false, true)]
    public void A_board_without_a_network_or_a_service_is_not_configured(
        string config, bool hasStoredNetwork, bool isConfigured)
    {
        string file = config.Replace("broker", Needed, StringComparison.Ordinal).Replace(' ', '\n');
        BeaconConfig parsed = ConfigParser.Parse(Encoding.ASCII.GetBytes(file));
        Assert.Equal(isConfigured, BootChoice.IsConfigured(parsed, hasStoredNetwork));
    }

    [Theory]
    [InlineData(false, false, BootRequest.None, true)]
    [InlineData(true, false, BootRequest.None, false)]
    [InlineData(true, true, BootRequest.None, true)]
    [InlineData(true, false, BootRequest.Provision, true)]
    [InlineData(true, false, BootRequest.Reset, false)]
    [InlineData(false, false, BootRequest.Reset, true)]
    public void One_reason_is_enough_to_provision(
        bool isConfigured, bool isHeld, BootRequest request, bool provisions) =>
        Assert.Equal(provisions, BootChoice.Provisions(isConfigured, isHeld, request));

    [Fact]
    public void A_configured_board_goes_back_to_work_when_nobody_comes()
    {
        var machine = new ProvisioningMachine(service, true, 0);
        Press(machine, 300_000);
        Send(ImprovTests.Packet(3), 330_000);
        machine.Step(false, 330_000);
        machine.Step(false, 360_100);
        Assert.Equal(ImprovState.AuthorizationRequired, service.State);
        machine.Step(false, 929_999);
        Assert.Equal(ProvisioningEnd.None, machine.End);
        machine.Step(false, 930_000);
        Assert.Equal(ProvisioningEnd.Done, machine.End);
    }

    [Fact]
    public void A_board_that_is_not_configured_waits_for_ever()
    {
        var machine = new ProvisioningMachine(service, false, 0);
        machine.Step(false, 10_000_000);
        Assert.Equal((ProvisioningEnd.None, LedSignal.Waiting), (machine.End, machine.Signal));
    }

    [Fact]
    public void The_led_follows_from_the_button_to_the_reboot()
    {
        var machine = new ProvisioningMachine(service, false, 0);
        Send(ImprovTests.Packet(2), 100);
        machine.Step(false, 100);
        Assert.Equal(LedSignal.Identify, machine.Signal);
        machine.Step(false, 100 + DeviceLimits.IdentifyMs);
        Assert.Equal(LedSignal.Waiting, machine.Signal);
        Press(machine, 10_000);
        Assert.Equal(LedSignal.Authorized, machine.Signal);
        Send(ImprovTests.Settings("net", "wrong"), 11_000);
        machine.Step(false, 11_000);
        Assert.Equal(LedSignal.Provisioning, machine.Signal);
        service.JoinEnded(false, "", 12_000);
        machine.Step(false, 12_000);
        Assert.Equal(LedSignal.Failed, machine.Signal);
        Assert.True(machine.IsLit(12_050) && !machine.IsLit(12_150));
        Send(ImprovTests.Settings("net", "right"), 13_000);
        service.JoinEnded(true, "", 14_000);
        Assert.Equal(DeviceLimits.ProvisionedLingerMs, machine.Step(false, 14_000));
        Assert.Equal((LedSignal.Provisioned, ProvisioningEnd.None), (machine.Signal, machine.End));
        machine.Step(false, 14_000 + DeviceLimits.ProvisionedLingerMs);
        Assert.Equal(ProvisioningEnd.Done, machine.End);
    }

    [Fact]
    public void Ten_seconds_of_the_button_end_it_with_a_reset()
    {
        var machine = new ProvisioningMachine(service, false, 0);
        machine.Step(false, 0);
        machine.Step(true, 1_000);
        machine.Step(true, 11_000);
        Assert.Equal(ProvisioningEnd.Reset, machine.End);
        Assert.Equal(ImprovState.AuthorizationRequired, service.State);
    }

    private static void Press(ProvisioningMachine machine, long atMs)
    {
        machine.Step(false, atMs - 200);
        machine.Step(true, atMs - 100);
        machine.Step(false, atMs);
    }

    private void Send(byte[] packet, long nowMs) => service.Receive(packet, packet.Length, nowMs);

    private sealed class Deaf : IImprovClient
    {
        public void ShowState(ImprovState state)
        {
        }

        public void ShowError(ImprovError error)
        {
        }

        public void ShowResult(byte[] packet, int count)
        {
        }
    }
}
