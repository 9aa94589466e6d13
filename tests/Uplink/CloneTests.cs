using System.Text.Json;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink;

/// <summary>
/// A board without a secure element whose flash was copied, and the copy, both with the firmware as it is.
/// </summary>
public sealed class CloneTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(8);

    private static readonly TimeSpan Apart = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan NoticedWithin = TimeSpan.FromMinutes(30);

    [Fact]
    public async Task Two_that_count_the_same_boots_are_told_apart_by_what_they_say()
    {
        await using UplinkWorld world = await UplinkWorld.StartAsync(1, []);
        UplinkBoard board = await AtTheBenchAsync(world);
        UplinkBoard copy = CopyOf(world, board);
        board.Driven.PowerOn();
        world.RunUntil(() => board.Counter("RecordsSettled") > 0, Bound, "records");
        world.Run(Apart);
        await AssertKindsAsync(world);

        copy.Driven.PowerOn();
        world.RunUntil(() => Alarms(world) >= 2, NoticedWithin, "alarms");
        await AssertKindsAsync(world, "record_conflict", "uptime_behind");
        JsonElement shown = (await world.Service.ReadAsync($"/api/v1/beacons/{board.Id}")).GetProperty("beacon");
        Assert.Equal(
            ("suspected", false), (shown.GetProperty("status").GetString(), shown.GetProperty("trusted").GetBoolean()));
        JsonElement live = await world.Service.ReadAsync("/api/v1/gateways");
        Assert.Equal(0, live.GetProperty("items").GetArrayLength());

        long stored = await world.StoredAsync(board);
        world.Run(Apart);
        Assert.True(await world.StoredAsync(board) > stored, world.Describe());
    }

    [Fact]
    public async Task A_copy_that_is_a_boot_ahead_locks_the_board_out_which_is_noticed()
    {
        await using UplinkWorld world = await UplinkWorld.StartAsync(1, []);
        UplinkBoard board = await AtTheBenchAsync(world);
        board.Driven.PowerOn();
        world.RunUntil(() => board.Counter("RecordsSettled") > 0, Bound, "records");
        UplinkBoard copy = CopyOf(world, board);
        world.Run(Apart);
        copy.Driven.PowerOn();
        world.RunUntil(() => Alarms(world) >= 1, NoticedWithin, "an alarm");
        await AssertKindsAsync(world, "earlier_boot_token");
    }

    /// <summary>A board that has made its key and is enrolled, without power.</summary>
    private static async Task<UplinkBoard> AtTheBenchAsync(UplinkWorld world)
    {
        UplinkBoard board = world.AddBoard(new UplinkBoardMake("bare", 1, HasChip: false));
        board.Driven.PowerOn();
        world.Run(TimeSpan.FromSeconds(5));
        board.Driven.PowerOff();
        await board.EnrolAsync(world.Service);
        return board;
    }

    /// <summary>Another board with all that is on the flash of this one.</summary>
    private static UplinkBoard CopyOf(UplinkWorld world, UplinkBoard board)
    {
        UplinkBoard copy = world.AddBoard(new UplinkBoardMake("copy", 2, HasChip: false));
        string from = board.Board.Flash.Folder;
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(copy.Board.Flash.Folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to, overwrite: true);
        }

        return copy;
    }

    private static long Alarms(UplinkWorld world) =>
        world.Service.Database.CountAsync("alarms").GetAwaiter().GetResult();

    private static async Task AssertKindsAsync(UplinkWorld world, params string[] kinds)
    {
        JsonElement alarms = await world.Service.ReadAsync("/api/v1/alarms");
        Assert.Equal(
            kinds, alarms.GetProperty("items").EnumerateArray().Select(alarm => alarm.GetProperty("kind").GetString()!)
                .Order(StringComparer.Ordinal));
    }
}
