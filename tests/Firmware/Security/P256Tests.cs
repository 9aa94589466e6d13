using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using LumenLink.Beacon.Security;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>The curve in managed code, against published vectors and against .NET.</summary>
public class P256Tests
{
    private const int Cases = 150;

    private static readonly BigInteger N = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber,
        CultureInfo.InvariantCulture);

    private static readonly BigInteger P = BigInteger.Parse(
        "0FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF", NumberStyles.HexNumber,
        CultureInfo.InvariantCulture);

    private readonly P256 curve = new(new DotNetCrypto());

    /// <summary>RFC 6979, A.2.5, with SHA-256.</summary>
    [Theory]
    [InlineData(
        "sample",
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
        "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8")]
    [InlineData(
        "test",
        "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367",
        "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083")]
    public void Signatures_are_those_of_RFC_6979(string message, string r, string s)
    {
        byte[] key = Convert.FromHexString("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
        byte[] point = new byte[64];
        curve.PublicKey(key, point, 0);
        Assert.Equal(
            "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
            + "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
            Convert.ToHexStringLower(point));
        byte[] signature = new byte[64];
        Assert.True(curve.Sign(key, SHA256.HashData(Encoding.ASCII.GetBytes(message)), signature, 0));
        Assert.Equal(r + s, Convert.ToHexStringLower(signature));
    }

    /// <summary>NIST CAVP, ECC CDH primitive (SP 800-56A, 5.7.1.2), CAVS 14.1, [P-256]: dIUT, QCAVS, ZIUT.</summary>
    [Theory]
    [InlineData(
        "7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534",
        "700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287"
        + "db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac",
        "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b")]
    [InlineData(
        "38f65d6dce47676044d58ce5139582d568f64bb16098d179dbab07741dd5caf5",
        "809f04289c64348c01515eb03d5ce7ac1a8cb9498f5caa50197e58d43a86a7ae"
        + "b29d84e811197f25eba8f5194092cb6ff440e26d4421011372461f579271cda3",
        "057d636096cb80b67a8c038c890e887d1adfa4195e9b3ce241c8a778c59cda67")]
    [InlineData(
        "1accfaf1b97712b85a6f54b148985a1bdc4c9bec0bd258cad4b3d603f49f32c8",
        "a2339c12d4a03c33546de533268b4ad667debf458b464d77443636440ee7fec3"
        + "ef48a3ab26e20220bcda2c1851076839dae88eae962869a497bf73cb66faf536",
        "2d457b78b4614132477618a5b077965ec90730a8c81a1c75d6d4ec68005d67ec")]
    [InlineData(
        "207c43a79bfee03db6f4b944f53d2fb76cc49ef1c9c4d34d51b6c65c4db6932d",
        "df3989b9fa55495719b3cf46dccd28b5153f7808191dd518eff0c3cff2b705ed"
        + "422294ff46003429d739a33206c8752552c8ba54a270defc06e221e0feaf6ac4",
        "96441259534b80f6aee3d287a6bb17b5094dd4277d9e294f8fe73e48bf2a0024")]
    public void Shared_secrets_are_those_of_NIST(string key, string peer, string secret)
    {
        byte[] shared = new byte[32];
        Assert.True(curve.Agree(Convert.FromHexString(key), Convert.FromHexString(peer), 0, shared));
        Assert.Equal(secret, Convert.ToHexStringLower(shared));
    }

    /// <summary>The vectors that the emulated chip answers to, here by its statuses.</summary>
    [Theory]
    [MemberData(nameof(NistVectors.All), MemberType = typeof(NistVectors))]
    public void Signatures_of_NIST_are_taken_and_refused(string message, string key, string signature, byte status)
    {
        byte[] digest = SHA256.HashData(Convert.FromHexString(message));
        ChipStatus expected = status == 0 ? ChipStatus.Ok : ChipStatus.Miscompare;
        byte[] point = Convert.FromHexString(key);
        Assert.Equal(expected, curve.Verify(point, 0, digest, Convert.FromHexString(signature), 0));
    }

    [Fact]
    public void The_table_of_the_base_point_is_made_anew()
    {
        int[] table = P256BaseTable.Make();
        Assert.Equal(20 * 16, table.Length);
        for (int entry = 1; entry < 16; entry++)
        {
            BigInteger scalar = BigInteger.Zero;
            for (int bit = 0; bit < 4; bit++) scalar += ((entry >> bit) & 1) * BigInteger.Pow(2, 64 * bit);
            byte[] point = PublicOf(Bytes(scalar));
            Assert.Equal(Montgomery(point[..32]), LimbsAt(table, 0, entry));
            Assert.Equal(Montgomery(point[32..]), LimbsAt(table, 10, entry));
        }
    }

    [Fact]
    public void Public_keys_signatures_and_secrets_agree_with_dotnet()
    {
        foreach (byte[] key in Scalars())
        {
            using ECDsa ours = ECDsa.Create(Key(key));
            byte[] point = new byte[65];
            curve.PublicKey(key, point, 1);
            Assert.Equal(PublicOf(key), point[1..]);

            byte[] digest = SHA256.HashData(key);
            byte[] signature = new byte[64];
            Assert.True(curve.Sign(key, digest, signature, 0));
            Assert.True(ours.VerifyHash(digest, signature), Convert.ToHexString(key));
            Assert.Equal(ChipStatus.Ok, curve.Verify(point, 1, digest, signature, 0));
            byte[] theirs = ours.SignHash(digest);
            Assert.Equal(ChipStatus.Ok, curve.Verify(point, 1, digest, theirs, 0));
            theirs[digest[0] % 64] ^= (byte)(1 << (digest[1] % 8));
            Assert.NotEqual(ChipStatus.Ok, curve.Verify(point, 1, digest, theirs, 0));

            using ECDiffieHellman peer = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
            using ECDiffieHellman we = ECDiffieHellman.Create(Key(key));
            byte[] secret = new byte[32];
            Assert.True(curve.Agree(key, Keys.Public(peer), 0, secret));
            Assert.Equal(we.DeriveRawSecretAgreement(peer.PublicKey), secret);
        }
    }

    /// <summary>As many steps of a field operation as it takes to see a limb that grows too far.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Multiplication_and_inversion_agree_with_big_integers(bool isField)
    {
        P256Modulus modulus = isField ? new P256Field() : new P256Order();
        BigInteger m = isField ? P : N;
        Random random = new(7);
        foreach (byte[] one in Scalars())
        {
            byte[] other = random.Next(4) == 0 ? Bytes(m - 1) : RandomBelow(random, m);
            int[] a = new int[10], b = new int[10], r = new int[10];
            Assert.True(modulus.FromBytes(one, 0, a));
            Assert.True(modulus.FromBytes(other, 0, b));
            modulus.Enter(a, a);
            modulus.Enter(b, b);
            modulus.Multiply(a, b, r);
            modulus.Square(r, r);
            modulus.Leave(r, r);
            Assert.Equal(BigInteger.Pow(Number(one) * Number(other), 2) % m, Number(r));
            modulus.Invert(a, a);
            modulus.Leave(a, a);
            Assert.Equal(BigInteger.ModPow(Number(one), m - 2, m), Number(a));
        }
    }

    [Fact]
    public void Combinations_agree_with_big_integers()
    {
        P256Field field = new();
        Random random = new(8);
        int[] a = new int[10], b = new int[10], r = new int[10];
        for (int i = 0; i < 10 * Cases; i++)
        {
            byte[] one = i % 3 == 0 ? Bytes(P - 1) : RandomBelow(random, P);
            byte[] other = i % 5 == 0 ? new byte[32] : RandomBelow(random, P);
            (int ka, int kb) = (random.Next(-4, 5), random.Next(-8, 9));
            field.FromBytes(one, 0, a);
            field.FromBytes(other, 0, b);
            field.Combine(a, ka, b, kb, r);
            field.Freeze(r, r);
            BigInteger expected = ((ka * Number(one)) + (kb * Number(other))) % P;
            Assert.Equal(expected < 0 ? expected + P : expected, Number(r));
        }
    }

    [Fact]
    public void A_key_off_the_curve_is_refused()
    {
        byte[] key = PublicOf(Bytes(5));
        byte[] digest = new byte[32], signature = new byte[64], secret = new byte[32];
        signature.AsSpan().Fill(1);
        byte[][] bad =
        [
            new byte[64],
            [.. key[..32], .. Bytes(Number(key[32..]) + 1)],
            [.. Bytes(P), .. key[32..]],
            [.. key[..32], .. Bytes(P + 1)],
            [.. Enumerable.Repeat((byte)0xFF, 64)],
        ];
        foreach (byte[] one in bad)
        {
            Assert.Equal(ChipStatus.EccFault, curve.Verify(one, 0, digest, signature, 0));
            Assert.False(curve.Agree(Bytes(7), one, 0, secret));
            Assert.All(secret, value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void R_and_S_outside_of_the_scalars_are_refused()
    {
        byte[] key = PublicOf(Bytes(5));
        byte[] digest = SHA256.HashData([1]);
        byte[] good = new byte[64];
        Assert.True(curve.Sign(Bytes(5), digest, good, 0));
        byte[][] bad = [new byte[32], Bytes(N), Bytes(N + 1), Bytes(BigInteger.Pow(2, 256) - 1)];
        foreach (byte[] one in bad)
        {
            Assert.Equal(ChipStatus.Miscompare, curve.Verify(key, 0, digest, [.. one, .. good[32..]], 0));
            Assert.Equal(ChipStatus.Miscompare, curve.Verify(key, 0, digest, [.. good[..32], .. one], 0));
        }

        Assert.Equal(ChipStatus.Ok, curve.Verify(key, 0, digest, good, 0));
    }

    /// <summary>s + n is s modulo n. The hash is made for an s that leaves room for it: z = s k - r d.</summary>
    [Fact]
    public void S_plus_n_is_not_taken_for_s()
    {
        (BigInteger d, BigInteger k, BigInteger s) = (5, 7, 9);
        BigInteger r = Number(PublicOf(Bytes(k))[..32]) % N;
        byte[] digest = Bytes(((((s * k) - (r * d)) % N) + N) % N);
        byte[] key = PublicOf(Bytes(d));
        Assert.Equal(ChipStatus.Ok, curve.Verify(key, 0, digest, [.. Bytes(r), .. Bytes(s)], 0));
        Assert.Equal(ChipStatus.Miscompare, curve.Verify(key, 0, digest, [.. Bytes(r), .. Bytes(s + N)], 0));
    }

    [Fact]
    public void A_hash_of_n_or_more_is_signed_and_verified()
    {
        byte[] key = Bytes(11);
        using ECDsa theirs = ECDsa.Create(Key(key));
        byte[][] hashes = [new byte[32], Bytes(N - 1), Bytes(N), Bytes(N + 3), Bytes(BigInteger.Pow(2, 256) - 1)];
        foreach (byte[] hash in hashes)
        {
            byte[] signature = new byte[64];
            Assert.True(curve.Sign(key, hash, signature, 0));
            Assert.True(theirs.VerifyHash(hash, signature));
            Assert.Equal(ChipStatus.Ok, curve.Verify(PublicOf(key), 0, hash, signature, 0));
            Assert.Equal(ChipStatus.Ok, curve.Verify(PublicOf(key), 0, hash, theirs.SignHash(hash), 0));
        }
    }

    /// <summary>Key and scalars such that the two halves of a verification meet: equal, opposite.</summary>
    [Fact]
    public void Sums_of_equal_and_of_opposite_points_are_right()
    {
        P256Field field = new();
        P256Curve points = new(field);
        byte[] x = new byte[32], y = new byte[32];
        for (int u = 0; u < 6; u++)
        {
            for (int v = 0; v < 6; v++)
            {
                foreach (BigInteger q in new[] { BigInteger.One, N - 1, 2, N - 2 })
                {
                    Assert.True(points.TakePeer(PublicOf(Bytes(q)), 0));
                    points.MultiplyBoth(Bytes(u), Bytes(v));
                    BigInteger sum = (u + (v * q)) % N;
                    Assert.Equal(!sum.IsZero, points.Write(x, 0, y, 0));
                    if (!sum.IsZero) Assert.Equal(PublicOf(Bytes(sum)), x.Concat(y));
                }
            }
        }
    }

    [Fact]
    public void Private_keys_are_1_to_n_minus_1()
    {
        Assert.False(curve.IsPrivateKey(new byte[32]));
        Assert.True(curve.IsPrivateKey(Bytes(1)));
        Assert.True(curve.IsPrivateKey(Bytes(N - 1)));
        Assert.False(curve.IsPrivateKey(Bytes(N)));
        Assert.False(curve.IsPrivateKey([.. Enumerable.Repeat((byte)0xFF, 32)]));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        byte[] key = Bytes(13), digest = SHA256.HashData([2]), signature = new byte[64], secret = new byte[32];
        byte[] point = PublicOf(key);
        P256 zero = new(new ZeroCrypto());
        long bytes = Allocation.Of(() =>
        {
            zero.PublicKey(key, point, 0);
            zero.Sign(key, digest, signature, 0);
            zero.Verify(point, 0, digest, signature, 0);
            zero.Agree(key, point, 0, secret);
        });
        Assert.Equal(0, bytes);
    }

    private static IEnumerable<byte[]> Scalars()
    {
        yield return Bytes(1);
        yield return Bytes(2);
        yield return Bytes(15);
        yield return Bytes(16);
        yield return Bytes(N - 1);
        yield return Bytes(N - 2);
        yield return Bytes((N - 1) / 2);
        yield return Bytes(BigInteger.Pow(2, 64) - 1);
        yield return Bytes(BigInteger.Pow(2, 64));
        yield return Bytes(BigInteger.Pow(2, 192));
        yield return Bytes(BigInteger.Pow(2, 255));
        Random random = new(6979);
        for (int i = 0; i < Cases; i++) yield return RandomBelow(random, N);
    }

    private static byte[] RandomBelow(Random random, BigInteger bound)
    {
        byte[] bytes = new byte[32];
        do random.NextBytes(bytes);
        while (Number(bytes) >= bound || Number(bytes).IsZero);
        return bytes;
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static BigInteger Number(int[] limbs) =>
        limbs.Select((limb, i) => limb * BigInteger.Pow(2, 26 * i)).Aggregate(BigInteger.Add);

    private static byte[] Bytes(BigInteger number)
    {
        byte[] bytes = new byte[32];
        byte[] digits = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        digits.CopyTo(bytes, 32 - digits.Length);
        return bytes;
    }

    private static int[] Montgomery(byte[] number)
    {
        BigInteger value = Number(number) * BigInteger.Pow(2, 260) % P;
        return [.. Enumerable.Range(0, 10).Select(i => (int)((value >> (26 * i)) & ((1 << 26) - 1)))];
    }

    private static int[] LimbsAt(int[] table, int row, int entry) =>
        [.. Enumerable.Range(row, 10).Select(limb => table[(limb * 16) + entry])];

    private static byte[] PublicOf(byte[] key)
    {
        using ECDsa pair = ECDsa.Create(Key(key));
        return Keys.Public(pair);
    }

    private static ECParameters Key(byte[] key) => new() { Curve = ECCurve.NamedCurves.nistP256, D = key };
}
