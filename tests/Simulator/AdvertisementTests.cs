using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

/// <summary>What the firmware's radio adapter brings on air, byte by byte as section 11 of the specification.</summary>
public sealed class AdvertisementTests
{
    // Flags: general discoverable, no classic Bluetooth. The name Lumen. The complete list of 16-bit UUIDs: 0xFEAA.
    private const string Opening = "020106" + "06094C756D656E" + "0303AAFE";

    // Service data of 0xFEAA: Eddystone-EID, -17 dBm at 0 m, and then the identifier.
    private const string ServiceData = "0D16AAFE30EF";

    // Service data of 0aba7765-ab72-460c-9480-a500a963f450, version 1; state and queue follow.
    private const string Status = "142150F463A900A580940C4672AB6577BA0A" + "01";

    [Fact]
    public void The_identifier_is_in_the_advertisement_and_the_state_in_the_scan_response()
    {
        using TestWorld test = new();
        List<AirEvent> air = [];
        test.World.Air.Changed += air.Add;
        SimBoard board = test.Board();
        Assert.Equal(
            ["advertises", "scans", "advertises", "advertises", "advertises"], test.RunMain(board, "AirProgram"));
        const string First = Opening + ServiceData + "1011121314151617";
        const string Second = Opening + ServiceData + "2021222324252627";
        Assert.Equal(
            [(First, Status + "0400"), (First, Status + "0400"), (First, Status + "030A"), (Second, Status + "0803")],
            air.Where(change => change.IsOn).Select(change =>
                (Convert.ToHexString(change.Advertisement), Convert.ToHexString(change.ScanResponse))));
        Assert.Equal([true, false, true, false, true, false, true, false], air.Select(change => change.IsOn));
        Assert.All(air, change => Assert.Equal(board.Address, change.Address));
    }
}
