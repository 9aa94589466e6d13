using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Replicas;

namespace LumenLink.Rendezvous.Limits;

/// <summary>Whether a call may be made, and who says so; metric label.</summary>
internal enum LimitOutcome
{
    /// <summary>It may.</summary>
    Allowed,

    /// <summary>Its client makes too many.</summary>
    Refused,

    /// <summary>It may, says this replica by itself: Redis is away.</summary>
    AllowedByShare,

    /// <summary>Its client makes more than this replica's share.</summary>
    RefusedByShare,
}

/// <summary>A call that was judged.</summary>
/// <param name="Decision">Whether it may be made.</param>
/// <param name="Rate">By what rate.</param>
/// <param name="IsShare">True for this replica's share of the rate: Redis is away.</param>
internal readonly record struct LimitVerdict(GcraDecision Decision, GcraRate Rate, bool IsShare)
{
    /// <summary>The two in one word.</summary>
    public LimitOutcome Outcome => (Decision.IsAllowed, IsShare) switch
    {
        (true, false) => LimitOutcome.Allowed,
        (false, false) => LimitOutcome.Refused,
        (true, true) => LimitOutcome.AllowedByShare,
        _ => LimitOutcome.RefusedByShare,
    };
}

/// <summary>
/// Says whether a client may make a call: by Redis; by a share of the allowance for each replica while Redis is away;
/// by itself where no Redis is set.
/// </summary>
internal sealed class RateLimiter(
    LimitPolicy policy, TimeProvider time, LumenMetrics metrics, RedisLink? link = null, ReplicaRoll? replicas = null,
    ILimitObserver? observer = null)
{
    private readonly MemoryLimits memory = new(policy.MaxClients, time);
    private readonly RedisLimits? redis = link is null ? null : new RedisLimits(link);

    /// <summary>Judges one call.</summary>
    public async ValueTask<LimitVerdict> JudgeAsync(string client)
    {
        LimitVerdict verdict = await VerdictAsync(client);
        metrics.Replicas.Limited(verdict.Outcome).Inc();
        observer?.Judged(client, verdict);
        return verdict;
    }

    private async ValueTask<LimitVerdict> VerdictAsync(string client)
    {
        if (redis is null)
            return new LimitVerdict(memory.Judge(client, policy.Whole), policy.Whole, IsShare: false);
        if (await redis.JudgeAsync(client, policy.Whole) is { } decision)
            return new LimitVerdict(decision, policy.Whole, IsShare: false);
        GcraRate share = policy.ShareOf(replicas?.Count ?? LimitPolicy.ReplicasAssumed);
        return new LimitVerdict(memory.Judge(client, share), share, IsShare: true);
    }
}

/// <summary>Hears of every verdict, as a test does.</summary>
internal interface ILimitObserver
{
    /// <summary>A call of this client was judged.</summary>
    void Judged(string client, LimitVerdict verdict);
}
