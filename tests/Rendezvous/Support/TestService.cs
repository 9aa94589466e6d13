using LumenLink.Protocol;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Composition;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>
/// The service's own composition over a store in memory (or another), with or without its broker and writers running.
/// </summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly ServiceProvider provider;
    private readonly IRendezvousStore? over;
    private bool running;

    public TestService(
        ManualTime? time = null, MemoryStore? store = null, TestOperator? op = null, ReferencePolicy? policy = null,
        byte[]? masterKey = null, DeviceCaFolder? deviceCas = null, IRendezvousStore? over = null)
    {
        this.over = over;
        Time = time ?? new ManualTime();
        Store = store ?? new MemoryStore();
        Operator = op ?? new TestOperator(Time.Now);
        Box = new SecretBox(masterKey ?? new byte[32]);
        ServiceCollection services = new();
        services.AddLogging();
        RendezvousSettings settings = new() { MqttPort = 0, HttpPort = 0, MetricsPort = 0 };
        services.AddRendezvous(
            settings, over ?? Store, Box,
            new TrustMaterial(
                Operator.Rings, deviceCas ?? Operator.DeviceCaFolder, policy ?? ReferencePolicy.Default, 0,
                ServiceEnvironment.Development));
        services.AddSingleton<TimeProvider>(Time);
        provider = services.BuildServiceProvider(validateScopes: true);
    }

    public ManualTime Time { get; }

    public MemoryStore Store { get; }

    public TestOperator Operator { get; }

    public SecretBox Box { get; }

    public IFrameHandler Frames => Get<IFrameHandler>();

    public EmbeddedBroker Broker => Get<EmbeddedBroker>();

    public LumenMetrics Metrics => Get<LumenMetrics>();

    public T Get<T>()
        where T : notnull => provider.GetRequiredService<T>();

    public double Count(IngestOutcome outcome) => Metrics.Frames(outcome).Value;

    public double Count(TokenOutcome outcome) => Metrics.Tokens(outcome).Value;

    public async Task<TestService> StartAsync()
    {
        foreach (IHostedService service in provider.GetServices<IHostedService>())
            await service.StartAsync(CancellationToken.None);
        running = true;
        return this;
    }

    /// <summary>A beacon that is enrolled.</summary>
    public async Task<TestBeacon> EnrolAsync(string name = "attic", uint boot = 5)
    {
        TestBeacon beacon = new(name) { Boot = boot };
        await EnrolAsync(beacon, beacon.Enrolment(Operator));
        return beacon;
    }

    public async Task EnrolAsync(TestBeacon beacon, BeaconEnrolment enrolment)
    {
        byte[] eid = new byte[21];
        eid[0] = 0xE1;
        byte[] wrapped = Box.Seal(GrantWriter.EidPurpose(beacon.Id), eid);
        Assert.Equal(
            EnrolOutcome.Enrolled,
            await (over ?? Store).EnrolAsync(enrolment, wrapped, "x", Time.Now, default));
    }

    public async Task<FrameAnswer> HandleAsync(TestBeacon beacon, byte[] frame) =>
        await Frames.HandleAsync(beacon.Id, frame, FrameDoor.Mqtt, CancellationToken.None);

    /// <summary>The whole exchange through the frame handler; the beacon then holds a session.</summary>
    public async Task AttestAsync(TestBeacon beacon)
    {
        byte[] hello = beacon.Hello();
        FrameAnswer challenge = await HandleAsync(beacon, hello);
        Assert.Equal(IngestOutcome.Challenged, challenge.Outcome);
        FrameAnswer result = await HandleAsync(beacon, beacon.Evidence(hello, challenge.Reply.ToArray()));
        Assert.Equal(IngestOutcome.Attested, result.Outcome);
        Assert.True(beacon.Accept(result.Reply.ToArray()));
    }

    public async ValueTask DisposeAsync()
    {
        if (running)
        {
            foreach (IHostedService service in provider.GetServices<IHostedService>().Reverse())
                await service.StopAsync(CancellationToken.None);
        }

        await provider.DisposeAsync();
    }
}
