using LumenLink.Simulator;
using LumenLink.Tests.Simulator.Mqtt;

namespace LumenLink.Tests.Simulator.Http;

/// <summary>What the board's HTTP client does on the wire, and how it fails.</summary>
public sealed class HttpRequestTests
{
    [Fact]
    public void A_post_goes_out_as_it_was_written_and_its_answer_comes_in_without_virtual_time()
    {
        using RawHttpServer server = new();
        server.Serve(RawHttpServer.Answer(200, "welcome", "X-Word: yes"));
        Assert.Equal(
            [
                "header", "length", "stream", "write", "write", "answer 200", "field yes", "field none", "read welc",
                "read ome", "read ", "close", "at 2000",
            ],
            Run(
                $"request POST {server.Url}", "header Authorization Bearer", "length 7", "stream", "write abc",
                "write defg", "answer", "field x-word", "field Other", "read 4", "read 99", "read 99", "close", "at"));
        Assert.Equal(
            [
                "POST /a/path HTTP/1.1", "Authorization: Bearer", "Content-Type: text/plain", "Content-Length: 7",
                "Connection: Keep-Alive", $"Host: 127.0.0.1:{server.Port}", "", "abcdefg",
            ],
            Assert.Single(server.Requests).Split("\r\n"));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(503)]
    public void Every_status_is_an_answer(int status)
    {
        using RawHttpServer server = new();
        server.Serve(RawHttpServer.Answer(status, "no"));
        Assert.Equal(
            [$"answer {status}", "read no"], Run($"request GET {server.Url}", "answer", "read 9"));
    }

    [Fact]
    public void A_body_in_chunks_and_one_without_length_are_read_to_their_ends()
    {
        using RawHttpServer server = new();
        server.Serve(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwiki\r\n3;x=y\r\nped\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\n\r\nto the end");
        Assert.Equal(
            ["answer 200", "read wiki", "read pe", "read d", "read ", "request", "answer 200", "read to the end",
             "read "],
            Run(
                $"request GET {server.Url}", "answer", "read 9", "read 2", "read 9", "read 9",
                $"request GET {server.Url}", "answer", "read 99", "read 9"));
    }

    [Fact]
    public void The_rules_of_the_request_are_kept()
    {
        Assert.Equal(
            [
                "stream ProtocolViolationException", "header ArgumentException", "header ArgumentException",
                "request", "stream ProtocolViolationException", "request ArgumentException",
            ],
            Run(
                "request GET http://127.0.0.1:1/", "stream", "header Content-Length 5", "header X-A a\rb",
                "request POST http://127.0.0.1:1/", "stream", "request GET nonsense"));
    }

    [Fact]
    public void Closing_the_stream_of_the_request_ends_the_connection()
    {
        using RawHttpServer server = new();
        server.Serve(RawHttpServer.Answer(200, "late"));
        Assert.Equal(
            ["length", "stream", "write", "closestream", "answer WebException SocketException"],
            Run($"request POST {server.Url}", "length 3", "stream", "write abc", "closestream", "answer"));
    }

    [Fact]
    public void Nobody_listening_is_an_exception_at_once()
    {
        string url;
        using (RawHttpServer gone = new()) url = gone.Url;
        Assert.Equal(
            ["length", "stream WebException SocketException", "at 2000"],
            Run($"request POST {url}", "length 1", "stream", "at"));
    }

    [Fact]
    public void The_experiment_can_refuse_a_connection_that_the_server_would_take()
    {
        using RawHttpServer server = new();
        server.Serve(RawHttpServer.Answer(200, ""));
        Assert.Equal(
            ["answer WebException WebException", "at 2000"],
            Run(network => network.OnConnect = (_, _) => ConnectionFate.Refused, $"request GET {server.Url}", "answer",
                "at"));
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_black_hole_is_given_up_as_the_stock_images_do_and_heeds_no_Timeout(bool whole)
    {
        using RawHttpServer server = new();
        Assert.Equal(
            ["timeout", "length", "stream WebException SocketException", "at 8500"],
            Run(
                network =>
                {
                    if (whole) network.IsBlackHole = true;
                    else network.OnConnect = (_, _) => ConnectionFate.BlackHole;
                },
                $"request POST {server.Url}", "timeout 1000", "length 1", "stream", "at"));
    }

    [Fact]
    public void A_name_that_nobody_answers_for_takes_its_time()
    {
        Assert.Equal(
            ["length", "stream WebException SocketException", "at 7000"],
            Run(network => network.IsBlackHole = true, "request POST http://service.example/", "length 1", "stream",
                "at"));
    }

    [Fact]
    public void Without_a_network_a_request_fails_at_once()
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        MqttBoard.Write(board, "request POST http://127.0.0.1:1/", "length 1", "stream", "at");
        Assert.Equal(
            ["request", "length", "stream WebException SocketException", "at 0"], test.RunMain(board, "HttpProgram"));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_after_the_Timeout()
    {
        using RawHttpServer server = new();
        using MqttBoard board = new(program: "HttpProgram");
        await board.Join($"request GET {server.Url}", "timeout 7000", "answer", "at");
        using RawHttpConnection connection = await server.Accept();
        await connection.Request();
        board.Advance(7000);
        await board.Did("request", "timeout", "answer WebException SocketException", "at 9000");
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_given_up_after_the_time_of_a_read()
    {
        using RawHttpServer server = new();
        using MqttBoard board = new(program: "HttpProgram");
        await board.Join($"request GET {server.Url}", "readwrite 3000", "answer", "read 9", "read 9", "at");
        using RawHttpConnection connection = await server.Accept();
        await connection.Request();
        connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        await board.Did("request", "readwrite", "answer 200", "read half");
        board.Advance(3000);
        await board.Did("read SocketException", "at 5000");
    }

    [Fact]
    public async Task A_network_that_begins_to_swallow_everything_lets_the_Timeout_run_out()
    {
        using RawHttpServer server = new();
        using MqttBoard board = new(program: "HttpProgram");
        await board.Join($"request GET {server.Url}", "timeout 7000", "answer", "at");
        using RawHttpConnection connection = await server.Accept();
        await connection.Request();
        board.Board.Network.IsBlackHole = true;
        connection.Send(RawHttpServer.Answer(200, "lost"));
        board.Advance(7000);
        await board.Did("request", "timeout", "answer WebException SocketException", "at 9000");
    }

    [Fact]
    public async Task A_network_that_goes_down_ends_the_request_at_once()
    {
        using RawHttpServer server = new();
        using MqttBoard board = new(program: "HttpProgram");
        await board.Join($"request GET {server.Url}", "answer", "at");
        using RawHttpConnection connection = await server.Accept();
        await connection.Request();
        board.Board.Network.IsUp = false;
        await board.Did("request", "answer WebException SocketException", "at 2000");
    }

    [Fact]
    public void Hostile_answers_are_exceptions_and_the_board_goes_on()
    {
        string[] hostile =
        [
            "", "\r\n", "SSH-2.0-x\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", "HTTP/1.1 200 OK\r\nX: 1",
            $"HTTP/1.1 200 OK\r\nX: {new string('x', 5000)}\r\n\r\n", new string('y', 9000),
        ];
        using RawHttpServer server = new();
        server.Serve([.. hostile, RawHttpServer.Answer(200, "good")]);
        string[] script =
            [.. Enumerable.Repeat<string[]>([$"request GET {server.Url}", "answer"], hostile.Length + 1)
                .SelectMany(lines => lines)];
        string[] said = [.. Run(script).Where(line => line.StartsWith("answer", StringComparison.Ordinal))];
        Assert.Equal(hostile.Length + 1, said.Length);
        Assert.All(said[..^1], line => Assert.StartsWith("answer WebException", line, StringComparison.Ordinal));
        Assert.Equal("answer 200", said[^1]);
    }

    private static IReadOnlyList<string> Run(params string[] script) => Run(_ => { }, script);

    /// <summary>Runs a script in virtual time; gives what comes after the first request was made.</summary>
    private static IReadOnlyList<string> Run(Action<SimNetwork> prepare, params string[] script)
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        prepare(board.Network);
        MqttBoard.Write(board, ["join", .. script]);
        string[] lines = [.. test.RunMain(board, "HttpProgram", 60_000)];
        board.PowerOff();
        Assert.Equal(["join", "request"], lines[..2]);
        Assert.Equal(0, board.UncaughtExceptions);
        return lines[2..];
    }
}
