using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using Npgsql;

namespace LumenLink.Bench.Ingest;

/// <summary>
/// What one would write without this project: each sighting a JSON document, published at QoS 1, parsed by
/// System.Text.Json, and stored by INSERT with many rows, each statement a transaction. The PUBACK comes before the
/// commit, and nothing is signed or told apart from what came before: it does less.
/// </summary>
internal static class JsonPipeline
{
    private const int Publishers = 32;
    private const int RowsAtOnce = 500;
    private const string Topic = "sightings";

    /// <summary>Documents of rows.</summary>
    public static List<byte[]> Documents(IEnumerable<SightingRow> rows) =>
        [.. rows.Select(row => JsonSerializer.SerializeToUtf8Bytes(row))];

    /// <summary>Parses and stores; seconds that it took.</summary>
    public static async Task<double> StoreAsync(NpgsqlConnection connection, IEnumerable<byte[]> documents)
    {
        long started = Stopwatch.GetTimestamp();
        foreach (byte[][] some in documents.Chunk(RowsAtOnce))
            await InsertAsync(connection, [.. some.Select(Parse)]);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Publishes, parses and stores; seconds from the first publish to the last commit.</summary>
    public static async Task<double> PublishAsync(NpgsqlConnection connection, IReadOnlyList<byte[]> documents)
    {
        var arrived = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
        using MqttServer broker = await StartBrokerAsync(arrived.Writer, out int port);
        IMqttClient[] clients = await Task.WhenAll(
            Enumerable.Range(0, Publishers).Select(number => ConnectAsync(port, number)));
        long started = Stopwatch.GetTimestamp();
        Task publishing = Task.WhenAll(clients.Select((client, number) => Task.Run(async () =>
        {
            for (int i = number; i < documents.Count; i += Publishers)
                await client.PublishAsync(Message(documents[i]));
        })));
        await StoreArrivedAsync(connection, arrived.Reader, documents.Count);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await publishing;
        foreach (IMqttClient client in clients)
        {
            await client.DisconnectAsync();
            client.Dispose();
        }

        await broker.StopAsync();
        return seconds;
    }

    private static async Task StoreArrivedAsync(NpgsqlConnection connection, ChannelReader<byte[]> arrived, int count)
    {
        var rows = new List<SightingRow>(RowsAtOnce);
        for (int stored = 0; stored < count; stored += rows.Count)
        {
            rows.Clear();
            await arrived.WaitToReadAsync();
            while (rows.Count < RowsAtOnce && arrived.TryRead(out byte[]? document))
                rows.Add(Parse(document));
            await InsertAsync(connection, rows);
        }
    }

    private static SightingRow Parse(byte[] document) => JsonSerializer.Deserialize<SightingRow>(document);

    private static async Task InsertAsync(NpgsqlConnection connection, List<SightingRow> rows)
    {
        const int Columns = 13;
        string values = string.Join(',', Enumerable.Range(0, rows.Count).Select(row =>
            "(" + string.Join(',', Enumerable.Range((row * Columns) + 1, Columns).Select(place => $"${place}")) + ")"));
        await using NpgsqlCommand insert = new(
            $"INSERT INTO sightings ({SightingRow.Columns}) VALUES {values}", connection);
        foreach (SightingRow row in rows)
        {
            Add(row.TenantId);
            Add(row.Beacon);
            Add(row.Boot);
            Add(row.Sequence);
            Add(row.ReceivedAt);
            Add(row.WindowOpenUnixMs);
            Add(row.DurationMs);
            Add(row.Quality);
            Add(row.Radio);
            Add(row.Address);
            Add(row.AddressType);
            Add(row.KeyDay);
            Add(row.RssiDbm);
        }

        await insert.ExecuteNonQueryAsync();

        void Add<T>(T value) => insert.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
    }

    private static Task<MqttServer> StartBrokerAsync(ChannelWriter<byte[]> arrived, out int port)
    {
        port = IngestScene.FreePorts(1)[0];
        MqttServerOptions options = new MqttServerFactory().CreateServerOptionsBuilder()
            .WithDefaultEndpoint().WithDefaultEndpointPort(port)
            .WithDefaultEndpointBoundIPAddress(System.Net.IPAddress.Loopback).Build();
        MqttServer broker = new MqttServerFactory().CreateMqttServer(options);
        broker.InterceptingPublishAsync += args =>
        {
            args.ProcessPublish = false;
            arrived.TryWrite(args.ApplicationMessage.Payload.ToArray());
            return Task.CompletedTask;
        };
        return StartAsync();

        async Task<MqttServer> StartAsync()
        {
            await broker.StartAsync();
            return broker;
        }
    }

    private static async Task<IMqttClient> ConnectAsync(int port, int number)
    {
        IMqttClient client = new MqttClientFactory().CreateMqttClient();
        await client.ConnectAsync(new MqttClientOptionsBuilder()
            .WithTcpServer("127.0.0.1", port)
            .WithClientId(string.Create(CultureInfo.InvariantCulture, $"json-{number}")).Build());
        return client;
    }

    private static MqttApplicationMessage Message(byte[] document) => new()
    {
        Topic = Topic,
        PayloadSegment = document,
        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
    };
}
