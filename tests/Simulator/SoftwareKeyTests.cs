using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

/// <summary>The firmware itself on a board without a secure element: nothing answers on its I2C bus.</summary>
public sealed class SoftwareKeyTests
{
    private const string Key = "key: public key ";

    /// <summary>Changes of the flash from the first power on to the first boot number: folders, files, moves.</summary>
    private const int FirstChanges = 8;

    private static readonly string Flash = ProvisioningBoard.Config("identity=flash\nwifi_ssid=lab\n");

    [Fact]
    public void It_makes_its_key_tells_it_and_has_it_in_every_further_boot()
    {
        using ProvisioningBoard rig = new(Flash, hasChip: false);
        for (int boot = 1; boot <= 3; boot++)
        {
            rig.Driven.PowerOn();
            rig.RunFor(2_000);
            Assert.Equal($", boot {boot}", rig.Said("beacon ")[^1][^8..]);
            Assert.Equal(boot, rig.Said(Key).Length);
            rig.Driven.PowerOff();
        }

        Assert.Single(rig.Said(Key).Distinct());
        Assert.Equal(3, rig.Said("key: in flash, it can be copied").Length);
        Assert.Matches("^[0-9a-f]{128}$", rig.Said(Key)[0][Key.Length..]);
        Assert.Empty(rig.Said("key: failed"));
        Assert.Equal(0, rig.Board.UncaughtExceptions);
    }

    [Fact]
    public void A_factory_reset_leaves_the_key_and_the_boot_number()
    {
        using ProvisioningBoard rig = new(Flash, hasChip: false);
        rig.Driven.PowerOn();
        rig.RunFor(60_000);
        rig.Board.Gpio.Press(ProvisioningBoard.ButtonPin, 11_000);
        rig.RunFor(60_000);
        Assert.Equal(["boot: reset, what was given in the field is gone"], rig.Said("boot: "));
        Assert.EndsWith(", boot 2", rig.Said("beacon ")[^1], StringComparison.Ordinal);
        Assert.Equal(2, rig.Said(Key).Length);
        Assert.Single(rig.Said(Key).Distinct());
    }

    /// <summary>At every change of the flash up to the first boot number, and in the boot after.</summary>
    [Theory]
    [InlineData(FlashFault.PowerCutBefore)]
    [InlineData(FlashFault.PowerCutAfter)]
    [InlineData(FlashFault.Error)]
    public void A_fault_at_any_change_of_the_flash_leaves_no_key_or_one_whole_key(FlashFault fault)
    {
        int came = 0;
        for (int at = 1; at <= FirstChanges + 3; at++)
        {
            using ProvisioningBoard rig = new(Flash, hasChip: false);
            FaultAt faults = new(fault, at);
            rig.Board.Flash.Faults = faults;
            for (int boot = 0; boot < 4; boot++)
            {
                rig.Driven.PowerOn();
                rig.RunFor(10_000);
                if (rig.Board.IsPowered) rig.Driven.PowerOff();
            }

            came += faults.Came;
            Assert.Single(rig.Said(Key).Distinct());
            string[] boots = rig.Said("beacon ");
            int[] numbers = [.. boots.Select(line => int.Parse(line[(line.LastIndexOf(' ') + 1)..]))];
            Assert.Equal(numbers.Distinct().Order(), numbers);
            Assert.InRange(numbers.Length, 3, 4);
            Assert.InRange(numbers[^1], numbers.Length, numbers.Length + 1);
        }

        Assert.Equal(FirstChanges + 3, came);
    }

    /// <summary>A wire that is cut must not lower the level.</summary>
    [Fact]
    public void A_beacon_of_a_chip_that_does_not_answer_has_no_identity()
    {
        using ProvisioningBoard rig = new(ProvisioningBoard.Config("wifi_ssid=lab\n"), hasChip: false);
        rig.Driven.PowerOn();
        rig.RunFor(600_000);
        Assert.NotEmpty(rig.Said("chip: failed"));
        Assert.Empty(rig.Said("beacon "));
        Assert.Empty(rig.Said("key: "));
        Assert.False(Directory.Exists(Path.Combine(rig.Board.Flash.Folder, "identity")));
        Assert.Equal(0, rig.Driven.ReadCounters()["Connects"]);
    }

    [Fact]
    public void A_chip_on_the_bus_is_not_touched_if_the_key_is_in_flash()
    {
        using ProvisioningBoard rig = new(Flash, hasChip: false);
        Watcher watcher = new();
        rig.Board.I2c.Attach(watcher);
        rig.Driven.PowerOn();
        rig.RunFor(60_000);
        Assert.NotEmpty(rig.Said(Key));
        Assert.Equal(0, watcher.Calls);
    }

    private sealed class FaultAt(FlashFault fault, int at) : ISimFlashFaults
    {
        private int changes;

        public int Came { get; private set; }

        public FlashFault Before(FlashOperation operation, string path, int bytes)
        {
            if (!path.StartsWith(@"I:\identity", StringComparison.Ordinal) || ++changes != at)
                return FlashFault.None;
            Came++;
            return fault;
        }
    }

    private sealed class Watcher : II2cTarget
    {
        public int Calls { get; private set; }

        public bool TryWrite(byte address7, ReadOnlySpan<byte> data, int busHz)
        {
            Calls++;
            return false;
        }

        public bool TryRead(byte address7, Span<byte> buffer)
        {
            Calls++;
            return false;
        }
    }
}
