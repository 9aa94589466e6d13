using System.Globalization;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Composition;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Limits;
using LumenLink.Rendezvous.Resolve;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LumenLink.Bench.Resolve;

/// <summary>
/// The whole service in a process of its own, with one endpoint more: it takes the same body and does nothing, behind
/// the same middleware.
/// </summary>
internal static class ResolveHost
{
    /// <summary>Where the empty endpoint is.</summary>
    public const string EmptyPath = "/api/v1/empty";

    /// <summary>What the process prints before its figures when it serves.</summary>
    public const string Ready = "serving ";

    /// <summary>The variable that has the master key.</summary>
    public const string KeyVariable = "LUMENLINK_BENCH_KEY";

    /// <summary>The variable that has the address of Redis.</summary>
    public const string RedisVariable = "LUMENLINK_BENCH_REDIS";

    /// <summary>The limiter works as in production, and no client of a benchmark reaches its limit.</summary>
    private static readonly LimitPolicy Policy = new() { PerMinute = 6_000_000, Burst = 100_000 };

    /// <summary>Serves until its input ends. Prints port and seconds of loading.</summary>
    public static async Task RunAsync(string databaseUrl)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var op = new BenchOperator(now);
        var box = new SecretBox(Convert.FromBase64String(Environment.GetEnvironmentVariable(KeyVariable)!));
        var material = new TrustMaterial(
            new KeyRings(KeyRing.Of(op.OpenKey()), null, null), DeviceCaFolder.Of(op.Pinned(now)),
            ReferencePolicy.Default, 0, ServiceEnvironment.Development);
        await using IRendezvousStore store = StoreFactory.Create(DatabaseSettings.Parse(databaseUrl, ""));
        await using WebApplication app = ServiceHost.Build(
            new RendezvousSettings
            {
                HttpPort = 0,
                MqttPort = 0,
                MetricsPort = 0,
                RedisUrl = Environment.GetEnvironmentVariable(RedisVariable),
            },
            store, box, material,
            services =>
            {
                services.AddLogging(logging => logging.ClearProviders());
                services.AddSingleton(Policy);
            });
        app.MapGroup("/api/v1").RequireCors(LumenLink.Rendezvous.Query.CrossOrigin.Policy)
            .MapPost("/empty", () => Results.Empty).Requires(Scope.Find);
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        await app.StartAsync();
        await app.Services.GetRequiredService<EidKeeper>().Loaded;
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalSeconds;
        await Console.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{Ready}{ServiceHost.Ports(app).First()} {seconds:F3}"));
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        await app.StopAsync();
    }
}
