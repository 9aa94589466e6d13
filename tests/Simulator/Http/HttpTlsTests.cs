using System.Security.Cryptography.X509Certificates;
using LumenLink.Simulator;
using LumenLink.Tests.Simulator.Mqtt;

namespace LumenLink.Tests.Simulator.Http;

/// <summary>
/// Whom a request trusts. A board looks at certificates only when they are required, which is not the default.
/// </summary>
public sealed class HttpTlsTests
{
    [Theory]
    [InlineData(true, "clock 2027", "verify", "answer 200")]
    [InlineData(true, "clock 2026", "verify", "answer WebException SocketException")]
    [InlineData(false, "clock 2027", "verify", "answer WebException SocketException")]
    [InlineData(false, "clock 2027", "tls12", "answer 200")]
    public void A_server_is_trusted_by_its_certificate_and_the_boards_clock_when_that_is_required(
        bool isAuthority, string clock, string verify, string outcome)
    {
        using X509Certificate2 own = MqttTlsTests.Certificate();
        using X509Certificate2 other = MqttTlsTests.Certificate();
        using RawHttpServer server = new(own);
        server.Serve(RawHttpServer.Answer(200, ""));
        using TestWorld test = new();
        SimBoard board = test.Board();
        MqttBoard.Write(
            board, "join", clock, "authority", $"request GET {server.Url}", "tls12", verify, "answer");
        string authority = (isAuthority ? own : other).ExportCertificatePem() + "\0";
        File.WriteAllText(Path.Combine(board.Flash.Folder, "authority"), authority);
        IReadOnlyList<string> lines = test.RunMain(board, "HttpProgram", 60_000);
        Assert.Equal(outcome, lines[^1]);
        Assert.Equal(outcome == "answer 200" ? 1 : 0, server.Requests.Count);
        board.PowerOff();
    }
}
