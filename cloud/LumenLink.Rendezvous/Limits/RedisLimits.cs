using System.Globalization;
using LumenLink.Rendezvous.Replicas;
using StackExchange.Redis;

namespace LumenLink.Rendezvous.Limits;

/// <summary>
/// Limits in Redis: one script for each call, which Redis runs alone and by its own clock, so that all replicas
/// together allow what <see cref="Gcra"/> does. What it keeps of a client ends by itself.
/// </summary>
internal sealed class RedisLimits(RedisLink link)
{
    /// <summary>What the keys begin with; the client follows.</summary>
    public const string Prefix = "lumenlink:limit:";

    /// <summary>
    /// <see cref="Gcra.Judge"/> in numbers that Lua holds exactly: microseconds since 1970 have 51 bits.
    /// </summary>
    private static readonly string Script = string.Create(CultureInfo.InvariantCulture, $$"""
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local interval = tonumber(ARGV[1])
        local window = interval * ARGV[2]
        local full = tonumber(redis.call('GET', KEYS[1])) or 0
        if not (full > now) then full = now end
        if full > now + window then full = now + window end
        if full + interval - now > window then return {0, full, now} end
        full = full + interval
        local kept = math.ceil((full - now) / 1000) + {{LimitPolicy.KeptLonger.TotalMilliseconds}}
        redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', string.format('%.0f', kept))
        return {1, full, now}
        """);

    /// <summary>Judges one call.</summary>
    /// <returns>Null when Redis does not say.</returns>
    public async ValueTask<GcraDecision?> JudgeAsync(string client, GcraRate rate)
    {
        (bool isAnswered, RedisResult? answer) = await link.AskAsync(
            redis => redis.ScriptEvaluateAsync(Script, [Prefix + client], [rate.IntervalUs, rate.Burst]));
        return isAnswered && (long[]?)answer is [var allowed, var fullAtUs, var nowUs]
            ? new GcraDecision(allowed == 1, fullAtUs, nowUs)
            : null;
    }
}
