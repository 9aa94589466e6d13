using System.Security.Cryptography;
using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Atecc608;

/// <summary>Published vectors, run through the chip's commands.</summary>
public sealed class VectorTests
{
    private const ushort PublicKeySlot = 0x0000;
    private const ushort PublicKeyKind = 0x0010;

    // RFC 6979, appendix A.2.5: the key, and the signatures with SHA-256 of "sample" and of "test".
    private const string Rfc6979Scalar = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";
    private const string Rfc6979Public =
        "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
        + "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";

    private const string SampleSignature =
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
        + "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8";

    private const string TestSignature =
        "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367"
        + "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083";

    [Theory]
    [InlineData("sample", SampleSignature, 0x00)]
    [InlineData("test", TestSignature, 0x00)]
    [InlineData("test", SampleSignature, 0x01)]
    public void Verify_external_and_stored_RFC_6979(string message, string signature, byte status)
    {
        byte[] digest = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(message));
        byte[] publicKey = Rig.Hex(Rfc6979Public);
        Rig rig = Rig.At(Stage.ConfigLocked, null, (9, PublicKeySlot, PublicKeyKind));
        byte[] stored = [0, 0, 0, 0, .. publicKey[..32], 0, 0, 0, 0, .. publicKey[32..], .. new byte[24]];
        for (int block = 0; block < 3; block++)
            rig.Expect(0x00, Opcode.Write, 0x82, (9 << 3) | (block << 8), stored[(32 * block)..(32 * (block + 1))]);
        rig.Expect(0x00, Opcode.Lock, 0x81, 0);
        foreach ((byte load, byte mode) in new[] { ((byte)0x03, (byte)0x00), ((byte)0x43, (byte)0x20) })
        {
            rig.Expect(0x00, Opcode.Nonce, load, 0, digest);
            rig.Expect(status, Opcode.Verify, (byte)(0x02 | mode), 4, [.. Rig.Hex(signature), .. publicKey]);
            rig.Expect(0x00, Opcode.Nonce, load, 0, digest);
            rig.Expect(status, Opcode.Verify, mode, 9, Rig.Hex(signature));
        }
    }

    [Fact]
    public void Published_scalar_gives_its_public_key_and_signs_for_it()
    {
        Rig rig = Rig.At(Stage.DataLocked, null, (0, 0x2081, 0x0033));
        rig.State.WriteSlot(0, 0, Rig.Hex(Rfc6979Scalar));
        Assert.Equal(Rig.Hex(Rfc6979Public), rig.Do(Opcode.GenKey, 0x00, 0));
        byte[] digest = SHA256.HashData("sample"u8);
        rig.Expect(0x00, Opcode.Nonce, 0x03, 0, digest);
        Assert.True(Reference.Verify(Rig.Hex(Rfc6979Public), digest, rig.Do(Opcode.Sign, 0x80, 0)));
    }

    [Theory]
    [MemberData(nameof(NistVectors.All), MemberType = typeof(NistVectors))]
    public void Verify_external_NIST_SigVer(string message, string publicKey, string signature, byte status)
    {
        var rig = new Rig();
        rig.Expect(0x00, Opcode.Nonce, 0x43, 0, SHA256.HashData(Rig.Hex(message)));
        rig.Expect(status, Opcode.Verify, 0x22, 4, [.. Rig.Hex(signature), .. Rig.Hex(publicKey)]);
    }

    [Fact]
    public void Ecdh_RFC_5903_from_a_slot_both_ways()
    {
        foreach ((byte[] own, byte[] ownPublic, byte[] peer) in new[]
        {
            (Reference.Rfc5903Initiator, Reference.Rfc5903InitiatorPublic, Reference.Rfc5903ResponderPublic),
            (Reference.Rfc5903Responder, Reference.Rfc5903ResponderPublic, Reference.Rfc5903InitiatorPublic),
        })
        {
            Rig rig = Rig.At(Stage.DataLocked, null, (0, 0x0084, 0x0013));
            rig.State.WriteSlot(0, 0, own);
            Assert.Equal(ownPublic, rig.Do(Opcode.GenKey, 0x00, 0));
            Assert.Equal(Reference.Rfc5903Shared, rig.Do(Opcode.Ecdh, 0x0C, 0, peer));
            Assert.Equal(Reference.Rfc5903Shared, rig.Do(Opcode.Ecdh, 0x00, 0, peer));
        }
    }

    [Fact]
    public void Point_off_the_curve_is_an_ECC_fault()
    {
        byte[] off = [.. Reference.Rfc5903ResponderPublic];
        off[63] ^= 1;
        var rig = Rig.At(Stage.DataLocked);
        Assert.Equal(64, rig.Do(Opcode.GenKey, 0x04, 0xFFFF).Length);
        rig.Expect(0x05, Opcode.Ecdh, 0x0D, 0, off);
        rig.Expect(0x00, Opcode.Nonce, 0x43, 0, new byte[32]);
        rig.Expect(0x05, Opcode.Verify, 0x22, 4, [.. new byte[64], .. off]);
    }

    [Fact]
    public void Hmac_of_the_published_key_and_data()
    {
        byte[] key = Rig.Hex("3780e63d4968ade5d822c013fcc323845d1b569fe705b60006feec145a0db1e3");
        byte[] data = Rig.Hex(
            "6fb3ec66f9eb070a719bebbe708b93a65b201b78e2d26d8cccdf1c33f741904a"
            + "9ade640fce000c334d04bb30795683dca09dbf3e7e32aea103d760e857a6d6211c");
        byte[] expected = Rig.Hex("297f22b8d251b063a7c08dcf4dba0d1fb35d32a3baab15aceaf4391c4adb3277");
        Rig rig = Rig.At(Stage.ConfigLocked, null, (4, 0x8F8F, 0x001C));
        rig.Expect(0x00, Opcode.Write, 0x82, 4 << 3, key);
        rig.Expect(0x00, Opcode.Lock, 0x81, 0);
        rig.Expect(0x00, Opcode.Sha, 0x04, 4);
        rig.Expect(0x00, Opcode.Sha, 0x01, 64, data[..64]);
        Assert.Equal(expected, rig.Do(Opcode.Sha, 0xC2, 1, data[64..]));
        rig.Expect(0x00, Opcode.Nonce, 0x03, 0, key);
        rig.Expect(0x00, Opcode.Sha, 0x04, 0xFFFF);
        rig.Expect(0x00, Opcode.Sha, 0x01, 64, data[..64]);
        Assert.Equal(expected, rig.Do(Opcode.Sha, 0xC2, 1, data[64..]));
    }

    [Fact]
    public void Sha_of_FIPS_180_abc_into_each_target()
    {
        byte[] expected = Rig.Hex("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");
        foreach ((byte mode, bool tempKey, bool digestBuffer) in new[]
        {
            ((byte)0xC2, false, false), ((byte)0x42, false, true), ((byte)0x02, true, true),
        })
        {
            var rig = new Rig();
            if (tempKey) rig.Expect(0x00, Opcode.Nonce, 0x43, 0, new byte[32]);
            rig.Expect(0x00, Opcode.Sha, 0x00, 0);
            Assert.Equal(expected, rig.Do(Opcode.Sha, mode, 3, "abc"u8.ToArray()));
            Assert.Equal(tempKey, rig.Chip.Ram.TempKey.IsValid);
            Assert.Equal(digestBuffer, rig.Chip.Ram.MessageDigest is not null);
            rig.Expect(0x0F, Opcode.Sha, mode, 0);
        }
    }

    [Fact]
    public void Aes_of_FIPS_197_appendix_B_from_slot_and_TempKey()
    {
        byte[] key = Rig.Hex("2B7E151628AED2A6ABF7158809CF4F3C");
        byte[] plain = Rig.Hex("3243F6A8885A308D313198A2E0370734");
        byte[] cipher = Rig.Hex("3925841D02DC09FBDC118597196A0B32");
        Rig rig = Rig.At(Stage.ConfigLocked, null, (5, 0x8F8F, 0x0018));
        rig.Expect(0x00, Opcode.Write, 0x82, 5 << 3, [.. new byte[16], .. key]);
        rig.Expect(0x00, Opcode.Lock, 0x81, 0);
        rig.Expect(0x00, Opcode.Nonce, 0x03, 0, [.. new byte[16], .. key]);
        foreach (int source in new[] { 5, 0xFFFF })
        {
            Assert.Equal(cipher, rig.Do(Opcode.Aes, 0x40, source, plain));
            Assert.Equal(plain, rig.Do(Opcode.Aes, 0x41, source, cipher));
            Assert.NotEqual(cipher, rig.Do(Opcode.Aes, 0x00, source, plain));
            rig.Expect(0x0F, Opcode.Aes, 0x80, source, plain);
        }
    }
}
