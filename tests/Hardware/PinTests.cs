using LumenLink.Wiring;

namespace LumenLink.Tests.Hardware;

/// <summary>pinout.md, BoardPins.cs and the wiring say the same.</summary>
public sealed class PinTests
{
    private static readonly (string Signal, string Constant)[] SetByFirmware =
        [("SDA", "Data"), ("SCL", "Clock"), ("BUTTON", "Button"), ("LED", "Led")];

    public static TheoryData<string, string, string> Boards
    {
        get
        {
            TheoryData<string, string, string> data = [];
            foreach ((string design, string module, string constant) in HardwareFiles.Boards)
                data.Add(design, module, constant);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void TheTableHasTheConstantsOfTheFirmware(string design, string module, string constant)
    {
        Dictionary<string, int> constants = HardwareFiles.Constants("firmware/Device/BoardPins.cs");
        PinRow[] pins = HardwareFiles.Pins(module);
        Assert.All(SetByFirmware, pair => Assert.Equal(
            (design, pair.Signal, constants[constant + pair.Constant]),
            (design, pair.Signal, pins.Single(pin => pin.Signal == pair.Signal).Gpio)));
        Assert.Equal(
            SetByFirmware.Length,
            constants.Keys.Count(name => name.StartsWith(constant, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void TheTableHasTheNetsOfTheWiring(string design, string module, string constant)
    {
        Assert.NotEmpty(constant);
        WiringDescription wiring = HardwareFiles.Wiring(design);
        Assert.Equal(module, wiring.Parts.Single(part => part.Ref == "U1").Label);
        IEnumerable<string> soldered = wiring.Nets.SelectMany(net => net.Pins, (net, pin) => (net, pin))
            .Where(pair => pair.pin.StartsWith("U1.GPIO", StringComparison.Ordinal))
            .Select(pair => $"{pair.net.Name} {pair.pin["U1.GPIO".Length..]}");
        Assert.Equal(
            HardwareFiles.Pins(module).Select(pin => $"{pin.Signal} {pin.Gpio}").Order(), soldered.Order());
    }

    [Theory]
    [MemberData(nameof(Boards))]
    public void NoPinIsUsedTwiceOrToBeLeftAlone(string design, string module, string constant)
    {
        Assert.NotEmpty(design + constant);
        PinRow[] pins = HardwareFiles.Pins(module);
        Assert.Equal(pins.Length, pins.Select(pin => pin.Gpio).Distinct().Count());
        int[] avoided = [.. HardwareFiles.Avoided(module)];
        Assert.True(avoided.Length > 10, "the table of pins to leave alone was not found");
        Assert.Empty(avoided.Intersect(pins.Select(pin => pin.Gpio)));
    }

    /// <summary>BOOT is the one strapping pin in use, for what it is there for.</summary>
    [Theory]
    [InlineData("ESP32-S3-WROOM-1-N16R8", new[] { 0, 3, 45, 46 })]
    [InlineData("ESP32-WROVER-E-N16R8", new[] { 0, 2, 5, 12, 15 })]
    public void OnlyBootIsAStrappingPin(string module, int[] strapping) => Assert.Equal(
        ["BOOT"], HardwareFiles.Pins(module).Where(pin => strapping.Contains(pin.Gpio)).Select(pin => pin.Signal));
}
