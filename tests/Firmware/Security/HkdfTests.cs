using System.Security.Cryptography;
using LumenLink.Beacon.Security;

namespace LumenLink.Tests.Firmware.Security;

public sealed class HkdfTests
{
    /// <summary>RFC 5869, appendix A.1 and A.3.</summary>
    [Theory]
    [InlineData(
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")]
    [InlineData(
        "",
        "",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")]
    public void Published_cases(string salt, string info, string expected)
    {
        byte[] secret = new byte[22];
        secret.AsSpan().Fill(0x0b);
        byte[] output = new byte[42];
        byte[] infoBytes = Convert.FromHexString(info);
        new Hkdf(new DotNetCrypto()).Derive(Convert.FromHexString(salt), secret, infoBytes, infoBytes.Length, output);
        Assert.Equal(expected, Convert.ToHexStringLower(output));
    }

    [Fact]
    public void Any_length_gives_what_dotnet_gives_and_one_instance_serves_all()
    {
        var hkdf = new Hkdf(new DotNetCrypto());
        var random = new Random(5869);
        for (int length = 1; length <= 100; length++)
        {
            byte[] salt = new byte[16];
            byte[] secret = new byte[32];
            byte[] info = new byte[random.Next(0, Hkdf.MaxInfoSize + 1)];
            random.NextBytes(salt);
            random.NextBytes(secret);
            random.NextBytes(info);
            byte[] output = new byte[length];
            hkdf.Derive(salt, secret, info, info.Length, output);
            Assert.Equal(HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, length, salt, info), output);
        }
    }
}
