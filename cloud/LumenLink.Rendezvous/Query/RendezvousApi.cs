using System.Text.Json;
using System.Text.Json.Serialization;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Admin;
using LumenLink.Rendezvous.Fleet;
using LumenLink.Rendezvous.Follow;
using LumenLink.Rendezvous.Frames;
using LumenLink.Rendezvous.Limits;
using LumenLink.Rendezvous.Packs;
using LumenLink.Rendezvous.Resolve;
using LumenLink.Rendezvous.Surface;

namespace LumenLink.Rendezvous.Query;

/// <summary>The HTTP API: its services and its paths, one call each.</summary>
internal static class RendezvousApi
{
    /// <summary>
    /// Registers what the API needs besides the store, the live feed, the metrics and the readiness check.
    /// </summary>
    public static IServiceCollection AddRendezvousApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict; // else they are described as text too
            options.SerializerOptions.Converters.Add(
                new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, false));
        });
        services.AddProblemDetails();
        services.AddExceptionHandler<ProblemHandler>();
        services.AddSingleton<StreamEndpoint>();
        services.AddSingleton<ApiDescription>();
        services.AddSingleton<PostGate>();
        services.AddSingleton<LateFrames>();
        services.AddSingleton<FrameExchange>();
        services.AddSingleton<FramesEndpoint>();
        services.AddSingleton<AddressGate>();
        services.AddSingleton<AttestEndpoints>();
        services.AddSingleton<KeyBook>();
        services.AddSingleton<AccessGate>();
        services.AddSingleton(new LimitPolicy());
        services.AddSingleton<RateLimiter>();
        services.AddSingleton<FleetReadings>();
        services.AddSingleton<PackBook>();
        services.AddSingleton<Journeys>();
        services.AddSingleton<MetricsGate>();
        return services.AddOpenApi("v1", options =>
        {
            options.AddDocumentTransformer<ApiDescription>();
            options.AddOperationTransformer<ApiDescription>();
            options.AddSchemaTransformer<ApiSchemas>();
        });
    }

    /// <summary>Maps /health, /health/ready, /metrics, /openapi/v1.json, /.well-known/jwks.json and /api/v1.</summary>
    public static void MapRendezvousApi(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { SuppressDiagnosticsCallback = _ => true });
        app.UseStatusCodePages(ProblemHandler.AnswerStatusAsync);
        app.UseCors();
        app.UseAccess();
        app.UseRateLimit();
        app.UseAnswerTags();
        app.MapOpenApi("/openapi/{documentName:regex(^v1$)}.json").Requires(Scope.Open).WithTag();
        app.MapHealth();
        RouteGroupBuilder api = app.MapGroup("/api/v1");
        api.RequireCors(CrossOrigin.Policy);
        api.MapFleet();
        api.MapStatuses();
        ResolveEndpoint.Map(api);
        api.MapSightings();
        api.MapTrace();
        api.MapAlarms();
        StreamEndpoint.Map(api);
        FramesEndpoint.Map(app);
        app.MapPacks();
        AttestEndpoints.Map(app);
        app.MapAdmin();
    }
}
