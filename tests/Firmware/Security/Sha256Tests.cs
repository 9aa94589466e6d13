using System.Security.Cryptography;
using System.Text;
using LumenLink.Beacon.Security;

namespace LumenLink.Tests.Firmware.Security;

public sealed class Sha256Tests
{
    /// <summary>The published examples for FIPS 180-4.</summary>
    [Theory]
    [InlineData("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        1,
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    [InlineData(
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        1,
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1")]
    [InlineData("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")]
    public void Published_examples(string text, int times, string expected)
    {
        var hash = new Sha256();
        byte[] part = Encoding.ASCII.GetBytes(text);
        for (int i = 0; i < times; i++) hash.Update(part, 0, part.Length);
        byte[] actual = new byte[Sha256.Size];
        hash.Finish(actual, 0);
        Assert.Equal(expected, Convert.ToHexStringLower(actual));
    }

    [Fact]
    public void Every_length_in_any_pieces_gives_what_dotnet_gives()
    {
        var random = new Random(180);
        var hash = new Sha256();
        byte[] actual = new byte[Sha256.Size + 3];
        for (int length = 0; length < 400; length++)
        {
            byte[] message = new byte[length + 5];
            random.NextBytes(message);
            for (int at = 0; at < length;)
            {
                int piece = random.Next(0, length - at + 1);
                hash.Update(message, 5 + at, piece);
                at += piece;
            }

            hash.Finish(actual, 3);
            Assert.Equal(SHA256.HashData(message.AsSpan(5)), actual[3..]);
        }
    }

    [Fact]
    public void A_message_begun_and_dropped_leaves_nothing_behind()
    {
        var hash = new Sha256();
        hash.Update(new byte[100], 0, 100);
        byte[] actual = new byte[Sha256.Size];
        hash.Hash("abc"u8.ToArray(), 0, 3, actual);
        Assert.Equal(SHA256.HashData("abc"u8), actual);
    }

    [Fact]
    public void Hashing_allocates_nothing()
    {
        var hash = new Sha256();
        byte[] message = new byte[1000];
        byte[] actual = new byte[Sha256.Size];
        Assert.Equal(0, Allocation.Of(() => hash.Hash(message, 0, message.Length, actual)));
    }
}
