using System.Security.Cryptography;
using LumenLink.Beacon;
using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>The key on flash: made once, kept whole or not at all; a boot counter that never goes back.</summary>
public class SoftwareKeyTests
{
    private readonly SoftwareKeyRig rig = new();

    [Fact]
    public void It_says_where_the_key_is() => Assert.Equal(KeyHome.SoftwareKey, rig.Boot().Home);

    [Fact]
    public void The_first_boot_makes_the_key_and_every_further_one_has_it()
    {
        byte[] key = rig.PublicKey();
        Assert.Equal(1, rig.Noise.Starts);
        Assert.Equal(1, rig.Noise.Stops);
        Assert.Equal(DeviceLimits.NoiseDraws * DeviceLimits.NoisePauseMs, rig.Clock.PausedMs);
        for (int i = 0; i < 3; i++) Assert.Equal(key, rig.PublicKey());
        Assert.Equal(1, rig.Noise.Starts);
        Assert.NotEqual(key, new SoftwareKeyRig { Seed = 2 }.PublicKey());
    }

    [Fact]
    public void What_it_signs_agrees_on_and_believes_is_what_dotnet_does()
    {
        SoftwareKey key = rig.Boot();
        byte[] point = new byte[66], digest = SHA256.HashData([1]), signature = new byte[67];
        Assert.Equal(ChipStatus.Ok, key.ReadPublicKey(point, 2));
        Assert.Equal(ChipStatus.Ok, key.Sign(digest, signature, 3));
        using ECDsa theirs = Keys.Ecdsa(point.AsSpan(2));
        Assert.True(theirs.VerifyHash(digest, signature.AsSpan(3)));
        Assert.Equal(ChipStatus.Ok, key.Verify(point, 2, digest, signature, 3));
        digest[0] ^= 1;
        Assert.Equal(ChipStatus.Miscompare, key.Verify(point, 2, digest, signature, 3));

        byte[] ours = new byte[64], secret = new byte[32];
        using ECDiffieHellman peer = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(ChipStatus.ExecutionError, key.EphemeralEcdh(Keys.Public(peer), 0, secret));
        Assert.Equal(ChipStatus.Ok, key.GenerateEphemeral(ours, 0));
        Assert.Equal(ChipStatus.Ok, key.EphemeralEcdh(Keys.Public(peer), 0, secret));
        using ECDiffieHellman we = Keys.Ecdh(ours);
        Assert.Equal(peer.DeriveRawSecretAgreement(we.PublicKey), secret);
        Assert.Equal(ChipStatus.EccFault, key.EphemeralEcdh(new byte[64], 0, secret));
        key.Sleep();
        Assert.Equal(ChipStatus.ExecutionError, key.EphemeralEcdh(Keys.Public(peer), 0, secret));
    }

    [Fact]
    public void Ephemeral_keys_and_random_numbers_do_not_repeat()
    {
        HashSet<string> seen = [];
        for (int boot = 0; boot < 4; boot++)
        {
            SoftwareKey key = rig.Boot();
            for (int i = 0; i < 4; i++)
            {
                byte[] point = new byte[64], random = new byte[32];
                Assert.Equal(ChipStatus.Ok, key.GenerateEphemeral(point, 0));
                Assert.Equal(ChipStatus.Ok, key.Random(random, 0));
                Assert.True(seen.Add(Convert.ToHexString(point)));
                Assert.True(seen.Add(Convert.ToHexString(random)));
            }
        }
    }

    /// <summary>Boards whose generators give the same numbers still have keys of their own.</summary>
    [Fact]
    public void The_boards_address_is_in_the_key() => Assert.NotEqual(
        new SoftwareKeyRig { Address = [1, 2, 3, 4, 5, 6] }.PublicKey(),
        new SoftwareKeyRig { Address = [1, 2, 3, 4, 5, 7] }.PublicKey());

    [Fact]
    public void A_generator_that_is_stuck_makes_no_key()
    {
        rig.IsStuck = true;
        Assert.Equal(ChipStatus.HealthTestError, rig.Boot().ReadPublicKey(new byte[64], 0));
        Assert.Equal(ChipStatus.HealthTestError, rig.Boot().Random(new byte[32], 0));
        Assert.Equal(ChipStatus.HealthTestError, rig.Boot().GenerateEphemeral(new byte[64], 0));
        Assert.Empty(rig.Flash.Values);
        Assert.Equal(rig.Noise.Starts, rig.Noise.Stops);
    }

    [Fact]
    public void Without_the_radios_noise_no_key_is_made()
    {
        rig.Noise.IsRefused = true;
        SoftwareKey key = rig.Boot();
        Assert.Equal(ChipStatus.HealthTestError, key.ReadPublicKey(new byte[64], 0));
        Assert.Empty(rig.Flash.Values);
        rig.Noise.IsRefused = false;
        Assert.Equal(ChipStatus.Ok, key.ReadPublicKey(new byte[64], 0));
    }

    [Fact]
    public void Boots_are_counted_from_1_to_the_highest_number_and_no_further()
    {
        for (uint boot = 1; boot <= 3; boot++) Assert.Equal(boot, rig.CountBoot());
        rig.Flash.Values["boot"] = SoftwareKeyRig.Sealed(BitConverter.GetBytes(Atecc608Device.CounterMaximum - 1));
        Assert.Equal(Atecc608Device.CounterMaximum, rig.CountBoot());
        Assert.Equal(ChipStatus.ExecutionError, rig.Boot().IncrementBootCounter(out uint value));
        Assert.Equal(0u, value);
    }

    /// <summary>A number is used only once it is durable.</summary>
    [Fact]
    public void A_flash_that_takes_nothing_gives_neither_a_key_nor_a_boot_number()
    {
        rig.Flash.IsFull = true;
        Assert.Equal(ChipStatus.StorageFailed, rig.Boot().ReadPublicKey(new byte[64], 0));
        rig.Flash.IsFull = false;
        Assert.Equal(1u, rig.CountBoot());
        rig.Flash.IsFull = true;
        Assert.Equal(ChipStatus.StorageFailed, rig.Boot().IncrementBootCounter(out uint value));
        Assert.Equal(0u, value);
        rig.Flash.IsFull = false;
        Assert.Equal(2u, rig.CountBoot());
    }

    [Theory]
    [InlineData("key", 0)]
    [InlineData("key", 17)]
    [InlineData("key", 36)]
    [InlineData("boot", 0)]
    [InlineData("boot", 2)]
    [InlineData("boot", 8)]
    public void What_is_damaged_is_told_and_never_made_anew(string name, int at)
    {
        rig.CountBoot();
        byte[] whole = rig.Flash.Values[name];
        byte[] damaged = [.. whole];
        damaged[at] ^= 0x10;
        rig.Flash.Values[name] = damaged;
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(ChipStatus.KeyDamaged, rig.Boot().IncrementBootCounter(out uint value));
            Assert.Equal(0u, value);
        }

        rig.Flash.Values[name] = whole;
        Assert.Equal(2u, rig.CountBoot());
    }

    [Fact]
    public void A_lost_boot_counter_is_not_begun_anew()
    {
        rig.CountBoot();
        rig.Flash.Values.Remove("boot");
        Assert.Equal(ChipStatus.KeyDamaged, rig.Boot().IncrementBootCounter(out _));
    }

    /// <summary>A file that was opened and never closed is empty after a loss of power.</summary>
    [Theory]
    [InlineData("key")]
    [InlineData("boot")]
    public void What_a_loss_of_power_left_of_the_first_writing_is_written_again(string name)
    {
        rig.Flash.Values[name] = [];
        Assert.Equal(1u, rig.CountBoot());
        Assert.Equal(2u, rig.CountBoot());
    }

    [Fact]
    public void A_loss_of_power_at_any_write_leaves_no_key_or_a_whole_one_and_no_number_twice()
    {
        for (int at = 1; at <= 4; at++)
        {
            foreach (bool isAfter in new[] { false, true })
            {
                SoftwareKeyRig board = new();
                board.Flash.Cut(at, isAfter);
                HashSet<uint> boots = [];
                HashSet<string> told = [];
                for (int i = 0; i < 4; i++)
                {
                    try
                    {
                        told.Add(Convert.ToHexString(board.PublicKey()));
                        Assert.True(boots.Add(board.CountBoot()), $"write {at}: a number was used twice");
                    }
                    catch (IOException)
                    {
                        // The power is back with the next boot.
                    }
                }

                Assert.Equal(1, board.Flash.Cuts);
                Assert.Single(told);
            }
        }
    }

    [Fact]
    public void Nothing_is_allocated_but_by_the_flash()
    {
        SoftwareKey key = rig.Boot(new FiveCrypto());
        byte[] point = new byte[64], digest = new byte[32], signature = new byte[64], secret = new byte[32];
        Assert.Equal(ChipStatus.Ok, key.ReadPublicKey(point, 0));
        Assert.Equal(ChipStatus.Ok, key.GenerateEphemeral(point, 0));
        long bytes = Allocation.Of(() =>
        {
            key.Sign(digest, signature, 0);
            key.Verify(point, 0, digest, signature, 0);
            key.GenerateEphemeral(point, 0);
            key.EphemeralEcdh(point, 0, secret);
            key.Random(secret, 0);
        });
        Assert.Equal(0, bytes);
    }

    /// <summary>Answers fives, and allocates nothing.</summary>
    private sealed class FiveCrypto : INativeCrypto
    {
        public void HmacSha256(byte[] key, byte[] message, int offset, int count, byte[] mac32) =>
            mac32.AsSpan().Fill(5);

        public void AesEncryptBlock(byte[] key16, byte[] block16, byte[] out16) => out16.AsSpan().Fill(5);
    }
}
