using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Frames;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Control;

/// <summary>A service over SQLite with a beacon that is commanded through the API.</summary>
internal sealed class ControlScene : IAsyncDisposable
{
    private uint sequence;

    private ControlScene(RunningService service, TestBeacon beacon)
    {
        Service = service;
        Beacon = beacon;
        Posts = new PostClient(service, beacon);
    }

    public RunningService Service { get; }

    public TestBeacon Beacon { get; }

    public PostClient Posts { get; }

    public BeaconSession Session => Beacon.Session!;

    public string Path => $"/api/v1/admin/beacons/{Beacon.IdText}";

    public static async Task<ControlScene> StartAsync()
    {
        RunningService service = await RunningService.StartAsync();
        return new ControlScene(service, await service.EnrolAsync("attic"));
    }

    public async ValueTask DisposeAsync() => await Service.DisposeAsync();

    /// <summary>Asks for a command at a replica; its id.</summary>
    public async Task<uint> CommandAsync(string command, object? more = null, RunningService? at = null)
    {
        using HttpResponseMessage response = await (at ?? Service).Http.PostAsync(
            new Uri($"{Path}/commands", UriKind.Relative), JsonContent.Create(more ?? new { command }));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        JsonElement answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        uint id = answer.GetProperty("id").GetUInt32();
        Assert.Equal($"{Path}/commands/{id}", response.Headers.Location?.ToString());
        Assert.Equal((command, "waiting"),
            (answer.GetProperty("name").GetString(), answer.GetProperty("state").GetString()));
        return id;
    }

    /// <summary>Gives the beacon a configuration; its version.</summary>
    public async Task<uint> ConfigureAsync(string lines)
    {
        using HttpResponseMessage response = await Service.Http.PutAsync(
            new Uri($"{Path}/configuration", UriKind.Relative), new StringContent(lines));
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement
            .GetProperty("version").GetUInt32();
    }

    /// <summary>A member of a command as the API has it.</summary>
    public async Task<string?> CommandAsync(uint id, string member) =>
        $"{(await Service.ReadAsync($"{Path}/commands/{id}")).GetProperty(member)}";

    /// <summary>A member of the configuration that is wanted.</summary>
    public async Task<string?> ConfigurationAsync(string member) =>
        $"{(await Service.ReadAsync($"{Path}/configuration")).GetProperty("current").GetProperty(member)}";

    /// <summary>A frame of one new record.</summary>
    public byte[] Records() => Session.Records(Beacon.Boot, 1, TestRecords.Report(++sequence, [sequence]));

    /// <summary>Sends a status that tells a version in effect.</summary>
    public Task TellAsync(uint configVersion) =>
        Service.SendAsync(Beacon, TestRecords.Status(++sequence, configVersion));

    /// <summary>Attests and confirms the session by records, both through the frame handler alone.</summary>
    public async Task AttestAsync()
    {
        Assert.Equal(IngestOutcome.Attested, await Service.AttestAsync(Beacon));
        Assert.Empty(await BehindAsync());
    }

    /// <summary>Connects to the broker, attests there and is served.</summary>
    public async Task<TestClient> ConnectAsync()
    {
        TestClient client = await TestClient.ConnectAsync(Service.Get<EmbeddedBroker>().Port, Beacon);
        await client.AttestAsync();
        await ServeAsync(client);
        return client;
    }

    /// <summary>Publishes a record and takes its receipt, and nothing that comes before it.</summary>
    public async Task ServeAsync(TestClient client)
    {
        await client.PublishAsync(Records());
        Session.Receipt(await client.NextAsync());
    }

    /// <summary>Looks at the store now, as the service does each second.</summary>
    public Task LookAsync() => Service.Get<ControlPush>().LookAsync(default);

    /// <summary>What comes down behind the receipt of a record that comes after a look at the store.</summary>
    public async Task<byte[][]> BehindAsync()
    {
        await LookAsync();
        FrameAnswer answer = await Service.HandleAsync(Beacon, Records());
        Assert.Equal(IngestOutcome.Accepted, answer.Outcome);
        Session.Receipt(answer.Reply.ToArray());
        return [.. answer.Behind.Select(frame => frame.ToArray())];
    }

    /// <summary>The one command behind the next receipt.</summary>
    public async Task<CommandFrame> NextCommandAsync() => Session.Command(Assert.Single(await BehindAsync()));

    /// <summary>Hands an acknowledgement in; its outcome.</summary>
    public async Task<IngestOutcome> AckAsync(
        ControlSubject subject, uint number, ControlOutcome outcome = ControlOutcome.Done, string detail = "") =>
        (await Service.HandleAsync(Beacon, Session.Ack(subject, number, outcome, detail))).Outcome;

    public double Count(IngestOutcome outcome) => Service.Get<LumenMetrics>().Frames(outcome).Value;
}
