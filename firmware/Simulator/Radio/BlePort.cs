using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace LumenLink.Simulator;

/// <summary>
/// Lets a program outside be the phone beside a simulated board, and the finger on its button: JSON objects, one a
/// line, over a TCP connection on loopback. Each request is answered by one line with <c>ok</c>, after lines with
/// <c>notify</c> for what came meanwhile. World time goes on by a connection interval with each request, and else when
/// asked to.
/// </summary>
/// <remarks>
/// Requests by their <c>op</c>: <c>scan</c>; <c>connect</c> (<c>mtu</c>); <c>disconnect</c>; <c>discover</c>;
/// <c>read</c>,
/// <c>write</c> (<c>value</c> in hex, <c>response</c>), <c>subscribe</c> (<c>on</c>), all with <c>uuid</c>;
/// <c>advance</c>
/// (<c>ms</c>); <c>press</c> (<c>pin</c>, <c>ms</c>); <c>pin</c> (<c>pin</c>): what the board drove it to;
/// <c>board</c>: how the board is.
/// </remarks>
public sealed class BlePort : IDisposable
{
    private readonly SimBoard _board;
    private readonly FleetScheduler _scheduler;
    private readonly SimCentral _central;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <summary>Opens the port.</summary>
    /// <param name="board">The board.</param>
    /// <param name="scheduler">Moves the board's world, which must be a virtual one.</param>
    public BlePort(SimBoard board, FleetScheduler scheduler)
    {
        _board = board;
        _scheduler = scheduler;
        _central = new SimCentral(board);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    /// <summary>Its number.</summary>
    public int Port { get; }

    /// <summary>Serves one program until it hangs up.</summary>
    /// <param name="cancellation">Gives up.</param>
    public async Task ServeAsync(CancellationToken cancellation)
    {
        using TcpClient client = await _listener.AcceptTcpClientAsync(cancellation);
        using StreamReader reader = new(client.GetStream());
        await using StreamWriter writer = new(client.GetStream());
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            JsonObject answer = Answer(line);
            while (_central.TryTakeNotification(out (Guid Uuid, byte[] Value) one))
            {
                JsonObject told = new() { ["notify"] = one.Uuid.ToString(), ["value"] = Hex(one.Value) };
                await writer.WriteLineAsync(told.ToJsonString().AsMemory(), cancellation);
            }

            answer["now"] = _board.World.NowMs;
            await writer.WriteLineAsync(answer.ToJsonString().AsMemory(), cancellation);
            await writer.FlushAsync(cancellation);
        }

        _central.Disconnect();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static JsonObject Result(AttError error) => new() { ["ok"] = error == AttError.None, ["att"] = (int)error };

    private JsonObject Answer(string line)
    {
        JsonObject answer;
        try
        {
            if (line.Length > SimLimits.PortLineCharacters) throw new FormatException("The line is too long.");
            JsonNode request = JsonNode.Parse(line) ?? throw new FormatException("The line is empty.");
            answer = Do(request);
            _scheduler.RunUntil(_board.World.NowMs + SimLimits.ConnectionIntervalMs);
        }
        catch (Exception error) when (error is System.Text.Json.JsonException or FormatException
            or InvalidOperationException or ArgumentException)
        {
            answer = new JsonObject { ["ok"] = false, ["error"] = error.Message };
        }

        return answer;
    }

    private JsonObject Do(JsonNode request)
    {
        switch ((string?)request["op"])
        {
            case "scan":
                return Scan();
            case "connect":
                return new JsonObject { ["ok"] = _central.Connect((int?)request["mtu"] ?? 0), ["mtu"] = _central.Mtu };
            case "disconnect":
                _central.Disconnect();
                return new JsonObject { ["ok"] = true };
            case "discover":
                return Discover();
            case "read":
                AttError error = _central.Read(UuidOf(request), out byte[] value);
                JsonObject read = Result(error);
                read["value"] = Hex(value);
                return read;
            case "write":
                byte[] bytes = Convert.FromHexString((string?)request["value"] ?? "");
                return Result(_central.Write(UuidOf(request), bytes, (bool?)request["response"] ?? true));
            case "subscribe":
                return Result(_central.Subscribe(UuidOf(request), (bool?)request["on"] ?? true));
            default:
                return DoAtBench(request);
        }
    }

    /// <summary>What no radio does.</summary>
    private JsonObject DoAtBench(JsonNode request)
    {
        switch ((string?)request["op"])
        {
            case "advance":
                _scheduler.RunUntil(_board.World.NowMs + Number(request, "ms"));
                return new JsonObject { ["ok"] = true };
            case "press":
                _board.Gpio.Press(Number(request, "pin"), Number(request, "ms"));
                _scheduler.RunUntil(_board.World.NowMs + Number(request, "ms"));
                return new JsonObject { ["ok"] = true };
            case "pin":
                JsonNode?[] changes =
                [
                    .. from one in _board.Gpio.Changes(Number(request, "pin"))
                       select new JsonArray(one.TimeMs, one.IsHigh),
                ];
                return new JsonObject { ["ok"] = true, ["changes"] = new JsonArray(changes) };
            case "board":
                return new JsonObject
                {
                    ["ok"] = true,
                    ["boots"] = _board.Boots,
                    ["powered"] = _board.IsPowered,
                    ["online"] = _board.IsOnline,
                    ["uncaught"] = _board.UncaughtExceptions,
                };
            default:
                throw new FormatException("No such op.");
        }
    }

    private JsonObject Scan()
    {
        AirEvent? heard = _board.World.Air.Now.FirstOrDefault(one => one.Board == _board);
        return heard is null ? new JsonObject { ["ok"] = false } : new JsonObject
        {
            ["ok"] = true,
            ["advertisement"] = Hex(heard.Advertisement),
            ["response"] = Hex(heard.ScanResponse),
        };
    }

    private JsonObject Discover()
    {
        JsonNode?[] found =
        [
            .. from one in _central.Discover()
               select new JsonObject
               {
                   ["service"] = one.Service.ToString(),
                   ["uuid"] = one.Uuid.ToString(),
                   ["properties"] = one.Properties,
               },
        ];
        return new JsonObject { ["ok"] = _central.IsConnected, ["characteristics"] = new JsonArray(found) };
    }

    private static int Number(JsonNode request, string name) =>
        (int?)request[name] ?? throw new FormatException($"It lacks {name}.");

    private static Guid UuidOf(JsonNode request) => Guid.Parse((string?)request["uuid"] ?? "");
}
