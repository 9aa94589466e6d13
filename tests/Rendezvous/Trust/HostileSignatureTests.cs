using System.Security.Cryptography;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>The service's verifier and its key agreement refuse what only looks like a signature or a key.</summary>
public sealed class HostileSignatureTests
{
    private readonly HostileSignatures hostile = new();

    [Fact]
    public void The_good_one_verifies() => Assert.True(P256.Verifies(hostile.Key, hostile.Message, hostile.Good));

    [Fact]
    public void Hostile_signatures_are_refused() => Assert.All(
        hostile.Signatures, one => Assert.False(P256.Verifies(hostile.Key, hostile.Message, one.Bytes), one.Name));

    [Fact]
    public void Under_hostile_keys_nothing_verifies() => Assert.All(
        hostile.Keys, one => Assert.False(P256.Verifies(one.Bytes, hostile.Message, hostile.Good), one.Name));

    [Fact]
    public void Other_lengths_are_refused()
    {
        Assert.All(HostileSignatures.OtherLengths(hostile.Good), signature =>
            Assert.False(P256.Verifies(hostile.Key, hostile.Message, signature)));
        Assert.All(HostileSignatures.OtherLengths(hostile.Key), key =>
            Assert.False(P256.Verifies(key, hostile.Message, hostile.Good)));
    }

    [Fact]
    public void No_secret_is_agreed_with_hostile_keys()
    {
        using ECDiffieHellman own = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        Assert.NotNull(P256.Agree(own, hostile.Key));
        Assert.All(hostile.Keys, one => Assert.True(P256.Agree(own, one.Bytes) is null, one.Name));
        Assert.All(HostileSignatures.OtherLengths(hostile.Key), key => Assert.Null(P256.Agree(own, key)));
    }
}
