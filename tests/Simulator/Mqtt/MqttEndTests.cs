using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator.Mqtt;

/// <summary>How connections end, and what keeps them.</summary>
public sealed class MqttEndTests
{
    [Fact]
    public async Task A_broker_that_closes_is_told_once_and_the_client_does_not_come_back_by_itself()
    {
        await using TestBroker broker = await TestBroker.Start();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "await closed", "state", "connect 60", "state");
        await board.Did("connect 0");
        await broker.Disconnect();
        await board.Told("closed apart");
        await board.Did("await", "state apart", "connect 0", "state connected");
        await TestBroker.Next(broker.Logins, "board user password", "board user password");
        Assert.True(board.IsSilent);
    }

    [Fact]
    public async Task A_goodbye_is_said_and_told_and_a_second_one_throws()
    {
        await using TestBroker broker = await TestBroker.Start();
        using TestWorld test = new();
        SimBoard board = test.Board();
        MqttBoard.Write(
            board, "join", $"client 127.0.0.1 {broker.Port}", "disconnect", "connect 60", "disconnect", "await closed",
            "disconnect", "publish a x 0");
        Assert.Equal(
            [
                "disconnect MqttCommunicationException NullReferenceException", "connect 0", "disconnect",
                "closed apart", "await", "disconnect MqttCommunicationException NullReferenceException", "publish 1",
            ],
            test.RunMain(board, "MqttProgram", 10_000).Skip(2));
        await TestBroker.Next(broker.Gone, "Clean");
    }

    [Fact]
    public async Task A_quiet_connection_is_kept_by_a_ping_per_period_counted_from_the_last_packet()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 10", "pause 4000", "publish a x 0", "await closed");
        using RawConnection connection = await broker.Welcome();
        await board.Did("connect 0");
        long connectedMs = board.World.NowMs;
        board.Advance(4000);
        await connection.Expect(0x30);
        board.Advance(10_000);
        await connection.Expect(0xC0);
        Assert.Equal(connectedMs + 14_000, board.World.NowMs);
        connection.Send(0xD0, 0, 0x30, 3, 0, 1, (byte)'a');
        await board.Told("received a  0");
        board.Advance(10_000);
        await connection.Expect(0xC0);
        Assert.Equal(connectedMs + 24_000, board.World.NowMs);
        Assert.True(board.IsSilent);
    }

    [Fact]
    public async Task A_ping_without_an_answer_ends_the_connection_a_period_later()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 10", "await closed", "state");
        using RawConnection connection = await broker.Welcome();
        await board.Did("connect 0");
        long connectedMs = board.World.NowMs;
        board.Advance(10_000);
        await connection.Expect(0xC0);
        board.Advance(10_000);
        await board.Told("closed apart");
        await connection.ExpectEnd();
        await board.Did("await", "state apart");
        Assert.Equal(connectedMs + 20_000, board.World.NowMs);
    }

    [Fact]
    public async Task The_protocols_times_are_wall_times_however_fast_the_world_runs()
    {
        using RawBroker broker = new();
        using MqttBoard board = new(speed: 20);
        await board.Start(broker.Port, "connect 10", "publish a x 1", "await closed", "connect 10", "at");
        using RawConnection connection = await broker.Welcome();
        await board.Did("connect 0", "publish 1");
        await connection.Expect(0x32);
        long sentMs = board.World.LinkMs;
        board.Advance(1000);
        await connection.Expect(0x3A);
        connection.Send(0x40, 2, 0, 1);
        await board.Told("published 1");
        Assert.Equal(sentMs + 1000, board.World.LinkMs);
        board.Advance(10_000);
        await connection.Expect(0xC0);
        Assert.Equal(sentMs + 11_000, board.World.LinkMs);
        board.Advance(10_000);
        await board.Told("closed apart");
        using RawConnection silent = await broker.Accept();
        await silent.Expect(0x10);
        board.Advance(30_000);
        await board.Did("await", "connect MqttCommunicationException", $"at {20 * (sentMs + 51_000)}");
    }

    [Fact]
    public async Task An_hour_of_virtual_time_passes_on_a_connection_that_a_real_broker_keeps()
    {
        await using TestBroker broker = await TestBroker.Start();
        using TestWorld test = new();
        SimBoard board = test.Board();
        MqttBoard.Write(
            board, "join", $"client 127.0.0.1 {broker.Port}", "connect 60", "pause 3600000", "publish a x 1",
            "await published", "state", "at");
        Assert.Equal(
            ["connect 0", "pause", "publish 1", "published 1", "await", "state connected", "at 3602000"],
            test.RunMain(board, "MqttProgram", 4_000_000).Skip(2));
        board.PowerOff();
    }

    [Fact]
    public async Task The_network_going_down_ends_the_connection_and_keeps_new_ones_away()
    {
        await using TestBroker broker = await TestBroker.Start();
        using MqttBoard board = new();
        await board.Start(
            broker.Port, "connect 60", "await closed", "state", "connect 60", "client 127.0.0.1 1883");
        await board.Did("connect 0");
        board.Board.Network.IsUp = false;
        await board.Told("closed apart");
        await board.Did(
            "await", "state apart", "connect MqttConnectionException SocketException", "client SocketException");
        await TestBroker.Next(broker.Gone, "NotClean");
        Assert.True(board.IsSilent);
    }

    [Fact]
    public async Task A_black_hole_swallows_both_directions_and_what_was_held_back_passes_when_it_ends()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(
            broker.Port, "connect 60", "await received", "publish a x 1", "await published", "await received 2",
            "publish a y 0");
        using RawConnection connection = await broker.Welcome();
        connection.Send(0x30, 3, 0, 1, (byte)'1');
        await board.Told("received 1  0");
        board.Board.Network.IsBlackHole = true;
        await board.Did("connect 0", "await");
        await board.Did("publish 1");
        connection.Send(0x30, 3, 0, 1, (byte)'2');
        for (int attempt = 0; attempt < 3; attempt++) board.Advance(1000);
        await board.Told("published 1 given up");
        await board.Did("await");
        Assert.True(board.IsSilent);
        board.Board.Network.IsBlackHole = false;
        await board.Told("received 2  0");
        foreach (byte head in (byte[])[0x32, 0x3A, 0x3A, 0x30]) await connection.Expect(head);
    }

    [Fact]
    public async Task A_device_in_a_black_hole_finds_out_by_its_pings_and_its_broker_does_not()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 10", "await closed", "state");
        using RawConnection connection = await broker.Welcome();
        await board.Did("connect 0");
        board.Board.Network.IsBlackHole = true;
        board.Advance(10_000);
        board.Advance(10_000);
        await board.Told("closed apart");
        await board.Did("await", "state apart");
        board.Board.Network.IsBlackHole = false;
        await connection.Expect(0xC0);
        await connection.ExpectEnd();
    }

    [Theory]
    [InlineData("await closed")]
    [InlineData("connect 60")]
    public async Task A_power_cut_ends_the_connection_and_the_threads_that_wait_on_it(string waiting)
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", waiting, "state");
        using RawConnection first = await broker.Welcome();
        await board.Did("connect 0");
        using RawConnection open = waiting == "await closed" ? first : await broker.Accept();
        if (open != first) await open.Expect(0x10);
        board.Main.PowerOff();
        await open.ExpectEnd();
        await board.Ended();
        Assert.True(board.IsSilent);
        Assert.Equal(0, board.Board.UncaughtExceptions);
        await board.Start(broker.Port, "connect 60", "state");
        using RawConnection next = await broker.Welcome();
        await board.Did("connect 0", "state connected");
    }

    [Fact]
    public async Task A_power_cut_in_a_black_hole_leaves_the_broker_waiting_until_the_hole_ends_or_the_network()
    {
        foreach (bool goesDown in (bool[])[false, true])
        {
            using RawBroker broker = new();
            using MqttBoard board = new();
            await board.Start(broker.Port, "connect 60", "await closed");
            using RawConnection connection = await broker.Welcome();
            await board.Did("connect 0");
            board.Board.Network.IsBlackHole = true;
            board.Main.PowerOff();
            await board.Ended();
            Task end = connection.ExpectEnd();
            Assert.False(end.IsCompleted);
            if (goesDown) board.Board.Network.IsUp = false;
            else board.Board.Network.IsBlackHole = false;
            await end;
        }
    }
}
