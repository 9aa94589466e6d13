using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Atecc608;

/// <summary>
/// Every refusal twice: the chip refuses, and with that one rule switched off the same packets go through. So each
/// scenario is refused by the rule it names and by nothing else.
/// </summary>
public sealed class RuleTests
{
    public static TheoryData<string, int> Scenarios
    {
        get
        {
            var data = new TheoryData<string, int>();
            for (int i = 0; i < RuleScenarios.All.Count; i++) data.Add(RuleScenarios.All[i].Rule.ToString(), i);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Refuses_by_its_rule(string rule, int index)
    {
        RuleScenario scenario = RuleScenarios.All[index];
        byte[] enforced = scenario.Run(ChipPolicy.Full);
        byte[] permissive = scenario.Run(ChipPolicy.Without(scenario.Rule));
        Assert.Equal(rule, scenario.Rule.ToString());
        Assert.Equal([0x0F], enforced);
        Assert.NotEqual([0x0F], permissive);
        Assert.NotEqual([0x03], permissive);
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_chip_that_allows_everything_is_noticed(string rule, int index)
    {
        RuleScenario scenario = RuleScenarios.All[index];
        byte[] answer = scenario.Run(ChipPolicy.Permissive);
        Assert.False(answer is [0x0F], rule);
    }

    [Fact]
    public void Every_rule_has_a_scenario()
    {
        // The random pattern is no refusal; FormulaTests holds it and its absence after the lock.
        Rule[] tested = [.. RuleScenarios.All.Select(s => s.Rule).Distinct(), Rule.TestRandomBeforeConfigLock];
        Assert.Equal(Enum.GetValues<Rule>().Order(), tested.Order());
    }

    [Fact]
    public void Random_pattern_is_made_by_its_rule()
    {
        byte[] pattern = Rig.At(Stage.Unlocked).Do(Opcode.Random, 0, 0);
        byte[] permissive = Rig.At(Stage.Unlocked, ChipPolicy.Without(Rule.TestRandomBeforeConfigLock))
            .Do(Opcode.Random, 0, 0);
        Assert.Equal([0xFF, 0xFF, 0x00, 0x00], pattern[28..]);
        Assert.NotEqual(pattern, permissive);
    }

    [Fact]
    public void Refused_commands_change_nothing()
    {
        foreach (RuleScenario scenario in RuleScenarios.All)
        {
            Rig rig = scenario.Prepare(ChipPolicy.Full);
            rig.State.Flush();
            byte[] before = rig.State.Serialize();
            rig.State.Persist += _ => Assert.Fail("A refused command must not persist anything.");
            Assert.Equal([0x0F], scenario.Attempt(rig));
            Assert.Equal(before, rig.State.Serialize());
        }
    }
}
