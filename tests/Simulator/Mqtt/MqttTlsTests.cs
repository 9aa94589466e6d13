using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator.Mqtt;

/// <summary>Whom a client trusts; what the board's clock says, valid or not, decides about dates.</summary>
public sealed class MqttTlsTests
{
    [Theory]
    [InlineData(true, "clock 2027", "connect 0")]
    [InlineData(true, "clock 2026", "connect MqttConnectionException SocketException")]
    [InlineData(true, "at", "connect MqttConnectionException SocketException")]
    [InlineData(false, "clock 2027", "connect MqttConnectionException SocketException")]
    [InlineData(false, "trust", "connect 0")]
    public async Task A_broker_is_trusted_by_its_certificate_and_the_boards_clock(
        bool isAuthority, string before, string outcome)
    {
        using X509Certificate2 own = Certificate();
        using X509Certificate2 other = Certificate();
        await using TestBroker broker = await TestBroker.Start(own);
        using TestWorld test = new();
        SimBoard board = test.Board();
        MqttBoard.Write(
            board, "join", $"tls 127.0.0.1 {broker.Port}", before, "connect 60", "publish a x 1", "state");
        byte[] authority = (isAuthority ? own : other).Export(X509ContentType.Cert);
        File.WriteAllBytes(Path.Combine(board.Flash.Folder, "authority"), authority);
        IReadOnlyList<string> lines = test.RunMain(board, "MqttProgram", 10_000);
        Assert.Equal(outcome, lines[3]);
        if (outcome == "connect 0") await TestBroker.Next(broker.Published, "a x 1");
        board.PowerOff();
    }

    internal static X509Certificate2 Certificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=broker", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(
            new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2036, 6, 1, 0, 0, 0, TimeSpan.Zero));
    }
}
