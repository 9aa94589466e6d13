using System.Security.Cryptography;
using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Atecc608;

/// <summary>KDF: published vectors, where keys and messages come from, where results go.</summary>
public sealed class KdfTests
{
    private const byte Prf = 0x00;
    private const byte AesBlock = 0x20;
    private const byte Hkdf = 0x40;
    private const byte ToOutput = 0x10;

    private static readonly byte[] Counting = [.. Enumerable.Range(0, 16).Select(i => (byte)i)];
    private static readonly byte[] Key = [.. Counting, .. Counting];

    /// <summary>cryptoauthlib, test/api_atcab/atca_tests_kdf.c: expected_kdf_prf.</summary>
    [Fact]
    public void Prf_of_the_published_key_and_message()
    {
        byte[] expected = Rig.Hex(
            "1EBCBE62005AB948FDFFE1C402AABA354EC676050C9BC1AAE1FF5B1509A4A04A"
            + "44254664C2A480F5B77EA2D1020C7BA4B3640C4AC793324C26D6FDDFDB1F011A");
        Rig rig = WithTempKey(Key);
        Assert.Equal(expected, rig.Do(Opcode.Kdf, Prf | ToOutput, 0x1234, [0x01, 0x01, 0, 16, .. Counting]));
        Assert.Equal(expected[..32], rig.Do(Opcode.Kdf, Prf | ToOutput, 0, [0x01, 0, 0, 16, .. Counting]));
        // Split: the first half stays in the chip, where it is the key of the next.
        Assert.Equal(expected[32..], rig.Do(Opcode.Kdf, Prf, 0, [0x01, 0x03, 0, 16, .. Counting]));
        Assert.Equal(
            HMACSHA256.HashData(expected[..32], Counting),
            rig.Do(Opcode.Kdf, Hkdf | ToOutput, 0, [0x02, 0, 0, 16, .. Counting]));
    }

    /// <summary>cryptoauthlib, test/api_atcab/atca_tests_kdf.c: expected_kdf_aes.</summary>
    [Fact]
    public void Aes_of_the_published_key_and_message()
    {
        byte[] expected = [.. Rig.Hex("0A940BB5416EF045F1C39458C653EA5A"), .. new byte[16]];
        Rig rig = WithTempKey(Key);
        rig.State.WriteConfig(ConfigZone.ChipOptions, [0x04]);
        Assert.Equal(expected, rig.Do(Opcode.Kdf, AesBlock | ToOutput, 0x1234, [0, 0, 0, 0, .. Counting]));
        Assert.Equal(expected, rig.Do(Opcode.Kdf, AesBlock | ToOutput, 0, [1, 0, 0, 0, .. Counting]));
        rig.Expect(0x0F, Opcode.Kdf, AesBlock | ToOutput, 0, [2, 0, 0, 0, .. Counting]);
    }

    /// <summary>RFC 5869, appendix A.1: extract with salt as key, expand with info and 01 as message.</summary>
    [Fact]
    public void Hkdf_is_extract_and_expand_of_RFC_5869()
    {
        byte[] ikm = [.. Enumerable.Repeat((byte)0x0B, 22)];
        byte[] salt = [.. Rig.Hex("000102030405060708090A0B0C"), .. new byte[19]]; // zeros to a block change no HMAC
        byte[] prk = Rig.Hex("077709362C2E32DF0DDC3F0DC47BBA6390B6C73BB50F9C3122EC844AD7C2B3E5");
        byte[] info = Rig.Hex("F0F1F2F3F4F5F6F7F8F9");
        byte[] okm = Rig.Hex("3CB25F25FAACD57A90434F64D0362F2A2D2D0A90CF1A5A4C5DB02D56ECC4C5BF");
        Rig rig = WithTempKey(salt);
        Assert.Equal(prk, rig.Do(Opcode.Kdf, Hkdf | ToOutput, 0, [0x02, 0, 0, 22, .. ikm]));
        rig.Expect(0x00, Opcode.Kdf, Hkdf, 0, [0x02, 0, 0, 22, .. ikm]);
        Assert.Equal(okm, rig.Do(Opcode.Kdf, Hkdf | ToOutput, 0, [0x02, 0, 0, 11, .. info, 0x01]));
    }

    [Fact]
    public void Keys_come_from_TempKey_both_halves_a_slot_the_alternate_buffer_or_are_zeros()
    {
        byte[] upper = [.. Enumerable.Repeat((byte)0x55, 32)];
        byte[] alternate = [.. Enumerable.Repeat((byte)0x66, 32)];
        byte[] inSlot = [.. Enumerable.Repeat((byte)0x77, 32)];
        Rig rig = Rig.At(Stage.DataLocked, null, (4, 0x8F8F, 0x001C));
        rig.State.WriteSlot(4, 0, inSlot);
        rig.Expect(0x00, Opcode.Nonce, 0x23, 0, [.. Key, .. upper]);
        rig.Expect(0x00, Opcode.Nonce, 0x83, 0, alternate);
        foreach ((byte source, byte[] key) in new[]
        {
            ((byte)0, Key), ((byte)1, upper), ((byte)2, inSlot), ((byte)3, alternate),
        })
        {
            Assert.Equal(
                HMACSHA256.HashData(key, Counting),
                rig.Do(Opcode.Kdf, (byte)(Hkdf | ToOutput | source), 4, [0x02, 0, 0, 16, .. Counting]));
        }

        Assert.Equal(
            HMACSHA256.HashData(new byte[32], Counting),
            rig.Do(Opcode.Kdf, Hkdf | ToOutput, 0, [0x06, 0, 0, 16, .. Counting]));
        Assert.Equal(64, rig.Do(Opcode.Kdf, Prf | ToOutput, 0, [0x03, 0x01, 0, 16, .. Counting]).Length);
        rig.Expect(0x0F, Opcode.Kdf, Prf | ToOutput | 0x03, 0, [0x02, 0, 0, 16, .. Counting]);
    }

    [Fact]
    public void Messages_come_from_the_host_a_slot_or_TempKey()
    {
        Rig rig = Rig.At(Stage.DataLocked, null, (4, 0x8F8F, 0x001C));
        byte[] inSlot = [.. Enumerable.Repeat((byte)0x77, 32)];
        rig.State.WriteSlot(4, 0, inSlot);
        rig.Expect(0x00, Opcode.Nonce, 0x03, 0, Key);
        Assert.Equal(
            HMACSHA256.HashData(Key, inSlot), rig.Do(Opcode.Kdf, Hkdf | ToOutput, 0, [0x00, 0x04, 0, 0]));
        Assert.Equal(HMACSHA256.HashData(inSlot, Key), rig.Do(Opcode.Kdf, Hkdf | ToOutput | 2, 4, [0x01, 0, 0, 0]));
    }

    /// <summary>KdfIvLoc 9 and KdfIvStr 69 76 are those of cryptoauthlib's test configuration.</summary>
    [Fact]
    public void A_message_with_the_configured_IV_is_derived_from()
    {
        Rig rig = WithTempKey(Key);
        rig.State.WriteConfig(ConfigZone.KdfIvLocation, [9, 0x69, 0x76]);
        byte[] message = [.. Counting];
        rig.Expect(0x0F, Opcode.Kdf, Hkdf | ToOutput, 0, [0x03, 0, 0, 16, .. message]);
        message[9] = 0x69;
        message[10] = 0x76;
        Assert.Equal(
            HMACSHA256.HashData(Key, message),
            rig.Do(Opcode.Kdf, Hkdf | ToOutput, 0, [0x03, 0, 0, 16, .. message]));
        rig.Expect(0x0F, Opcode.Kdf, Hkdf | ToOutput, 0, [0x03, 0, 0, 10, .. message[..10]]);
    }

    [Fact]
    public void Results_go_to_TempKey_its_upper_half_a_slot_or_the_alternate_buffer()
    {
        byte[] expected = HMACSHA256.HashData(Key, Counting);
        byte[] derive = [0x02, 0, 0, 16, .. Counting];
        Rig rig = Rig.At(Stage.DataLocked, null, (9, 0x0000, 0x001C));
        rig.Expect(0x00, Opcode.Nonce, 0x03, 0, Key);
        rig.Expect(0x00, Opcode.Kdf, Hkdf | 0x04, 0, derive);
        Assert.Equal([.. Key, .. expected], rig.Chip.Ram.TempKey.Value.ToArray());
        rig.Expect(0x00, Opcode.Kdf, Hkdf | 0x08, 9 << 8, derive);
        Assert.Equal(expected, rig.State.Slot(9)[..32].ToArray());
        rig.Expect(0x00, Opcode.Kdf, Hkdf | 0x0C, 0, derive);
        Assert.Equal(expected, rig.Chip.Ram.AlternateKey);
        rig.Expect(0x00, Opcode.Kdf, Hkdf, 0, derive);
        Assert.Equal(expected, rig.Chip.Ram.TempKey.Value.ToArray());
        rig.Expect(0x0F, Opcode.Kdf, Hkdf | 0x14, 0, derive);
        // 64 bytes fit neither half a TempKey nor the alternate buffer.
        rig.Expect(0x0F, Opcode.Kdf, Prf | 0x04, 0, [0x01, 0x01, 0, 16, .. Counting]);
        rig.Expect(0x0F, Opcode.Kdf, Prf | 0x0C, 0, [0x01, 0x01, 0, 16, .. Counting]);
        rig.Expect(0x00, Opcode.Kdf, Prf | 0x08, 9 << 8, [0x01, 0x01, 0, 16, .. Counting]);
    }

    [Fact]
    public void Without_a_key_in_its_buffer_nothing_is_derived()
    {
        Rig rig = Rig.At(Stage.DataLocked);
        foreach (byte source in new byte[] { 0, 1, 3 })
            rig.Expect(0x0F, Opcode.Kdf, (byte)(Hkdf | ToOutput | source), 0, [0x02, 0, 0, 16, .. Counting]);
        Assert.Equal(64, rig.Do(Opcode.GenKey, 0x04, 0xFFFF).Length);
        rig.Expect(0x0F, Opcode.Kdf, Hkdf | ToOutput, 0, [0x02, 0, 0, 16, .. Counting]);
    }

    [Theory]
    [InlineData("04000010")]
    [InlineData("00080010")]
    [InlineData("00020010")]
    [InlineData("00000110")]
    public void Details_of_no_PRF(string details) => AssertUnknown(Prf | ToOutput, details);

    [Theory]
    [InlineData("04000000")]
    [InlineData("00000010")]
    public void Details_of_no_AES(string details) => AssertUnknown(AesBlock | ToOutput, details);

    [Theory]
    [InlineData("0A000010")]
    [InlineData("02010010")]
    [InlineData("00000010")]
    [InlineData("01000010")]
    public void Details_of_no_HKDF(string details) => AssertUnknown(Hkdf | ToOutput, details);

    private static void AssertUnknown(byte mode, string details) =>
        WithTempKey(Key).Expect(0x03, Opcode.Kdf, mode, 0, [.. Rig.Hex(details), .. Counting]);

    private static Rig WithTempKey(byte[] key)
    {
        Rig rig = Rig.At(Stage.DataLocked);
        rig.Expect(0x00, Opcode.Nonce, 0x03, 0, key);
        return rig;
    }
}
