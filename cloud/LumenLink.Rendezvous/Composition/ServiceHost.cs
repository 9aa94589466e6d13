using System.Net;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Dashboard;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Surface;
using LumenLink.Rendezvous.Trust;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace LumenLink.Rendezvous.Composition;

/// <summary>
/// The serve command: one process with HTTP on loopback, metrics and the embedded broker where the settings say, or
/// the service as a client of a broker beside it.
/// </summary>
internal static class ServiceHost
{
    /// <summary>Builds the application; nothing listens before it is started.</summary>
    /// <param name="settings">What the process was told.</param>
    /// <param name="store">The store; the caller disposes of it.</param>
    /// <param name="box">The master key.</param>
    /// <param name="material">What the operator gave.</param>
    /// <param name="replace">Puts parts in place of registered ones, such as the clock; null keeps them all.</param>
    public static WebApplication Build(
        RendezvousSettings settings, IRendezvousStore store, SecretBox box, TrustMaterial material,
        Action<IServiceCollection>? replace = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                ApplicationName = "LumenLink.Rendezvous", // whichever program hosts it, its static files are the same
                ContentRootPath = AppContext.BaseDirectory,
                EnvironmentName = settings.IsProduction ? Environments.Production : Environments.Development,
            });
        builder.WebHost.UseUrls().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, settings.HttpPort);
            kestrel.Listen(settings.MetricsAddress, settings.MetricsPort);
        });
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddRendezvous(settings, store, box, material);
        RegisterParts(builder.Services, settings);
        if (settings.IsSupervised)
            builder.Services.AddSingleton<IHostLifetime, SupervisedLifetime>();
        replace?.Invoke(builder.Services);

        WebApplication app = builder.Build();
        app.UseAnswerHeaders();
        app.KeepPortsApart(settings);
        app.UseResponseCompression();
        MapParts(app);
        app.Lifetime.ApplicationStarted.Register(() => LogReady(app, store));
        if (settings.TraceUrl is { } traces && TraceAddress.Read(traces, out _) is { } collector)
        {
            app.Services.GetRequiredService<ILogger<LumenTraces>>()
                .TracesSent(collector.Authority, settings.TraceOneIn);
        }

        return app;
    }

    /// <summary>Services of the HTTP API and of the dashboard are registered here, one call each.</summary>
    private static void RegisterParts(IServiceCollection services, RendezvousSettings settings) =>
        AnswerCompression.AddTo(services.AddRendezvousApi()).AddCrossOrigin(settings).AddDashboard();

    /// <summary>The HTTP API and the dashboard are mapped here, one call each.</summary>
    private static void MapParts(WebApplication app)
    {
        app.MapRendezvousApi();
        app.MapDashboard();
    }

    private static void LogReady(WebApplication app, IRendezvousStore store)
    {
        int[] ports = [.. Ports(app)];
        ILogger logger = app.Services.GetRequiredService<ILogger<IBroker>>();
        if (app.Services.GetService<EmbeddedBroker>() is { } embedded)
            logger.Ready(ports[0], embedded.Port, ports[1], store.Engine);
        else
            logger.ReadyBeside(ports[0], ports[1], store.Engine, $"{app.Services.GetRequiredService<BrokerAddress>()}");
    }

    /// <summary>The HTTP port and the metrics port that are listened on, once started.</summary>
    internal static IEnumerable<int> Ports(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses
            .Select(address => new Uri(address).Port);

    /// <summary>The metrics port shows metrics only, and production shows them nowhere else.</summary>
    private static void KeepPortsApart(this WebApplication app, RendezvousSettings settings)
    {
        app.Use((context, next) =>
        {
            bool isMetricsPort = context.Connection.LocalPort != Ports(app).First();
            bool isMetrics = context.Request.Path.StartsWithSegments("/metrics"); // routing takes "/metrics/" too
            if (isMetrics ? isMetricsPort || !settings.IsProduction : !isMetricsPort)
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }
}
