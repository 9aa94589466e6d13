using System.Security.Cryptography.X509Certificates;
using LumenLink.Simulator;
using LumenLink.Tests.Simulator.Mqtt;

namespace LumenLink.Tests.Simulator.Http;

/// <summary>
/// The beacon's own way to post frames, the very assembly of the board, against a server of the test. The numbers are
/// those of LinkOutcome: 0 connected, 1 no network, 2 unreachable, 3 not authorized, 4 refused.
/// </summary>
public sealed class HttpFramesTests
{
    private const string Session = "LumenLink-Session: ";

    [Fact]
    public void A_token_opens_a_session_and_each_answer_renews_it()
    {
        using RawHttpServer server = new();
        server.Serve(
            Answer(200, Frames(40), Session + "one"), Answer(200, Frames(1, 2048), Session + "two"),
            Answer(200, ""), Answer(200, ""));
        Assert.Equal(
            ["exchange token 0 40", "exchange session 0 1 2048", "exchange session 0", "exchange session 0"],
            Run(server.Port, "exchange 3", "exchange 2048", "exchange 0", "exchange 0"));
        string[] requests = [.. server.Requests];
        Assert.StartsWith("POST /api/v1/frames HTTP/1.1\r\n", requests[0], StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n\u0003\0\0\0\0", requests[0], StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: application/octet-stream\r\n", requests[0], StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: Close\r\n", requests[0], StringComparison.Ordinal);
        Assert.Equal(
            ["Bearer AQIDBAUGBwg.token", "LumenLink one", "LumenLink two", "LumenLink two"],
            requests.Select(request => request.Split("\r\nAuthorization: ")[1].Split("\r\n")[0]));
    }

    [Fact]
    public void A_refused_session_is_forgotten_and_waits_are_told()
    {
        using RawHttpServer server = new();
        server.Serve(
            Answer(200, "", Session + "one"), Answer(503, "{}", "Retry-After: 5", Session + "two"),
            Answer(429, "{}", "Retry-After: soon"), Answer(401, "{}"), Answer(413, ""), Answer(403, ""));
        Assert.Equal(
            [
                "exchange token 0", "exchange session 4 wait 5", "exchange session 4", "exchange session 3",
                "exchange token 4", "exchange token 3",
            ],
            Run(server.Port, [.. Enumerable.Repeat("exchange 9", 6)]));
    }

    [Theory]
    [InlineData("\u0001\0a\u0001")]
    [InlineData("\u0001\0a\0\0")]
    [InlineData("\u0001\0a\u0002\0b")]
    [InlineData("\u0001\0a\u0001\u0008b")]
    public void Frames_that_cannot_be_told_apart_end_the_answer_and_those_before_are_taken(string body)
    {
        using RawHttpServer server = new();
        server.Serve(Answer(200, body));
        Assert.Equal(["exchange token 4 1"], Run(server.Port, "exchange 1"));
    }

    [Fact]
    public void No_more_frames_are_taken_than_a_body_may_have()
    {
        using RawHttpServer server = new();
        server.Serve(Answer(200, Frames(1, 1, 1, 1, 1, 1, 1, 1, 1)));
        Assert.Equal(["exchange token 4 1 1 1 1 1 1 1 1"], Run(server.Port, "exchange 1"));
    }

    [Fact]
    public void A_session_that_is_too_long_is_not_kept()
    {
        using RawHttpServer server = new();
        server.Serve(Answer(200, "", Session + new string('x', 129)), Answer(200, ""));
        Assert.Equal(["exchange token 0", "exchange token 0"], Run(server.Port, "exchange 0", "exchange 0"));
    }

    [Fact]
    public void Nobody_there_and_nonsense_are_outcomes_too()
    {
        using RawHttpServer server = new();
        server.Serve("nonsense", "");
        Assert.Equal(
            ["exchange token 2", "exchange token 2"], Run(server.Port, "exchange 1", "exchange 1"));
        Assert.Equal(
            ["exchange token 2", "at 2000"],
            Run(network => network.OnConnect = (_, _) => ConnectionFate.Refused, server.Port, "exchange 1", "at"));
        Assert.Equal(
            ["exchange token 2", "at 8500"],
            Run(network => network.OnConnect = (_, _) => ConnectionFate.BlackHole, server.Port, "exchange 1", "at"));
        Assert.Equal("exchange token 1", Run(network => network.IsUp = false, server.Port, "exchange 1")[0]);
    }

    [Theory]
    [InlineData(true, "exchange token 0")]
    [InlineData(false, "exchange token 2")]
    public void Over_TLS_only_a_trusted_server_is_posted_to(bool isTrusted, string outcome)
    {
        using X509Certificate2 own = MqttTlsTests.Certificate();
        using X509Certificate2 other = MqttTlsTests.Certificate();
        using RawHttpServer server = new(own);
        server.Serve(Answer(200, ""));
        using TestWorld test = new();
        SimBoard board = test.Board();
        MqttBoard.Write(
            board, "join", "clock 2027", "authority", $"frames {server.Port} tls", "exchange 1");
        string authority = (isTrusted ? own : other).ExportCertificatePem() + "\0";
        File.WriteAllText(Path.Combine(board.Flash.Folder, "authority"), authority);
        Assert.Equal(outcome, test.RunMain(board, "HttpProgram", 60_000)[^1]);
        Assert.Equal(isTrusted ? 1 : 0, server.Requests.Count);
        board.PowerOff();
    }

    private static string Answer(int status, string body, params string[] headers) =>
        RawHttpServer.Answer(status, body, headers);

    private static string Frames(params int[] lengths) => string.Concat(
        lengths.Select(length => $"{(char)(length & 0xFF)}{(char)(length >> 8)}{new string('f', length)}"));

    private static IReadOnlyList<string> Run(int port, params string[] script) => Run(_ => { }, port, script);

    /// <summary>Runs a script in virtual time; gives what comes after the adapter was made.</summary>
    private static IReadOnlyList<string> Run(Action<SimNetwork> prepare, int port, params string[] script)
    {
        using TestWorld test = new();
        SimBoard board = test.Board();
        prepare(board.Network);
        MqttBoard.Write(board, ["join", $"frames {port} plain", .. script]);
        string[] lines = [.. test.RunMain(board, "HttpProgram", 120_000)];
        board.PowerOff();
        Assert.Equal(0, board.UncaughtExceptions);
        return lines[2..];
    }
}
