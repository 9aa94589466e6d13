using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator.Mqtt;

/// <summary>What a broker must not send.</summary>
public sealed class MqttHostileTests
{
    public static TheoryData<string, string> WrongBytes() => new()
    {
        { "a packet that only clients send", "100C00044D5154540402003C0000" },
        { "a type that does not exist", "0000" },
        { "an AUTH of another version", "F00218 00" },
        { "a ping, which only clients send", "C000" },
        { "a subscription, which only clients send", "82060001 0001 61 00" },
        { "a length of five bytes", "30FFFFFFFF01" },
        { "the longest length there is", "30FFFFFF7F" },
        { "one byte more than a board takes in", "30818010" },
        { "a topic longer than its packet", "3004FFFF6161" },
        { "a publish without a topic", "3000" },
        { "a publish of quality 3", "3605000161 0001" },
        { "a publish of quality 1 without an identifier", "3203000161" },
        { "an acknowledgement without an identifier", "4000" },
        { "an acknowledgement of half an identifier", "400100" },
        { "a granted subscription without a word", "9000" },
        { "a second CONNACK of half its length", "200100" },
    };

    [Theory]
    [MemberData(nameof(WrongBytes))]
    public async Task Wrong_bytes_close_the_connection_and_the_next_one_is_sound(string what, string hex)
    {
        Assert.NotEmpty(what);
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "await closed", "state", "connect 60", "state");
        using RawConnection connection = await broker.Welcome();
        await board.Did("connect 0");
        connection.Send(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        await board.Told("closed apart");
        await connection.ExpectEnd();
        using RawConnection next = await broker.Welcome();
        await board.Did("await", "state apart", "connect 0", "state connected");
        Assert.Equal(0, board.Board.UncaughtExceptions);
        Assert.True(board.IsSilent);
    }

    [Theory]
    [MemberData(nameof(WrongBytes))]
    public async Task Wrong_bytes_instead_of_an_answer_fail_the_connect(string what, string hex)
    {
        Assert.NotEmpty(what);
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "state");
        using RawConnection connection = await broker.Accept();
        await connection.Expect(0x10);
        connection.Send(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        await connection.ExpectEnd();
        await board.Did("connect MqttCommunicationException", "state apart");
        Assert.Equal(0, board.Board.UncaughtExceptions);
        Assert.True(board.IsSilent);
    }

    [Theory]
    [InlineData("3003000161")]
    [InlineData("40020001")]
    [InlineData("D000")]
    public async Task A_broker_that_talks_before_it_answered_fails_the_connect(string hex)
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "state");
        using RawConnection connection = await broker.Accept();
        await connection.Expect(0x10);
        connection.Send([.. Convert.FromHexString(hex), 0x20, 2, 0, 0]);
        await connection.ExpectEnd();
        await board.Did("connect MqttCommunicationException", "state apart");
        Assert.True(board.IsSilent);
    }

    [Theory]
    [InlineData("30")]
    [InlineData("3080")]
    [InlineData("300A000161")]
    public async Task Half_a_packet_is_waited_for_and_lost_with_the_connection(string hex)
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 0", "publish a x 1", "await published", "await closed");
        using (RawConnection connection = await broker.Welcome())
        {
            await connection.Expect(0x32);
            connection.Send([0x40, 2, 0, 1, .. Convert.FromHexString(hex)]);
            await board.Told("published 1");
            Assert.True(board.IsSilent);
        }

        await board.Told("closed apart");
        Assert.Equal(0, board.Board.UncaughtExceptions);
    }

    [Fact]
    public async Task Bytes_may_come_one_by_one()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "await received 2");
        using RawConnection connection = await broker.Welcome();
        byte[] twice = [0x30, 5, 0, 1, (byte)'a', (byte)'h', (byte)'i', 0x30, 0x84, 0, 0, 1, (byte)'b', (byte)'!'];
        foreach (byte one in twice) connection.Send(one);
        await board.Told("received a hi 0", "received b ! 0");
    }

    [Fact]
    public async Task The_largest_packet_that_a_board_takes_in_arrives_and_one_byte_more_ends_the_connection()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "on length", "await received", "await closed");
        using RawConnection connection = await broker.Welcome();
        await board.Did("connect 0", "on");
        const int Limit = 256 * 1024;
        byte[] packet = new byte[4 + Limit];
        new byte[] { 0x30, 0x80, 0x80, 0x10, 0, 1, (byte)'a' }.CopyTo(packet, 0);
        connection.Send(packet);
        await board.Told($"received {Limit - 3}");
        packet[1] = 0x81;
        connection.TrySend([.. packet, 0]);
        await board.Told("closed apart");
    }

    [Fact]
    public async Task A_large_message_of_the_device_reaches_the_broker_whole()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "fill a 200000");
        using RawConnection connection = await broker.Welcome();
        RawPacket publish = await connection.Expect(0x30);
        Assert.Equal(200_003, publish.Body.Length);
    }

    [Fact]
    public async Task Answers_to_questions_that_nobody_asked_are_ignored()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "await received", "state");
        using RawConnection connection = await broker.Welcome();
        connection.Send(Convert.FromHexString(
            "20020000" + "40020009" + "50020009" + "70020009" + "9003000900" + "B0020009" + "D000"));
        connection.Send(0x62, 2, 0, 9);
        RawPacket complete = await connection.Expect(0x70);
        Assert.Equal(9, complete.Id);
        connection.Send(0x30, 3, 0, 1, (byte)'a');
        await board.Told("received a  0");
        await board.Did("connect 0", "await", "state connected");
        Assert.Equal(0, board.Board.UncaughtExceptions);
    }
}
