using System.Net;
using System.Text;
using System.Threading.Channels;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Tests.Rendezvous.Broker;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace LumenLink.Tests.Rendezvous.Observability;

/// <summary>Traces as a collector gets them: real posts over a socket.</summary>
[Collection(TracesCollection.Name)]
public sealed class TraceExportTests
{
    [Fact]
    public async Task A_collector_gets_the_spans_of_a_frame_and_nothing_of_its_content()
    {
        await using Collector collector = await Collector.StartAsync();
        await using RunningService service = await StartAsync(collector, oneIn: 1);
        TestBeacon beacon = await service.EnrolAsync("attic");
        await using TestClient client = await TestClient.ConnectAsync(service.Get<EmbeddedBroker>().Port, beacon);
        await client.AttestAsync();
        const ulong Address = 0xA1B2C3D4E5F6;
        byte[] frame = beacon.Session!.Records(beacon.Boot, 1, TestRecords.Report(1, [Address]));
        await client.PublishAsync(frame);
        Assert.True(service.Get<TracerProvider>().ForceFlush());
        (string path, string type, byte[] body) = await collector.NextAsync();
        Assert.Equal(("/v1/traces", "application/x-protobuf"), (path, type));
        string text = Encoding.Latin1.GetString(body);
        foreach (string word in (string[])
            ["receive", "authenticate", "queue", "commit", "receipt", beacon.IdText, "replica-of-this-test"])
            Assert.Contains(word, text, StringComparison.Ordinal);
        byte[][] secrets =
        [
            BitConverter.GetBytes(Address)[..6], BitConverter.GetBytes(Address)[..6].Reverse().ToArray(), frame[12..20],
            Encoding.ASCII.GetBytes("A1B2C3D4E5F6"), Encoding.ASCII.GetBytes("a1b2c3d4e5f6"),
            Encoding.ASCII.GetBytes($"{Address}"),
        ];
        Assert.All(secrets, secret => Assert.True(body.AsSpan().IndexOf(secret) < 0));
    }

    [Fact]
    public async Task One_frame_in_so_many_is_traced()
    {
        await using Collector collector = await Collector.StartAsync();
        await using RunningService service = await StartAsync(collector, RendezvousSettings.MaxTraceOneIn);
        TestBeacon beacon = await service.EnrolAsync("attic");
        await using TestClient client = await TestClient.ConnectAsync(service.Get<EmbeddedBroker>().Port, beacon);
        await client.AttestAsync();
        await client.AssertServedAsync(1);
        service.Get<TracerProvider>().ForceFlush();
        Assert.False(collector.HasAny);
    }

    [Theory]
    [InlineData("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces", true)]
    [InlineData("https://collector.example/otlp/", "https://collector.example/otlp/v1/traces", true)]
    [InlineData("http://collector.example:4318", "http://collector.example:4318/v1/traces", false)]
    public void The_collectors_address_is_its_base(string text, string address, bool isProtected)
    {
        Uri? read = TraceAddress.Read(text, out string fault);
        Assert.Equal(("", address), (fault, read?.AbsoluteUri));
        Assert.Equal(isProtected, TraceAddress.IsProtected(read!));
    }

    [Theory]
    [InlineData("collector:4318")]
    [InlineData("grpc://collector:4317")]
    [InlineData("https://user:secret@collector")]
    [InlineData("https://collector/?key=secret")]
    public void What_is_no_address_is_named_without_its_text(string text)
    {
        Assert.Null(TraceAddress.Read(text, out string fault));
        Assert.NotEmpty(fault);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    private static Task<RunningService> StartAsync(Collector collector, int oneIn) =>
        RunningService.StartAsync(settings: ports => new RendezvousSettings
        {
            HttpPort = ports.Http,
            MqttPort = ports.Mqtt,
            MetricsPort = ports.Metrics,
            TraceUrl = collector.Address,
            TraceOneIn = oneIn,
            Replica = "replica-of-this-test",
        });

    /// <summary>Takes posts of OTLP over HTTP.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly Channel<(string, string, byte[])> posts =
            Channel.CreateUnbounded<(string, string, byte[])>();

        private readonly WebApplication app;

        private Collector()
        {
            WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            app = builder.Build();
            app.Run(async context =>
            {
                using MemoryStream body = new();
                await context.Request.Body.CopyToAsync(body);
                posts.Writer.TryWrite((context.Request.Path, context.Request.ContentType ?? "", body.ToArray()));
                context.Response.ContentType = "application/x-protobuf";
            });
        }

        public string Address => app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.First();

        public bool HasAny => posts.Reader.TryPeek(out _);

        public static async Task<Collector> StartAsync()
        {
            Collector collector = new();
            await collector.app.StartAsync();
            return collector;
        }

        public async Task<(string Path, string Type, byte[] Body)> NextAsync() =>
            await posts.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
