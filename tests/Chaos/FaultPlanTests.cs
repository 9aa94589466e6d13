using LumenLink.Chaos.Plan;

namespace LumenLink.Tests.Chaos;

/// <summary>The plan is a function of the seed.</summary>
public sealed class FaultPlanTests
{
    private const int ThreeMinutesMs = 180_000;
    private const int Replicas = 2;

    /// <summary>What a seed means is never to change: a run that found something can be had again.</summary>
    [Theory]
    [InlineData(0, 5000, FaultKind.StallBeacons, 0, 1003)]
    [InlineData(1, 11_338, FaultKind.KillReplica, 1, 526)]
    [InlineData(2, 19_720, FaultKind.FillDisk, 0, 7727)]
    [InlineData(3, 22_954, FaultKind.KillDatabase, 0, 1724)]
    public void A_seed_means_what_it_meant(int index, long atMs, object kind, int replica, int forMs) =>
        Assert.Equal(new Fault(atMs, (FaultKind)kind, replica, forMs), Make(seed: 1)[index]);

    [Fact]
    public void Equal_seeds_give_equal_plans_and_others_others()
    {
        Assert.Equal(Make(7), Make(7));
        Assert.NotEqual(Make(7), Make(8));
    }

    [Fact]
    public void A_longer_plan_begins_with_the_shorter_one()
    {
        IReadOnlyList<Fault> shorter = Make(3);
        Assert.Equal(shorter, Make(3, 10 * ThreeMinutesMs).Take(shorter.Count));
    }

    [Fact]
    public void Within_three_minutes_comes_every_kind_once_before_one_comes_twice_and_all_are_over()
    {
        for (ulong seed = 0; seed < 500; seed++)
        {
            IReadOnlyList<Fault> plan = Make(seed);
            FaultKind[] dealt = [.. plan.Take(FaultPlan.AllKinds.Count).Select(fault => fault.Kind).Order()];
            Assert.Equal(FaultPlan.AllKinds, dealt);
            Assert.All(plan, fault =>
            {
                (int min, int max) = FaultPlan.Lasts(fault.Kind);
                Assert.InRange(fault.ForMs, min, max);
                Assert.InRange(fault.AtMs, FaultPlan.QuietMs, ThreeMinutesMs - fault.ForMs);
                Assert.InRange(fault.Replica, 0, Replicas - 1);
            });
            Assert.All(plan.Zip(plan.Skip(1)), pair => Assert.InRange(
                pair.Second.AtMs - pair.First.AtMs, FaultPlan.PauseMinMs, FaultPlan.PauseMaxMs));
        }
    }

    [Fact]
    public void What_cannot_be_done_is_not_planned()
    {
        FaultKind[] kinds = [.. FaultPlan.AllKinds.Where(kind => kind != FaultKind.FillDisk)];
        IReadOnlyList<Fault> plan = FaultPlan.Make(1, ThreeMinutesMs, kinds, Replicas);
        Assert.Equal(kinds, plan.Take(kinds.Length).Select(fault => fault.Kind).Order());
    }

    private static IReadOnlyList<Fault> Make(ulong seed, long lengthMs = ThreeMinutesMs) =>
        FaultPlan.Make(seed, lengthMs, FaultPlan.AllKinds, Replicas);
}
