using CsCheck;
using LumenLink.Rendezvous.Limits;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Limits;

/// <summary>The rule itself, and what a process keeps for it.</summary>
public sealed class GcraTests
{
    private static readonly Gen<GcraRate> Rates =
        Gen.Select(Gen.Long[1, 5000], Gen.Int[1, 20], (interval, burst) => new GcraRate(interval, burst));

    private static readonly Gen<long[]> Steps = Gen.OneOf(
        Gen.Long[0, 3].Array[1, 200], Gen.Long[0, 20_000].Array[1, 200], Gen.Const(0L).Array[1, 50]);

    [Fact]
    public void No_time_sees_more_calls_than_burst_and_rate_allow() => Gen.Select(Rates, Steps).Sample((rate, steps) =>
    {
        List<long> allowed = [];
        long now = 1_764_000_000_000_000;
        long fullAt = 0;
        foreach (long step in steps)
        {
            now += step;
            GcraDecision decision = Gcra.Judge(fullAt, now, rate);
            fullAt = decision.FullAtUs;
            if (decision.IsAllowed)
                allowed.Add(now);
            Assert.InRange(decision.Remaining(rate), 0, rate.Burst);
        }

        for (int first = 0; first < allowed.Count; first++)
        {
            for (int last = first; last < allowed.Count; last++)
            {
                long earned = (allowed[last] - allowed[first]) / rate.IntervalUs;
                Assert.True(last - first + 1 <= rate.Burst + earned, $"{rate}: {last - first + 1} calls");
            }
        }
    });

    [Fact]
    public void Who_waits_as_long_as_told_is_let_in_and_a_microsecond_earlier_is_not() =>
        Gen.Select(Rates, Steps).Sample((rate, steps) =>
        {
            long now = 1_764_000_000_000_000;
            long fullAt = 0;
            foreach (long step in steps)
            {
                now += step;
                GcraDecision decision = Gcra.Judge(fullAt, now, rate);
                fullAt = decision.FullAtUs;
                long wait = decision.WaitUs(rate);
                Assert.Equal(decision.Remaining(rate) == 0, wait > 0);
                Assert.True(Gcra.Judge(fullAt, now + wait, rate).IsAllowed);
                if (wait > 0)
                    Assert.False(Gcra.Judge(fullAt, now + wait - 1, rate).IsAllowed);
            }
        });

    [Fact]
    public void The_policy_is_a_hundred_a_minute_and_shares_sum_to_it()
    {
        LimitPolicy policy = new();
        Assert.Equal(new GcraRate(600_000, 10), policy.Whole);
        Assert.Equal(new GcraRate(1_200_000, 5), policy.ShareOf(2));
        for (int replicas = 1; replicas <= policy.Burst; replicas++)
        {
            GcraRate share = policy.ShareOf(replicas);
            Assert.InRange(replicas * share.Burst, 1, policy.Burst);
            Assert.Equal(policy.Whole.IntervalUs, share.IntervalUs / replicas);
        }
    }

    [Fact]
    public void A_process_keeps_the_rule_for_each_of_many_clients_and_forgets_nobody_too_early() =>
        Gen.Select(Gen.Int[0, 4], Gen.Long[0, 400_000]).Array[1, 300].Sample(calls =>
        {
            ManualTime time = new();
            GcraRate rate = new(100_000, 4);
            MemoryLimits limits = new(100, time);
            long[] fullAt = new long[5];
            foreach ((int client, long step) in calls)
            {
                time.Advance(TimeSpan.FromMicroseconds(step));
                GcraDecision told = limits.Judge($"{client}", rate);
                Assert.Equal(Gcra.Judge(fullAt[client], told.NowUs, rate), told);
                fullAt[client] = told.FullAtUs;
            }
        });

    [Fact]
    public void Clients_without_end_do_not_grow_what_a_process_keeps()
    {
        ManualTime time = new();
        LimitPolicy policy = new();
        MemoryLimits limits = new(policy.MaxClients, time);
        for (int i = 0; i < 4 * policy.MaxClients; i++)
        {
            limits.Judge($"10.{i}", policy.Whole);
            Assert.InRange(limits.Count, 1, policy.MaxClients);
        }

        time.Advance(TimeSpan.FromMicroseconds(policy.Whole.WindowUs));
        limits.Judge("one", policy.Whole);
        time.Advance(TimeSpan.FromMicroseconds(policy.Whole.WindowUs));
        limits.Judge("one", policy.Whole);
        Assert.Equal(2, limits.Count); // in each table once
    }
}
