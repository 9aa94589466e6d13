using LumenLink.Beacon.Security;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>The curve in device code refuses what only looks like a signature or a key.</summary>
public sealed class HostileSignatureTests
{
    private readonly P256 curve = new(new DotNetCrypto());
    private readonly HostileSignatures hostile = new();

    [Fact]
    public void The_good_one_verifies() =>
        Assert.Equal(ChipStatus.Ok, curve.Verify(hostile.Key, 0, hostile.Digest, hostile.Good, 0));

    [Fact]
    public void Hostile_signatures_are_refused() => Assert.All(
        hostile.Signatures,
        one => Assert.Equal(
            (one.Name, ChipStatus.Miscompare),
            (one.Name, curve.Verify(hostile.Key, 0, hostile.Digest, one.Bytes, 0))));

    [Fact]
    public void Under_hostile_keys_nothing_verifies() => Assert.All(
        hostile.Keys,
        one => Assert.NotEqual(
            (one.Name, ChipStatus.Ok), (one.Name, curve.Verify(one.Bytes, 0, hostile.Digest, hostile.Good, 0))));

    [Fact]
    public void No_secret_is_agreed_with_hostile_keys()
    {
        byte[] own = [.. new byte[31], 5];
        Assert.All(hostile.Keys, one => Assert.False(curve.Agree(own, one.Bytes, 0, new byte[32]), one.Name));
    }
}
