using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Atecc608;

/// <summary>The emulated chip refuses what only looks like a signature or a key.</summary>
public sealed class HostileSignatureTests
{
    private const byte Miscompare = 0x01;
    private const byte EccFault = 0x05;
    private readonly HostileSignatures hostile = new();

    [Fact]
    public void The_good_one_verifies() => Expect("good", 0x00, hostile.Key, hostile.Good);

    [Fact]
    public void Hostile_signatures_are_refused() => Assert.All(
        hostile.Signatures, one => Expect(one.Name, Miscompare, hostile.Key, one.Bytes));

    [Fact]
    public void Under_hostile_keys_nothing_verifies() => Assert.All(
        hostile.Keys, one => Expect(one.Name, EccFault, one.Bytes, hostile.Good));

    private void Expect(string name, byte status, byte[] key, byte[] signature)
    {
        Rig rig = new();
        rig.Expect(0x00, Opcode.Nonce, 0x43, 0, hostile.Digest);
        byte[] answer = rig.Do(Opcode.Verify, 0x22, 4, [.. signature, .. key]);
        Assert.Equal((name, status), (name, Assert.Single(answer)));
    }
}
