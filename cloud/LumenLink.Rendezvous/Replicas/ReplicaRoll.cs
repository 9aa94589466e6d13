using System.Globalization;
using System.Security.Cryptography;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Limits;
using LumenLink.Rendezvous.Observability;
using StackExchange.Redis;

namespace LumenLink.Rendezvous.Replicas;

/// <summary>
/// How many replicas there are: each says every few seconds that it is there, by the clock of Redis. Being answered is
/// also what tells that Redis is there; nobody else asks while it is not.
/// </summary>
internal sealed class ReplicaRoll(
    RedisLink link, RedisPolicy policy, RendezvousSettings settings, LumenMetrics metrics) : BackgroundService
{
    private const string Key = "lumenlink:replicas";
    private const int RunBytes = 8;

    private const string Script = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', now - ARGV[2]))
        redis.call('ZREMRANGEBYSCORE', KEYS[1], string.format('(%.0f', now), '+inf')
        redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[1])
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        return redis.call('ZCARD', KEYS[1])
        """;

    /// <summary>One name for each run: two of one name are two.</summary>
    private readonly string member =
        $"{settings.Replica}:{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RunBytes))}";

    private int count = LimitPolicy.ReplicasAssumed;

    /// <summary>Called after each answer of Redis; must return at once.</summary>
    public event Action? Heard;

    /// <summary>Replicas when Redis was heard of last; assumed before that.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Connects once, so that a service that begins to serve asks Redis, if it is there.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await link.ConnectAsync();
        await AnnounceAsync();
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Says that this replica is not there any more.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await link.AskAsync(redis => redis.SortedSetRemoveAsync(Key, member));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await link.WaitAsync(link.IsUp ? policy.AnnounceEvery : policy.ProbeEvery, stoppingToken);
                await AnnounceAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task AnnounceAsync()
    {
        (bool isAnswered, RedisResult? answer) = await link.ProbeAsync(redis => redis.ScriptEvaluateAsync(
            Script, [Key],
            [member, policy.MemberFor.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)]));
        if (!isAnswered)
        {
            link.Lose();
            return;
        }

        int heard = (int)Math.Clamp((long)answer!, 1, LimitPolicy.MaxReplicas);
        Volatile.Write(ref count, heard);
        metrics.Replicas.Known.Set(heard);
        link.Find();
        Heard?.Invoke();
    }
}
