using System.Security.Cryptography;
using LumenLink.Protocol;
using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Simulator;

/// <summary>A board that comes from assembly with a blank secure element, and what its console says of it.</summary>
public sealed class ChipSetupTests
{
    private const string Serial = "0123010203040506ee";

    private readonly ChipState blank =
        ChipState.Blank([0x01, 0x23, 1, 2, 3, 4, 5, 6, 0xEE], ChipModel.Atecc608B);

    [Fact]
    public void With_consent_it_is_locked_told_to_the_registry_and_serves_in_the_same_boot()
    {
        using ProvisioningBoard rig = Boot("provision_chip=lock_for_ever\n");
        Assert.Equal([$"chip: serial {Serial}"], rig.Said("chip: serial "));
        string key = Assert.Single(rig.Said("chip: public key "))["chip: public key ".Length..];
        string id = MqttTopics.IdText(SHA256.HashData(Convert.FromHexString(key)), 0);
        Assert.Equal([$"beacon {id}, boot 1"], rig.Said("beacon "));

        rig.Driven.PowerOff();
        rig.Driven.PowerOn();
        rig.RunFor(10_000);
        Assert.Contains(rig.Said("chip: "), line => line.Contains("Nothing was changed", StringComparison.Ordinal));
        Assert.Equal([$"beacon {id}, boot 1", $"beacon {id}, boot 2"], rig.Said("beacon "));
    }

    [Fact]
    public void Without_consent_nothing_is_locked()
    {
        using ProvisioningBoard rig = Boot("provision_chip=check\n");
        Assert.Equal([$"chip: serial {Serial}"], rig.Said("chip: serial "));
        Assert.Contains(rig.Said("chip: "), line => line.Contains("Locks are for ever", StringComparison.Ordinal));
        Assert.Empty(rig.Said("chip: public key "));
        Assert.Empty(rig.Said("beacon "));
        AssertIsOpen();
    }

    [Theory]
    [InlineData("")]
    [InlineData("provision_chip=lock\n")]
    public void Nobody_who_did_not_ask_for_it_gets_a_locked_chip(string request)
    {
        using ProvisioningBoard rig = Boot(request);
        Assert.Empty(rig.Said("beacon "));
        AssertIsOpen();
    }

    private ProvisioningBoard Boot(string request)
    {
        ProvisioningBoard rig = new(ProvisioningBoard.Config(ProvisioningBoard.FileNetwork + request), blank);
        rig.Driven.PowerOn();
        rig.RunFor(10_000);
        return rig;
    }

    /// <summary>What only an unlocked chip lets happen: it can still be provisioned.</summary>
    private void AssertIsOpen()
    {
        long nowUs = 0;
        ChipProvisioning.Provision(new Atecc608Chip(blank, () => nowUs), us => nowUs += us);
    }
}
