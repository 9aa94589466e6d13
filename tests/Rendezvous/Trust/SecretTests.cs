using CsCheck;
using LumenLink.Rendezvous.Configuration;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Trust;

public sealed class SecretTests
{
    private readonly SecretBox box = new(new byte[32]);

    [Fact]
    public void A_secret_opens_for_its_purpose_only_and_not_when_altered()
    {
        Gen.Select(Gen.Byte.Array[0, 80], Gen.Int[0, 1 << 20]).Sample((plain, place) =>
        {
            byte[] wrapped = box.Seal("session/a/1", plain);
            Assert.Equal(plain, box.Open("session/a/1", wrapped));
            Assert.False(box.TryOpen("session/a/2", wrapped, out _));
            Assert.False(new SecretBox([.. Enumerable.Repeat((byte)9, 32)]).TryOpen("session/a/1", wrapped, out _));
            wrapped[place % wrapped.Length] ^= 0x10;
            Assert.False(box.TryOpen("session/a/1", wrapped, out _));
        });
    }

    [Fact]
    public void A_box_opens_under_the_current_and_the_previous_key_and_says_which()
    {
        byte[] old = [.. Enumerable.Repeat((byte)9, 32)];
        SecretBox before = new(old);
        SecretBox both = new(new byte[32], old);
        byte[] sealedBefore = before.Seal("x", [1, 2, 3]);
        byte[] sealedNow = both.Seal("x", [1, 2, 3]);
        Assert.Equal([1, 2, 3], both.Open("x", sealedBefore));
        Assert.Equal([1, 2, 3], box.Open("x", sealedNow));
        Assert.False(box.TryOpen("x", sealedBefore, out _));
        Assert.False(before.TryOpen("x", sealedNow, out _));
        Assert.Equal(
            [SealedUnder.PreviousKey, SealedUnder.CurrentKey, SealedUnder.UnknownKey, SealedUnder.UnknownKey],
            [
                both.KeyOf(sealedBefore.AsSpan(0, 5)), both.KeyOf(sealedNow.AsSpan(0, 5)),
                box.KeyOf(sealedBefore.AsSpan(0, 5)), box.KeyOf([]),
            ]);
        sealedNow.AsSpan(0, 5).CopyTo(sealedBefore);
        Assert.False(both.TryOpen("x", sealedBefore, out _), "the key id is not covered by the tag");
    }

    [Fact]
    public void A_box_of_the_first_version_still_opens_under_either_key()
    {
        byte[] old = [.. Enumerable.Repeat((byte)9, 32)];
        byte[] first = OldBoxes.Seal(old, "session/a/1", [1, 2, 3]);
        Assert.Equal([1, 2, 3], new SecretBox(old).Open("session/a/1", first));
        SecretBox both = new(new byte[32], old);
        Assert.Equal([1, 2, 3], both.Open("session/a/1", first));
        Assert.Equal(SealedUnder.UnnamedKey, both.KeyOf(first.AsSpan(0, 5)));
        Assert.False(both.TryOpen("session/a/2", first, out _));
        Assert.False(box.TryOpen("session/a/1", first, out _));
    }

    [Fact]
    public void The_same_secret_is_never_sealed_the_same() =>
        Assert.NotEqual(box.Seal("x", new byte[16]), box.Seal("x", new byte[16]));

    [Fact]
    public async Task Replicas_that_make_a_key_at_once_agree_on_one()
    {
        MemoryStore store = new();
        ManualTime time = new();
        SharedKeys[] replicas = [.. Enumerable.Range(0, 8).Select(_ => new SharedKeys(store, box, time))];
        int next = 0;
        byte[][] keys = await Task.WhenAll(replicas.Select(replica => Task.Run(async () => await replica.GetOrAddAsync(
            "epoch", 1, time.Now.AddDays(1), () => [(byte)Interlocked.Increment(ref next)], default))));
        Assert.All(keys, key => Assert.Equal(keys[0], key));
        SharedKeyRow row = Assert.Single(store.SharedKeys);
        Assert.False(box.TryOpen("shared/epoch/2", row.Wrapped, out _));
    }

    [Fact]
    public void A_master_key_is_made_once_for_its_owner_only()
    {
        string folder = Directory.CreateTempSubdirectory("lumen-test").FullName;
        try
        {
            RendezvousSettings settings = new() { DataFolder = folder };
            byte[] key = MasterKey.Load(settings);
            Assert.Equal(32, key.Length);
            Assert.Equal(key, MasterKey.Load(settings));
            string path = Assert.Single(Directory.GetFiles(folder));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            RendezvousSettings production = new() { DataFolder = folder, Environment = ServiceEnvironment.Production };
            Assert.Throws<InvalidOperationException>(() => MasterKey.Load(production));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
