using System.Net;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Live;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Replicas;
using LumenLink.Rendezvous.Resolve;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Rendezvous.Webhooks;
using Prometheus;

namespace LumenLink.Rendezvous.Composition;

/// <summary>
/// Puts the service's parts together: trust, ingest, broker. Order of starting is order of registration.
/// </summary>
internal static class RendezvousServices
{
    /// <summary>Registers everything but the store's making, HTTP endpoints and the dashboard.</summary>
    public static IServiceCollection AddRendezvous(
        this IServiceCollection services, RendezvousSettings settings, IRendezvousStore store, SecretBox box,
        TrustMaterial material)
    {
        services.AddSingleton(settings);
        services.AddSingleton(store);
        services.AddSingleton<IRegistryStore>(store);
        services.AddSingleton<IGroupStore>(store);
        services.AddSingleton<ITrustStore>(store);
        services.AddSingleton<IIngestStore>(store);
        services.AddSingleton<IControlStore>(store);
        services.AddSingleton<IQueryStore>(store);
        services.AddSingleton<IPackStore>(store);
        services.AddSingleton<IAlarmStore>(store);
        services.AddSingleton<IPoisonStore>(store);
        services.AddSingleton<IAuditStore>(store);
        services.AddSingleton<IApiKeyStore>(store);
        services.AddSingleton<IUpkeepStore>(store);
        services.AddSingleton<IFleetStore>(store);
        services.AddSingleton<IWebhookStore>(store);
        services.AddSingleton<IFollowStore>(store);
        services.AddSingleton(box);
        services.AddSingleton(material);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(NewMetrics);
        return services.AddTraceExport(settings).AddReplicas(settings).AddTrust(settings).AddIngest()
            .AddBroker(settings).AddControl().AddResolve().AddWebhooks(settings);
    }

    /// <summary>Before everything that serves, so that what serves finds Redis asked.</summary>
    private static IServiceCollection AddReplicas(this IServiceCollection services, RendezvousSettings settings)
    {
        if (settings.RedisUrl is not { } url || RedisAddress.Read(url, out _) is not { } address)
            return services;
        services.AddSingleton(address);
        services.AddSingleton(new RedisPolicy());
        services.AddSingleton<RedisLink>();
        services.AddSingleton<ReplicaRoll>();
        services.AddHostedService(provider => provider.GetRequiredService<ReplicaRoll>());
        services.AddSingleton<LiveOutbox>();
        return services.AddHostedService<SharedEvents>();
    }

    private static IServiceCollection AddTrust(this IServiceCollection services, RendezvousSettings settings)
    {
        services.AddSingleton(provider => new OperatorKeys(
            provider.GetRequiredService<TrustMaterial>().Keys, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<KeyRefresh>();
        services.AddSingleton<SharedKeys>();
        services.AddSingleton<EpochKeys>();
        services.AddSingleton<ChallengeKeys>();
        services.AddSingleton<PseudonymKeys>();
        services.AddSingleton<PostSessions>();
        services.AddSingleton<ChallengeIssuer>();
        services.AddSingleton<RefusalWriter>();
        services.AddSingleton<GrantWriter>();
        services.AddSingleton<CloneWatch>();
        services.AddSingleton<AttestationService>();
        services.AddSingleton<ExchangeGate>();
        services.AddSingleton<Revocations>();
        services.AddSingleton<Enroller>();
        services.AddSingleton<EnrolmentGroups>();
        services.AddSingleton<AttestationExchange>();
        services.AddSingleton(provider => NewSessionCache(provider));
        services.AddSingleton(provider => new TokenVerifier(
            provider.GetRequiredService<IRegistryStore>(), provider.GetRequiredService<ITrustStore>(),
            provider.GetRequiredService<CloneWatch>(), settings.Audience,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AuditHeads>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditHeads>()); // first, so it stops last
        services.AddHostedService<Housekeeping>();
        services.AddHostedService<Upkeep>();
        return services;
    }

    private static IServiceCollection AddIngest(this IServiceCollection services)
    {
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<ILiveFeed>(provider => provider.GetRequiredService<LiveFeed>());
        services.AddSingleton<LumenTraces>();
        services.AddSingleton<PendingFrames>();
        services.AddSingleton<IngestTelemetry>();
        services.AddSingleton<RecordsQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<RecordsQueue>());
        services.AddSingleton<IFrameHandler, FrameHandler>();
        services.AddSingleton<FrameIntake>();
        return services;
    }

    private static IServiceCollection AddBroker(this IServiceCollection services, RendezvousSettings settings)
    {
        services.AddSingleton<ConnectionJudge>();
        services.AddHostedService<RevocationWatch>();
        services.AddSingleton<IReadiness>(provider => new Readiness(
            provider.GetRequiredService<IRendezvousStore>(), provider.GetRequiredService<IBroker>(),
            provider.GetRequiredService<EpochKeys>(), provider.GetRequiredService<AuditHeads>(),
            provider.GetService<RedisLink>()));
        return settings.BrokerUrl is { } url && BrokerAddress.Read(url, out _) is { } address
            ? services.AddSharedBroker(settings, address)
            : services.AddEmbeddedBroker(settings);
    }

    private static IServiceCollection AddSharedBroker(
        this IServiceCollection services, RendezvousSettings settings, BrokerAddress address)
    {
        services.AddSingleton(address);
        services.AddSingleton<ClaimGate>();
        services.AddSingleton<SharedIntake>();
        if (settings.BrokerKind == BrokerKind.Mosquitto)
            services.AddSingleton<IBrokerControl, DynamicSecurity>();
        else
            services.AddSingleton<IBrokerControl, NoBrokerControl>();
        services.AddSingleton<IBrokerConnections>(provider => provider.GetRequiredService<IBrokerControl>());
        services.AddSingleton<SharedBroker>();
        services.AddSingleton<IBroker>(provider => provider.GetRequiredService<SharedBroker>());
        return services.AddHostedService(provider => provider.GetRequiredService<SharedBroker>());
    }

    private static IServiceCollection AddEmbeddedBroker(
        this IServiceCollection services, RendezvousSettings settings)
    {
        services.AddSingleton(provider => new EmbeddedBroker(
            new IPEndPoint(settings.MqttAddress, settings.MqttPort), BrokerTls.Load(settings),
            provider.GetRequiredService<ConnectionJudge>(),
            provider.GetRequiredService<FrameIntake>(),
            provider.GetRequiredService<LumenMetrics>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EmbeddedBroker>>()));
        services.AddSingleton<IBrokerConnections>(provider => provider.GetRequiredService<EmbeddedBroker>());
        services.AddSingleton<IBroker>(provider => provider.GetRequiredService<EmbeddedBroker>());
        return services.AddHostedService(provider => provider.GetRequiredService<EmbeddedBroker>());
    }

    private static IServiceCollection AddControl(this IServiceCollection services)
    {
        services.AddSingleton<PendingControl>();
        services.AddSingleton<ControlSender>();
        services.AddSingleton<Acknowledgements>();
        services.AddSingleton<ConfigurationSigner>();
        services.AddSingleton<ControlRequests>();
        services.AddSingleton<IBeaconCommander>(provider => provider.GetRequiredService<ControlRequests>());
        services.AddSingleton<ControlPush>();
        return services.AddHostedService(provider => provider.GetRequiredService<ControlPush>());
    }

    private static IServiceCollection AddResolve(this IServiceCollection services)
    {
        services.AddSingleton<UnknownEids>();
        services.AddSingleton<EidSearch>();
        services.AddSingleton<EidBook>();
        services.AddSingleton<FleetBook>();
        services.AddSingleton<EidKeeper>();
        services.AddSingleton<ResolveEndpoint>();
        return services.AddHostedService(provider => provider.GetRequiredService<EidKeeper>());
    }

    private static IServiceCollection AddWebhooks(this IServiceCollection services, RendezvousSettings settings)
    {
        services.AddSingleton(new WebhookAddress(settings.WebhookLoopback));
        services.AddSingleton(provider => new WebhookSender(provider.GetRequiredService<WebhookAddress>()));
        services.AddSingleton<WebhookDispatcher>();
        return services.AddHostedService(provider => provider.GetRequiredService<WebhookDispatcher>());
    }

    private static LumenMetrics NewMetrics(IServiceProvider provider)
    {
        LumenMetrics metrics = new(Metrics.NewCustomRegistry());
        TrustMaterial material = provider.GetRequiredService<TrustMaterial>();
        TimeProvider time = provider.GetRequiredService<TimeProvider>();
        metrics.Registry.AddBeforeCollectCallback(() =>
        {
            DateTimeOffset now = time.GetUtcNow();
            if (material.DeviceCas.Current(now).ListsLeft(now, material.Environment) is { } left)
                metrics.RevocationListsLeft.Set(left.TotalSeconds);
            else
                metrics.RevocationListsLeft.Unpublish();
        });
        return metrics;
    }

    private static SessionCache NewSessionCache(IServiceProvider provider)
    {
        SessionCache cache = new(
            provider.GetRequiredService<ITrustStore>(), provider.GetRequiredService<SecretBox>(),
            TrustPolicy.SessionCacheSize);
        LumenMetrics metrics = provider.GetRequiredService<LumenMetrics>();
        metrics.Registry.AddBeforeCollectCallback(() => metrics.Sessions.Set(cache.Count));
        return cache;
    }
}
