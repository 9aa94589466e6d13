using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink;

/// <summary>
/// The firmware as it is on boards without a secure element, with the service: level software, called so, and not
/// allowed in production unless the operator says otherwise.
/// </summary>
public sealed class SoftwareKeyTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(8);

    [Fact]
    public async Task A_board_without_a_chip_attests_and_its_level_is_shown()
    {
        await using UplinkWorld world = await UplinkWorld.StartAsync(1, []);
        UplinkBoard board = FirstBoot(world);
        await board.EnrolAsync(world.Service);
        board.Driven.PowerOn();
        world.RunUntil(() => board.Counter("RecordsSettled") > 0, Bound, "records");

        JsonElement detail = await DetailAsync(world, board);
        JsonElement beacon = detail.GetProperty("beacon");
        Assert.True(beacon.GetProperty("trusted").GetBoolean());
        Assert.Equal("software", beacon.GetProperty("security_level").GetString());
        Assert.Equal("key in flash: can be copied", beacon.GetProperty("security_level_label").GetString());
        Assert.Equal("software_key", detail.GetProperty("status").GetProperty("security_level").GetString());
        Assert.Equal(2, beacon.GetProperty("boot").GetInt32());
        Assert.Equal(0, board.Counter("ChipFailures"));
        Assert.Equal(0, board.Board.UncaughtExceptions);
    }

    [Fact]
    public async Task Production_refuses_it()
    {
        await using UplinkWorld world = await UplinkWorld.StartAsync(1, [], trust: material => material with
        {
            Environment = ServiceEnvironment.Production,
            Policy = ReferencePolicy.Default,
        });
        UplinkBoard board = FirstBoot(world);
        await board.EnrolAsync(world.Service, world.Service.Operator.ProductionCa);
        board.Driven.PowerOn();
        world.RunUntil(
            () => board.Counter("Attestations") > 0 || board.Counter("RefusalOutcome") > 0, Bound, "a verdict");
        Assert.Equal((long)AttestationOutcome.LevelNotAllowed, board.Counter("RefusalOutcome"));
        JsonElement attestation = (await DetailAsync(world, board)).GetProperty("attestations")[0];
        Assert.Equal("level_not_allowed", attestation.GetProperty("outcome").GetString());
    }

    /// <summary>At the bench: it makes its key and tells it.</summary>
    private static UplinkBoard FirstBoot(UplinkWorld world)
    {
        UplinkBoard board = world.AddBoard(new UplinkBoardMake("bare", 1, HasChip: false));
        board.Driven.PowerOn();
        world.Run(TimeSpan.FromSeconds(5));
        board.Driven.PowerOff();
        return board;
    }

    private static Task<JsonElement> DetailAsync(UplinkWorld world, UplinkBoard board) =>
        world.Service.ReadAsync($"/api/v1/beacons/{board.Id}");
}
