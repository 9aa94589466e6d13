using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;
using LumenLink.Tests.Simulator.Http;

namespace LumenLink.Tests.Simulator;

/// <summary>
/// A service over HTTP that attests one board, settles what it sends, and has commands and configurations for it: each
/// post is answered whole, so the board's virtual time never runs ahead.
/// </summary>
internal sealed class ControlService : IDisposable
{
    private readonly RawHttpServer _server = new();
    private readonly TestService _keys = new();
    private readonly ConcurrentQueue<(FrameType Type, byte[] Body)> _waiting = [];
    private byte[] _hello = [];
    private byte[] _challenge = [];
    private TestSession? _session;
    private uint _sessionId;

    public ControlService() => _ = ServeAsync();

    /// <summary>Public key of the board's chip.</summary>
    public byte[] BoardKey { get; set; } = [];

    /// <summary>Statuses that came, by boot.</summary>
    public ConcurrentQueue<(uint Boot, BootReason Reason, uint ConfigVersion)> Statuses { get; } = [];

    /// <summary>What the board acknowledged.</summary>
    public ConcurrentQueue<(ControlSubject Subject, uint Number, ControlOutcome Outcome)> Acks { get; } = [];

    /// <summary>What went wrong while it served.</summary>
    public ConcurrentQueue<string> Faults { get; } = [];

    /// <summary>Lines of a configuration that leads here.</summary>
    public string Config => $"""
        transports=http://127.0.0.1:{_server.Port}
        audience=lumenlink-test
        root_key_1={Convert.ToHexString(_keys.RootKey)}
        hardware_model=65535
        privacy=raw
        report_ms=10000
        wifi_ssid={ProvisioningBoard.Ssid}
        wifi_password={ProvisioningBoard.Password}

        """;

    /// <summary>With the next answer.</summary>
    public void SendCommand(uint id, BeaconCommand command, ushort argument = 0) =>
        _waiting.Enqueue((FrameType.Command, TestService.Command(id, (byte)command, argument, 3_600_000)));

    /// <summary>With the next answer.</summary>
    public void SendConfig(uint version, string text) => _waiting.Enqueue((
        FrameType.Config,
        _keys.SignedConfig(SHA256.HashData(BoardKey)[..8], version, Encoding.ASCII.GetBytes(text))));

    public void Dispose()
    {
        _server.Dispose();
        _keys.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using RawHttpConnection connection = await _server.Accept();
                string request = await connection.Request();
                int at = request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
                byte[] body = Encoding.Latin1.GetBytes(request[at..]);
                string answer = Encoding.Latin1.GetString(Answer(body));
                connection.Send(RawHttpServer.Answer(200, answer, "LumenLink-Session: board"));
            }
            catch (IOException)
            {
                // The board lost its power in between.
            }
            catch (Exception e) when (e is ObjectDisposedException or System.Net.Sockets.SocketException)
            {
                return;
            }
            catch (Exception e)
            {
                Faults.Enqueue(e.ToString());
            }
        }
    }

    private byte[] Answer(byte[] body)
    {
        var answers = new List<byte[]>();
        for (int at = 0; at < body.Length;)
        {
            int length = body[at] | (body[at + 1] << 8);
            Handle(body[(at + 2)..(at + 2 + length)], answers);
            at += 2 + length;
        }

        while (_session is { } session && answers.All(a => a[1] != (byte)FrameType.AttestationResult)
            && _waiting.TryDequeue(out (FrameType Type, byte[] Body) frame))
        {
            byte[] unsealed = [1, (byte)frame.Type, .. TestService.U32(_sessionId), .. frame.Body];
            answers.Insert(0, TestSession.Seal(session.DownKey, unsealed));
        }

        return [.. answers.SelectMany(a => (byte[])[(byte)a.Length, (byte)(a.Length >> 8), .. a])];
    }

    private void Handle(byte[] frame, List<byte[]> answers)
    {
        switch ((FrameType)frame[1])
        {
            case FrameType.Hello:
                _hello = frame;
                _challenge = _keys.Challenge(frame);
                answers.Add(_challenge);
                break;
            case FrameType.Evidence:
                _session = _keys.Judge(_hello, _challenge, frame, BoardKey);
                _sessionId++;
                answers.Add(_session.Result(_sessionId, 3_600));
                break;
            case FrameType.Records:
                answers.Add(Settle(frame));
                break;
            case FrameType.CommandAck:
                var ack = new CommandAckFrame();
                Assert.Equal(WireError.None, FrameSeal.Verify(frame, _session!.UpKey));
                Assert.Equal(WireError.None, ack.Read(frame, 0, frame.Length));
                Acks.Enqueue((ack.Subject, ack.Number, ack.Outcome));
                break;
            default:
                Assert.Fail("No such frame comes up.");
                break;
        }
    }

    private byte[] Settle(byte[] frame)
    {
        Assert.Equal(WireError.None, FrameSeal.Verify(frame, _session!.UpKey));
        Assert.Equal(WireError.None, RecordsFrameReader.Read(frame, out RecordsFrameReader reader, _session.Boot));
        var receipt = new ReceiptFrame();
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        Assert.True(receipt.Begin(buffer, 0, _sessionId));
        foreach (RecordGroup group in reader)
        {
            var entry = new ReceiptEntry();
            entry.Reset(group.Boot, group.Floor - 1);
            foreach (RecordView record in group)
            {
                entry.TrySettle(record.Sequence);
                if (record.Kind == RecordKind.Status) Take(group.Boot, record.Bytes[RecordHeader.Size..]);
            }

            Assert.True(receipt.TryAdd(entry));
        }

        return TestSession.Seal(_session.DownKey, buffer[..(receipt.Finish() - FrameTag.Size)]);
    }

    private void Take(uint boot, ReadOnlySpan<byte> body)
    {
        Assert.Equal(WireError.None, StatusReader.Read(body, out StatusReader status));
        Statuses.Enqueue((boot, status.BootReason, status.Details.ConfigVersion ?? 0));
    }
}
