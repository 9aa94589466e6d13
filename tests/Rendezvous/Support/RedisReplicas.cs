using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Limits;
using LumenLink.Rendezvous.Replicas;
using LumenLink.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;

namespace LumenLink.Tests.Rendezvous.Support;

/// <summary>Two replicas over one database and one Redis.</summary>
internal sealed class RedisReplicas : IAsyncDisposable
{
    /// <summary>A busy machine is no Redis that is away.</summary>
    private static readonly RedisPolicy Patient = new()
    {
        AnswerWithin = TimeSpan.FromSeconds(20),
        ProbeEvery = TimeSpan.FromMilliseconds(50),
        AnnounceEvery = TimeSpan.FromMilliseconds(100),
        ConnectWithin = TimeSpan.FromSeconds(20),
        FirstWait = TimeSpan.FromMilliseconds(20),
        LongestWait = TimeSpan.FromMilliseconds(200),
    };

    private RedisReplicas(RedisServer redis, LimitRecord limits, RunningService first, RunningService second) =>
        (Redis, Limits, First, Second) = (redis, limits, first, second);

    public RedisServer Redis { get; }

    public LimitRecord Limits { get; }

    public RunningService First { get; }

    public RunningService Second { get; }

    public RunningService[] Both => [First, Second];

    /// <summary>Starts all of it; each replica knows of the other.</summary>
    public static async Task<RedisReplicas> StartAsync(
        LimitPolicy? policy = null, Action<IServiceCollection>? replace = null,
        ServiceEnvironment environment = ServiceEnvironment.Development)
    {
        RedisServer redis = await RedisServer.StartAsync();
        LimitRecord limits = new();
        RunningService first = await RunningService.StartAsync(
            settings: ports => new RendezvousSettings
            {
                HttpPort = ports.Http,
                MqttPort = ports.Mqtt,
                MetricsPort = ports.Metrics,
                Environment = environment,
                RedisUrl = redis.Url,
            },
            replace: services =>
            {
                if (policy is not null)
                    services.AddSingleton(policy);
                services.AddSingleton(Patient);
                services.AddSingleton<ILimitObserver>(limits);
                replace?.Invoke(services);
            });
        RunningService second = await first.StartReplicaAsync();
        RedisReplicas all = new(redis, limits, first, second);
        await all.KnowEachOtherAsync();
        return all;
    }

    /// <summary>Kills Redis and waits until both replicas have noticed.</summary>
    public async Task KillRedisAsync()
    {
        await Redis.KillAsync();
        foreach (RunningService replica in Both)
        {
            await UntilAsync(replica.Get<RedisLink>(), isUp: false, async () =>
                await replica.Get<RedisLink>().AskAsync(redis => redis.PingAsync()));
        }
    }

    /// <summary>Starts Redis again, empty, and waits until both replicas have noticed and know each other.</summary>
    public async Task RestartRedisAsync()
    {
        await Redis.StartAgainAsync();
        foreach (RunningService replica in Both)
            await UntilAsync(replica.Get<RedisLink>(), isUp: true, () => Task.CompletedTask);
        await KnowEachOtherAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Second.DisposeAsync();
        await First.DisposeAsync();
        await Redis.DisposeAsync();
    }

    /// <summary>Waits for a link to turn.</summary>
    public static async Task UntilAsync(RedisLink link, bool isUp, Func<Task> provoke)
    {
        TaskCompletionSource turned = new(TaskCreationOptions.RunContinuationsAsynchronously);
        link.Turned += Look;
        try
        {
            Look();
            await provoke();
            await turned.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
        finally
        {
            link.Turned -= Look;
        }

        void Look()
        {
            if (link.IsUp == isUp)
                turned.TrySetResult();
        }
    }

    private async Task KnowEachOtherAsync()
    {
        foreach (ReplicaRoll roll in Both.Select(replica => replica.Get<ReplicaRoll>()))
        {
            TaskCompletionSource known = new(TaskCreationOptions.RunContinuationsAsynchronously);
            roll.Heard += Look;
            await known.Task.WaitAsync(TimeSpan.FromSeconds(60));
            roll.Heard -= Look;

            void Look()
            {
                if (roll.Count == Both.Length)
                    known.TrySetResult();
            }
        }
    }
}
