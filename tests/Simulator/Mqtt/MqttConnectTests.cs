using LumenLink.Simulator;
using MQTTnet.Protocol;

namespace LumenLink.Tests.Simulator.Mqtt;

/// <summary>How a client connects, and the ways in which it does not.</summary>
public sealed class MqttConnectTests
{
    [Fact]
    public async Task A_broker_takes_a_client_and_learns_who_it_is()
    {
        await using TestBroker broker = await TestBroker.Start();
        Assert.Equal(["connect 0", "state connected"], Run(broker.Port, "connect 60", "state"));
        await TestBroker.Next(broker.Logins, "board user password");
    }

    [Fact]
    public async Task A_refusal_is_a_code_and_leaves_the_client_apart()
    {
        await using TestBroker broker = await TestBroker.Start();
        broker.Answer = MqttConnectReasonCode.NotAuthorized;
        Assert.Equal(
            ["connect 5", "state apart", "close", "version5", "connect 135", "close"],
            Run(broker.Port, "connect 60", "state", "close", "version5", "connect 60", "close"));
    }

    [Fact]
    public async Task After_a_refusal_and_Close_the_same_client_connects()
    {
        await using TestBroker broker = await TestBroker.Start();
        broker.Answer = MqttConnectReasonCode.ServerUnavailable;
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "close", "connect 60", "state");
        await board.Did("connect 3");
        broker.Answer = MqttConnectReasonCode.Success;
        board.Advance(200);
        await board.Did("close", "connect 0", "state connected");
        Assert.True(board.IsSilent);
    }

    [Fact]
    public void Nobody_listening_is_an_exception_at_once()
    {
        int port;
        using (RawBroker gone = new()) port = gone.Port;
        Assert.Equal(
            ["connect MqttConnectionException SocketException", "at 2000", "state apart"],
            Run(port, "connect 60", "at", "state"));
    }

    [Fact]
    public async Task The_experiment_can_refuse_a_connection_that_the_broker_would_take()
    {
        await using TestBroker broker = await TestBroker.Start();
        Assert.Equal(
            ["connect MqttConnectionException SocketException", "at 2000"],
            Run(network => network.OnConnect = (_, _) => ConnectionFate.Refused, broker.Port, "connect 60", "at"));
        Assert.Equal(0, broker.Logins.Reader.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connect_into_a_black_hole_gives_up_as_the_stock_images_do(bool whole)
    {
        await using TestBroker broker = await TestBroker.Start();
        Assert.Equal(
            ["connect MqttConnectionException SocketException", "at 8500", "state apart"],
            Run(
                network =>
                {
                    if (whole) network.IsBlackHole = true;
                    else network.OnConnect = (_, _) => ConnectionFate.BlackHole;
                },
                broker.Port,
                "connect 60",
                "at",
                "state"));
        Assert.Equal(0, broker.Logins.Reader.Count);
    }

    [Fact]
    public void Without_a_network_there_is_no_client()
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        MqttBoard.Write(board, "client 127.0.0.1 1883");
        Assert.Equal(["client SocketException"], test.RunMain(board, "MqttProgram"));
    }

    [Fact]
    public void A_name_that_nobody_answers_for_takes_its_time()
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        board.Network.IsBlackHole = true;
        MqttBoard.Write(board, "join", "client broker.example 1883", "at");
        Assert.Equal(["join", "client SocketException", "at 7000"], test.RunMain(board, "MqttProgram"));
    }

    [Fact]
    public async Task A_broker_that_never_answers_is_given_up_after_30_seconds()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "state");
        using RawConnection connection = await broker.Accept();
        await connection.Expect(0x10);
        long askedMs = board.World.NowMs;
        board.Advance(30_000);
        await board.Did("connect MqttCommunicationException", "state apart");
        Assert.Equal(askedMs + 30_000, board.World.NowMs);
    }

    [Fact]
    public async Task A_broker_that_hangs_up_instead_of_answering_is_an_exception_at_once()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "state");
        using (RawConnection connection = await broker.Accept()) await connection.Expect(0x10);
        await board.Did("connect MqttCommunicationException", "state apart");
        Assert.True(board.IsSilent);
    }

    [Fact]
    public async Task A_second_connect_takes_the_place_of_the_first_without_an_event()
    {
        using RawBroker broker = new();
        using MqttBoard board = new();
        await board.Start(broker.Port, "connect 60", "connect 60", "publish a x 1", "await published");
        using RawConnection first = await broker.Welcome();
        using RawConnection second = await broker.Welcome();
        await first.ExpectEnd();
        RawPacket publish = await second.Expect(0x32);
        second.Send(0x40, 2, 0, (byte)publish.Id);
        await board.Did("connect 0", "connect 0", "publish 1", "await");
        await board.Told("published 1");
        Assert.True(board.IsSilent);
    }

    [Fact]
    public async Task A_will_is_a_text_and_is_published_when_the_power_goes()
    {
        await using TestBroker broker = await TestBroker.Start();
        using MqttBoard board = new();
        await board.Start(broker.Port, "will status offline", "await closed");
        await board.Did("will 0");
        board.Main.PowerOff();
        await TestBroker.Next(broker.Published, "status offline 1");
    }

    private static IReadOnlyList<string> Run(int port, params string[] script) => Run(_ => { }, port, script);

    /// <summary>Runs a script in virtual time; gives what comes after the client was made.</summary>
    private static IReadOnlyList<string> Run(Action<SimNetwork> prepare, int port, params string[] script)
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        prepare(board.Network);
        MqttBoard.Write(board, ["join", $"client 127.0.0.1 {port}", .. script]);
        string[] lines = [.. test.RunMain(board, "MqttProgram", 60_000)];
        board.PowerOff();
        Assert.Equal(["join", "client"], lines[..2]);
        Assert.Equal(0, board.UncaughtExceptions);
        return lines[2..];
    }
}
