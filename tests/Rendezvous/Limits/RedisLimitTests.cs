using System.Globalization;
using System.Net;
using System.Text.Json;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Limits;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Replicas;
using LumenLink.Tests.Rendezvous.Store;
using LumenLink.Tests.Rendezvous.Support;
using LumenLink.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace LumenLink.Tests.Rendezvous.Limits;

/// <summary>Limits of two replicas over one real Redis.</summary>
public sealed class RedisLimitTests
{
    private const string Call = "/api/v1/gateways";

    /// <summary>Quicker than production's, so that paces around it take no minutes.</summary>
    private static readonly LimitPolicy Quick = new() { PerMinute = 1200, Burst = 10 };

    /// <summary>Nothing is earned while a test runs.</summary>
    private static readonly LimitPolicy Slow = new() { PerMinute = 1, Burst = 10 };

    [RedisFact]
    public async Task What_two_replicas_let_in_at_any_pace_is_what_the_rule_lets_in()
    {
        await using RedisReplicas service = await RedisReplicas.StartAsync(Quick); // their own clock stands still
        double earnedMs = Quick.Whole.IntervalUs / 1000.0;
        foreach (double pace in (double[])[0, 0.3, 0.9, 1.1, 3])
        {
            (string key, string id) = await service.First.AddKeyAsync(ApiRole.Viewer);
            int allowed = await CallAsync(service.Both, key, 40, TimeSpan.FromMilliseconds(pace * earnedMs));
            LimitVerdict[] verdicts = service.Limits.Of(id);
            Assert.Equal(40, verdicts.Length);
            Assert.Equal(allowed, AssertByTheRule(verdicts));
            Assert.True(pace < 3 || allowed == 40, $"{allowed} of 40 calls at a third of the rate");
        }
    }

    [RedisFact]
    public async Task Eleven_calls_over_two_replicas_give_one_refusal_and_clients_are_apart()
    {
        await using RedisReplicas service = await RedisReplicas.StartAsync(Slow);
        (string one, _) = await service.First.AddKeyAsync(ApiRole.Viewer);
        (string other, _) = await service.First.AddKeyAsync(ApiRole.Viewer);
        Assert.Equal(10, await CallAsync(service.Both, one, 11, TimeSpan.Zero));
        Assert.Equal(10, await CallAsync(service.Both, other, 11, TimeSpan.Zero));
        using HttpResponseMessage refused = await service.Second.SendAsync(one, HttpMethod.Get, Call);
        await RunningService.ProblemAsync(refused, HttpStatusCode.TooManyRequests, "rate_limited");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        JsonElement ready = await service.First.ReadAsync("/health/ready");
        Assert.Equal(
            ("ready", "ok"),
            (ready.GetProperty("status").GetString(), ready.GetProperty("parts").GetProperty("redis").GetString()));
    }

    [RedisFact]
    public async Task Without_Redis_each_replica_gives_its_share_and_says_so_until_Redis_is_back()
    {
        await using RedisReplicas service = await RedisReplicas.StartAsync(Slow);
        (string key, string id) = await service.First.AddKeyAsync(ApiRole.Viewer);
        await service.KillRedisAsync();
        foreach (RunningService replica in service.Both)
        {
            Assert.Equal(5, await CallAsync([replica], key, 8, TimeSpan.Zero)); // half of ten
            using HttpResponseMessage refused = await replica.SendAsync(key, HttpMethod.Get, Call);
            Assert.Equal("\"replica-share\";q=5;w=600", Assert.Single(refused.Headers.GetValues("RateLimit-Policy")));
            JsonElement ready = await replica.ReadAsync("/health/ready");
            Assert.Equal("degraded", ready.GetProperty("status").GetString());
            Assert.Contains(
                "limits are shared out", ready.GetProperty("parts").GetProperty("redis").GetString(),
                StringComparison.Ordinal);
            string metrics = await replica.Http.GetStringAsync(new Uri(replica.MetricsAddress, "/metrics"));
            Assert.Contains("lumenlink_redis_up 0\n", metrics, StringComparison.Ordinal);
            Assert.Contains("outcome=\"RefusedByShare\"} 4\n", metrics, StringComparison.Ordinal);
        }

        Assert.All(service.Limits.Of(id), verdict => Assert.True(verdict.IsShare));
        await service.RestartRedisAsync();
        Assert.Equal(10, await CallAsync(service.Both, key, 12, TimeSpan.Zero));
        JsonElement well = await service.Second.ReadAsync("/health/ready");
        Assert.Equal("ready", well.GetProperty("status").GetString());
    }

    [RedisFact]
    public async Task The_script_counts_as_the_rule_whatever_lies_in_Redis()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisLink link = await ConnectAsync(server, new RedisPolicy { AnswerWithin = Patience });
        RedisLimits limits = new(link);
        GcraRate rate = new(700_001, 7);
        long nowUs = (await limits.JudgeAsync("clock", rate))!.Value.NowUs;
        Random random = new(7);
        for (int i = 0; i < 2000; i++)
        {
            long stored = nowUs + random.NextInt64(-rate.WindowUs, 2 * rate.WindowUs);
            await SetAsync("one", stored.ToString(CultureInfo.InvariantCulture));
            GcraDecision told = (await limits.JudgeAsync("one", rate))!.Value;
            Assert.Equal(Gcra.Judge(stored, told.NowUs, rate), told);
            Assert.True(told.NowUs >= nowUs);
            nowUs = told.NowUs;
        }

        foreach (string garbage in (string[])["", "x", "nan", "-nan", "inf", "-inf", "1e300", "-5", "0x10", "{}"])
        {
            await SetAsync("one", garbage);
            GcraDecision told = (await limits.JudgeAsync("one", rate))!.Value;
            Assert.InRange(told.FullAtUs, told.NowUs, told.NowUs + rate.WindowUs);
            Assert.Equal(Gcra.Judge(garbage is "inf" or "1e300" ? long.MaxValue : 0, told.NowUs, rate), told);
        }

        async Task SetAsync(string client, string value) => Assert.True(
            (await link.AskAsync(redis => redis.StringSetAsync(RedisLimits.Prefix + client, value))).Answer);
    }

    [RedisFact]
    public async Task Everything_that_is_kept_in_Redis_ends_by_itself()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisLink link = await ConnectAsync(server, new RedisPolicy { AnswerWithin = Patience });
        RedisLimits limits = new(link);
        const int Clients = 100_000;
        GcraRate rate = new(TimeSpan.FromHours(1).Ticks / TimeSpan.TicksPerMicrosecond, 10); // none ends meanwhile
        foreach (IEnumerable<int> some in Enumerable.Range(0, Clients).Chunk(1000))
        {
            await Task.WhenAll(some.Select(async i =>
                Assert.True((await limits.JudgeAsync($"2001:db8:0:{i:x}::", rate))!.Value.IsAllowed)));
        }

        string keys = (await link.AskAsync(async redis =>
            (string?)await redis.ScriptEvaluateAsync("return redis.call('INFO', 'keyspace')"))).Answer!;
        Assert.Contains($"keys={Clients},expires={Clients},", keys, StringComparison.Ordinal);
        await limits.JudgeAsync("one", new LimitPolicy().Whole);
        TimeSpan left =
            (await link.AskAsync(redis => redis.KeyTimeToLiveAsync(RedisLimits.Prefix + "one"))).Answer!.Value;
        Assert.InRange(left, TimeSpan.Zero, TimeSpan.FromSeconds(7));
    }

    [RedisFact]
    public async Task A_Redis_that_hangs_costs_one_wait_and_no_later_call_anything()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisLink link = await ConnectAsync(server, new RedisPolicy());
        int asked = 0;
        TaskCompletionSource<int> never = new();
        Assert.False((await AskAsync()).IsAnswered);
        Assert.False(link.IsUp);
        for (int i = 0; i < 1000; i++)
            Assert.False((await AskAsync()).IsAnswered);
        Assert.Equal(1, asked);

        ValueTask<(bool IsAnswered, int Answer)> AskAsync() => link.AskAsync(_ =>
        {
            asked++;
            return never.Task;
        });
    }

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Whether each verdict is what the rule says of those before it; how many were let in.</summary>
    private static int AssertByTheRule(LimitVerdict[] verdicts)
    {
        long fullAtUs = 0;
        foreach (LimitVerdict verdict in verdicts)
        {
            Assert.False(verdict.IsShare);
            Assert.Equal(Gcra.Judge(fullAtUs, verdict.Decision.NowUs, Quick.Whole), verdict.Decision);
            fullAtUs = verdict.Decision.FullAtUs;
        }

        return verdicts.Count(verdict => verdict.Decision.IsAllowed);
    }

    /// <summary>Makes calls by turns, one at each tick, or all at once; how many were let in.</summary>
    private static async Task<int> CallAsync(RunningService[] replicas, string key, int count, TimeSpan pace)
    {
        List<Task<HttpResponseMessage>> calls = [];
        using PeriodicTimer? timer = pace > TimeSpan.Zero ? new PeriodicTimer(pace) : null;
        for (int i = 0; i < count; i++)
        {
            if (timer is not null)
                await timer.WaitForNextTickAsync();
            calls.Add(replicas[i % replicas.Length].SendAsync(key, HttpMethod.Get, Call));
        }

        int allowed = 0;
        foreach (Task<HttpResponseMessage> call in calls)
        {
            using HttpResponseMessage response = await call;
            Assert.Contains(response.StatusCode, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.TooManyRequests]);
            allowed += response.StatusCode == HttpStatusCode.OK ? 1 : 0;
        }

        return allowed;
    }

    private static async Task<RedisLink> ConnectAsync(RedisServer server, RedisPolicy policy)
    {
        RedisLink link = new(
            RedisAddress.Read(server.Url, out _)!, policy, new LumenMetrics(Metrics.NewCustomRegistry()),
            NullLogger<RedisLink>.Instance);
        await link.ConnectAsync();
        link.Find();
        return link;
    }
}
