using LumenLink.Protocol;
using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

/// <summary>Commands and signed configurations on the whole image of a board: LED, restart, flash.</summary>
public sealed class ControlTests : IDisposable
{
    private const int Minute = 60_000;

    private readonly ControlService _service = new();
    private readonly ProvisioningBoard _rig;

    public ControlTests()
    {
        _rig = new ProvisioningBoard(_service.Config);
        _rig.Board.Network.OnConnect = null;
        _service.BoardKey = _rig.PublicKey;
    }

    public void Dispose()
    {
        _rig.Dispose();
        _service.Dispose();
    }

    [Fact]
    public void A_command_reaches_the_LED()
    {
        PowerOn();
        Assert.Equal([false], Led());
        _service.SendCommand(1, BeaconCommand.Identify, 2);
        _rig.RunFor(2 * Minute);
        Assert.Equal([(ControlSubject.Command, 1u, ControlOutcome.Done)], _service.Acks);

        // Long, short: two seconds are two rounds of it.
        Assert.Equal([false, true, false, true, false, true, false, true, false], Led());
        PinChange[] changes = [.. _rig.Board.Gpio.Changes(ProvisioningBoard.LedPin)];
        Assert.Equal(600, changes[2].TimeMs - changes[1].TimeMs);
        Assert.InRange(changes[^1].TimeMs - changes[1].TimeMs, 1_500, 2_000);
    }

    [Fact]
    public void A_reboot_by_command_is_the_next_boots_reason_and_happens_once()
    {
        PowerOn();
        _service.SendCommand(1, BeaconCommand.Reboot);
        _rig.RunFor(2 * Minute);
        Assert.Equal((2u, BootReason.Command, 0u), _service.Statuses.Last());
        _service.SendCommand(1, BeaconCommand.Reboot);
        _rig.RunFor(2 * Minute);
        Assert.Equal(2, _rig.Board.Boots);
        Assert.Equal(
            [(ControlSubject.Command, 1u, ControlOutcome.Done), (ControlSubject.Command, 1u, ControlOutcome.Done)],
            _service.Acks);
        _rig.Driven.PowerOff();
        PowerOn();
        Assert.Equal((3u, BootReason.NotKnown, 0u), _service.Statuses.Last());
    }

    [Fact]
    public void A_signed_configuration_is_in_effect_until_a_factory_reset()
    {
        PowerOn();
        _service.SendConfig(3, "region=roof\n");
        _rig.RunFor(2 * Minute);
        Assert.Equal(
            [
                (ControlSubject.Configuration, 3u, ControlOutcome.Accepted),
                (ControlSubject.Configuration, 3u, ControlOutcome.Done),
            ],
            _service.Acks);
        Assert.Equal((2u, BootReason.Configuration, 3u), _service.Statuses.Last());
        Assert.Equal(["config: signed, version 3"], _rig.Said("config: signed"));
        _rig.Board.Gpio.Press(ProvisioningBoard.ButtonPin, 11_000);
        _rig.RunFor(2 * Minute);
        (uint _, BootReason reason, uint version) = _service.Statuses.Last();
        Assert.Equal((BootReason.FactoryReset, 0u), (reason, version));
        Assert.Single(_rig.Said("config: signed"));
        _service.SendConfig(1, "region=cellar\n");
        _rig.RunFor(2 * Minute);
        Assert.Equal((ControlSubject.Configuration, 1u, ControlOutcome.Done), _service.Acks.Last());
    }

    [Fact]
    public void A_boot_out_of_provisioning_says_so()
    {
        _rig.Board.Gpio.Press(ProvisioningBoard.ButtonPin, 4_000);
        _rig.Driven.PowerOn();
        _rig.RunFor(13 * Minute);
        Assert.Equal((2, BootReason.Provisioning), (_rig.Board.Boots, _service.Statuses.Last().Reason));
    }

    /// <summary>The power goes at every operation on the folder of values, from the frame to its proof.</summary>
    [Theory]
    [InlineData(FlashFault.PowerCutBefore)]
    [InlineData(FlashFault.PowerCutAfter)]
    public void No_cut_of_a_flash_operation_leaves_half_a_configuration(FlashFault fault)
    {
        PowerOn();
        ValueCuts cuts = new(fault);
        _rig.Board.Flash.Faults = cuts;
        uint version = 1;
        for (int at = 1; ; at++, version++)
        {
            cuts.Arm(at);
            for (int minute = 0; minute < 10 && !IsDone(version); minute++)
            {
                if (!_rig.Board.IsPowered) _rig.Driven.PowerOn();
                _service.SendConfig(version, $"region=v{version}\n");
                _rig.RunFor(Minute);
            }

            Assert.True(IsDone(version), $"cut at operation {at}: version {version} never came into effect");
            if (!cuts.HasCut) break;
        }

        // Certificate, configuration, boot and proof, each written, deleted and moved.
        Assert.True(version > 12, $"only {version} cuts");
        _rig.RunFor(2 * Minute);
        Assert.Equal(version, _service.Statuses.Last().ConfigVersion);
        uint[] inEffect = [.. _service.Statuses.Select(status => status.ConfigVersion)];
        Assert.Equal(inEffect.Order(), inEffect);
    }

    private bool IsDone(uint version) =>
        _service.Acks.Contains((ControlSubject.Configuration, version, ControlOutcome.Done));

    private bool[] Led() =>
        [.. _rig.Board.Gpio.Changes(ProvisioningBoard.LedPin).Select(change => change.IsHigh)];

    private void PowerOn()
    {
        _rig.Driven.PowerOn();
        _rig.RunFor(2 * Minute);
        Assert.Empty(_service.Faults);
        Assert.NotEmpty(_service.Statuses);
    }

    /// <summary>Cuts the power once, at an operation on the folder of values.</summary>
    private sealed class ValueCuts(FlashFault fault) : ISimFlashFaults
    {
        private int _left;

        public bool HasCut { get; private set; }

        public void Arm(int operation)
        {
            _left = operation;
            HasCut = false;
        }

        public FlashFault Before(FlashOperation operation, string path, int bytes)
        {
            if (!path.StartsWith("I:\\values\\", StringComparison.Ordinal) || --_left != 0) return FlashFault.None;
            HasCut = true;
            return fault;
        }
    }
}
