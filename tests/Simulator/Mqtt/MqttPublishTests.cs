using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator.Mqtt;

/// <summary>Messages to a broker and from it, with the manners of M2Mqtt.</summary>
public sealed class MqttPublishTests
{
    [Fact]
    public async Task Each_quality_reaches_the_broker_and_the_acknowledged_ones_are_told_of()
    {
        await using TestBroker broker = await TestBroker.Start();
        using TestWorld test = new();
        SimBoard board = test.Board();
        MqttBoard.Write(
            board, "join", $"client 127.0.0.1 {broker.Port}", "connect 60", "publish a none 0", "publish a once 1",
            "await published", "publish a exactly 2", "await published 2");
        Assert.Equal(
            ["publish 1", "publish 2", "published 2", "await", "publish 3", "published 3", "await"],
            test.RunMain(board, "MqttProgram", 10_000).Skip(3));
        board.PowerOff();
        await TestBroker.Next(broker.Published, "a none 0", "a once 1", "a exactly 2");
    }

    [Fact]
    public async Task A_subscription_brings_messages_of_each_quality_until_it_ends()
    {
        await using TestBroker broker = await TestBroker.Start();
        using MqttBoard board = new();
        await board.Start(
            broker.Port, "connect 60", "subscribe down 2", "await received 3", "unsubscribe down", "await unsubscribed",
            "state");
        await board.Did("connect 0", "subscribe 1");
        await board.Told("subscribed 1 2");
        for (int qos = 0; qos < 3; qos++) await broker.Publish("down", "m" + qos, qos);
        await broker.Publish("elsewhere", "not for the board", 0);
        await board.Told("received down m0 0", "received down m1 1", "received down m2 2", "unsubscribed 2");
        await board.Did("await", "unsubscribe 2", "await", "state connected");
        Assert.True(board.IsSilent);
    }

    [Fact]
    public async Task A_callback_may_publish_but_cannot_wait_for_a_broker()
    {
        await using TestBroker broker = await TestBroker.Start();
        using MqttBoard board = new();
        await board.Start(
            broker.Port, "connect 60", "on answer", "subscribe down 0", "await published", "on connect",
            "await received 2", "state");
        await board.Did("connect 0", "on", "subscribe 1");
        await board.Told("subscribed 1 0");
        await broker.Publish("down", "ask", 0);
        await board.Told("received down ask 0", "published 2");
        await board.Did("publish 2", "await", "on");
        await TestBroker.Next(broker.Published, "down ask 0", "answer yes 1");
        await broker.Publish("down", "again", 0);
        await board.Told("received down again 0");
        await board.Did("connect InvalidOperationException", "await", "state connected");
    }

    [Fact]
    public async Task A_handler_that_throws_ends_the_connection_and_nothing_else()
    {
        await using TestBroker broker = await TestBroker.Start();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "on throw", "subscribe down 0", "await closed", "state");
        await board.Told("subscribed 1 0");
        await broker.Publish("down", "x", 0);
        await board.Told("received down x 0", "closed apart");
        await board.Did("connect 0", "on", "subscribe 1");
        await board.Did("++++ Exception System.InvalidOperationException: the handler ++++", "await", "state apart");
        Assert.Equal(1, board.Board.UncaughtExceptions);
    }

    [Fact]
    public async Task What_is_published_apart_is_queued_and_sent_once_there_is_a_connection()
    {
        await using TestBroker broker = await TestBroker.Start();
        using TestWorld test = new();
        SimBoard board = test.Board();
        MqttBoard.Write(
            board, "join", $"client 127.0.0.1 {broker.Port}", "publish a early 1", "state", "connect 60",
            "await published");
        Assert.Equal(
            ["publish 1", "state apart", "connect 0", "published 1", "await"],
            test.RunMain(board, "MqttProgram", 10_000).Skip(2));
        board.PowerOff();
    }

    [Fact]
    public void The_queue_is_unbounded_until_set_and_a_full_one_throws()
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        MqttBoard.Write(
            board, "join", "client 127.0.0.1 1883", "publish a x 1", "publish a x 1", "publish a x 1", "queue 4",
            "publish a x 0", "publish a x 1", "close", "publish a x 1");
        Assert.Equal(
            [
                "publish 1", "publish 2", "publish 3", "queue", "publish 4", "publish MqttClientException 11", "close",
                "publish 6",
            ],
            test.RunMain(board, "MqttProgram").Skip(2));
    }

    [Fact]
    public async Task A_publish_without_an_answer_is_sent_three_times_a_second_apart_and_then_given_up()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "publish a x 1", "await published", "state");
        using RawConnection connection = await broker.Welcome();
        RawPacket first = await connection.Expect(0x32);
        long sentMs = board.World.NowMs;
        board.Advance(1000);
        RawPacket second = await connection.Expect(0x3A);
        Assert.Equal(sentMs + 1000, board.World.NowMs);
        board.Advance(1000);
        RawPacket third = await connection.Expect(0x3A);
        Assert.Equal(sentMs + 2000, board.World.NowMs);
        Assert.Equal([first.Id, first.Id], [second.Id, third.Id]);
        board.Advance(1000);
        await board.Told("published 1 given up");
        Assert.Equal(sentMs + 3000, board.World.NowMs);
        await board.Did("connect 0", "publish 1", "await", "state connected");
    }

    [Fact]
    public async Task An_answer_to_a_repetition_counts_and_one_that_comes_too_late_is_ignored()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(
            broker.Port, "connect 60", "publish a x 1", "await published", "publish a y 1", "await published 2");
        using RawConnection connection = await broker.Welcome();
        await connection.Expect(0x32);
        board.Advance(1000);
        await connection.Expect(0x3A);
        connection.Send(0x40, 2, 0, 1);
        await board.Told("published 1");
        RawPacket second = await connection.Expect(0x32);
        connection.Send(0x40, 2, 0, 1, 0x40, 2, 0, 9, 0x40, 2, 0, (byte)second.Id);
        await board.Told("published 2");
        Assert.True(board.IsSilent);
    }

    [Fact]
    public async Task Nobody_is_told_of_a_subscription_that_was_never_answered()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "subscribe down 1", "await received", "publish a x 1");
        using RawConnection connection = await broker.Welcome();
        for (int attempt = 0; attempt < 3; attempt++)
        {
            await connection.Expect(0x82);
            board.Advance(1000);
        }

        connection.Send(0x30, 5, 0, 1, (byte)'a', (byte)'h', (byte)'i');
        await board.Told("received a hi 0");
        await connection.Expect(0x32);
        Assert.True(board.IsSilent);
    }

    [Fact]
    public async Task A_full_queue_loses_what_arrives_without_an_answer()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(
            broker.Port, "queue 1", "connect 60", "publish a x 1", "await published", "await received");
        using RawConnection connection = await broker.Welcome();
        await connection.Expect(0x32);
        byte[] message = [0x32, 7, 0, 1, (byte)'d', 0, 5, (byte)'h', (byte)'i'];
        connection.Send([.. message, 0x40, 2, 0, 1]);
        await board.Told("published 1");
        message[6] = 6;
        connection.Send(message);
        RawPacket answer = await connection.Expect(0x40);
        Assert.Equal(6, answer.Id);
        await board.Told("received d hi 1");
        Assert.True(board.IsSilent);
    }

    [Fact]
    public async Task A_topic_with_a_wildcard_is_queued_and_ends_the_connection_when_it_is_its_turn()
    {
        await using TestBroker broker = await TestBroker.Start();
        using TestWorld test = new();
        SimBoard board = test.Board();
        MqttBoard.Write(
            board, "join", $"client 127.0.0.1 {broker.Port}", "connect 60", "publish a/# x 1", "await closed", "state");
        Assert.Equal(
            ["connect 0", "publish 1", "closed apart", "await", "state apart"],
            test.RunMain(board, "MqttProgram", 10_000).Skip(2));
        board.PowerOff();
        await TestBroker.Next(broker.Gone, "NotClean");
        Assert.Equal(0, broker.Published.Reader.Count);
    }

    [Fact]
    public async Task Close_clears_the_queues_and_tells_nobody()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(
            broker.Port, "connect 60", "publish a lost 1", "close", "connect 60", "publish a x 1", "await published");
        using RawConnection first = await broker.Welcome();
        await first.Expect(0x32);
        board.Advance(200);
        await first.ExpectEnd();
        using RawConnection second = await broker.Welcome();
        RawPacket publish = await second.Expect(0x32);
        Assert.Equal(2, publish.Id);
        second.Send(0x40, 2, 0, (byte)publish.Id);
        await board.Told("published 2");
        await board.Did("connect 0", "publish 1", "close", "connect 0", "publish 2", "await");
        Assert.True(board.IsSilent);
    }

    [Fact]
    public async Task A_kept_session_does_not_send_again_what_an_earlier_connection_had_sent()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(
            broker.Port, "connect 60 kept", "publish a sent 1", "await closed", "connect 60 kept", "publish a new 1",
            "await published");
        using (RawConnection first = await broker.Welcome()) await first.Expect(0x32);
        await board.Told("closed apart");
        using RawConnection second = await broker.Welcome();
        RawPacket publish = await second.Expect(0x32);
        Assert.Equal(2, publish.Id);
        second.Send(0x40, 2, 0, 2);
        await board.Told("published 2");
        Assert.True(board.IsSilent);
    }
}
