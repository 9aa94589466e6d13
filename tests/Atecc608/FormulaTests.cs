using System.Security.Cryptography;
using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Atecc608;

/// <summary>What the chip computes inside, written down here a second time from the documented formulas.</summary>
public sealed class FormulaTests
{
    private const byte Sn0 = 0x01, Sn1 = 0x23, Sn2 = 0x45, Sn3 = 0x67, Sn8 = 0xEE;
    private static readonly byte[] Sn4To7 = [0x89, 0xAB, 0xCD, 0xEF];
    private static readonly byte[] HostNonce = [.. Enumerable.Range(1, 20).Select(i => (byte)i)];

    [Theory]
    [InlineData(0x00)]
    [InlineData(0x01)]
    public void Random_nonce(byte mode)
    {
        Rig rig = Rig.At(Stage.ConfigLocked);
        byte[] random = rig.Do(Opcode.Nonce, mode, 0, HostNonce);
        byte[] expected = SHA256.HashData([.. random, .. HostNonce, 0x16, mode, 0x00]);
        Assert.Equal(expected, rig.Chip.Ram.TempKey.Value.ToArray());
        Assert.Equal([0x00, 0x80, 0, 0], rig.Do(Opcode.Info, 2, 0));
        byte[] returned = rig.Do(Opcode.Nonce, mode, 0x8000, HostNonce);
        Assert.Equal(returned, rig.Chip.Ram.TempKey.Value.ToArray());
        Assert.NotEqual(expected, returned);
    }

    [Fact]
    public void Random_numbers_are_a_pattern_until_the_configuration_is_locked()
    {
        byte[] pattern = Rig.Hex(string.Concat(Enumerable.Repeat("FFFF0000", 8)));
        Rig open = Rig.At(Stage.Unlocked);
        Assert.Equal(pattern, open.Do(Opcode.Random, 0, 0));
        Assert.Equal(pattern, open.Do(Opcode.Nonce, 0, 0, HostNonce));
        Rig locked = Rig.At(Stage.ConfigLocked);
        byte[] first = locked.Do(Opcode.Random, 0, 0);
        Assert.NotEqual(pattern, first);
        Assert.NotEqual(first, locked.Do(Opcode.Random, 1, 0));
    }

    [Theory]
    [InlineData(0x08)]
    [InlineData(0x0C)]
    public void GenKey_digest(byte mode)
    {
        Rig rig = Rig.At(Stage.ConfigLocked, null, (3, 0x2083, 0x0033));
        Assert.Equal(64, rig.Do(Opcode.GenKey, 0x04, 3).Length);
        byte[] before = TempKeyAfterNonce(rig);
        byte[] publicKey = rig.Do(Opcode.GenKey, mode, 3);
        byte[] message = [.. before, 0x40, mode, 3, 0, Sn8, Sn0, Sn1, .. new byte[25], .. publicKey];
        Assert.Equal(128, message.Length);
        Assert.Equal(SHA256.HashData(message), rig.Chip.Ram.TempKey.Value.ToArray());
        Assert.Equal([0x43, 0x80, 0, 0], rig.Do(Opcode.Info, 2, 0));
    }

    [Fact]
    public void GenKey_digest_of_a_stored_public_key()
    {
        byte[] publicKey = Reference.Rfc5903InitiatorPublic;
        Rig rig = Rig.At(Stage.ConfigLocked, null, (11, 0x0000, 0x0010));
        rig.State.WriteSlot(11, 4, publicKey[..32]);
        rig.State.WriteSlot(11, 40, publicKey[32..]);
        byte[] before = TempKeyAfterNonce(rig);
        rig.Expect(0x00, Opcode.GenKey, 0x10, 11, 0xA1, 0xA2, 0xA3);
        byte[] message = [.. before, 0x40, 0xA1, 0xA2, 0xA3, Sn8, Sn0, Sn1, .. new byte[25], .. publicKey];
        Assert.Equal(SHA256.HashData(message), rig.Chip.Ram.TempKey.Value.ToArray());
    }

    [Theory]
    [InlineData(0x00, false)]
    [InlineData(0x40, false)]
    [InlineData(0x41, false)]
    [InlineData(0x40, true)]
    public void Sign_internal(byte mode, bool slotLocked)
    {
        Rig rig = Rig.At(Stage.ConfigLocked, null, (2, 0x2082, 0x0033), (6, 0x2081, 0x0033));
        byte[] signer = rig.Do(Opcode.GenKey, 0x04, 2);
        rig.Do(Opcode.GenKey, 0x04, 6);
        rig.Expect(0x00, Opcode.Lock, 0x81, 0);
        if (slotLocked) rig.Expect(0x00, Opcode.Lock, 0x02 | (6 << 2), 0);
        TempKeyAfterNonce(rig);
        rig.Do(Opcode.GenKey, 0x08, 6);
        byte[] tempKey = rig.Chip.Ram.TempKey.Value.ToArray();
        bool withSerial = (mode & 0x40) != 0;
        byte[] message =
        [
            .. tempKey, 0x41, mode, 2, 0, 0x81, 0x20, 0x33, 0x00, 0x46, 0, 0, Sn8,
            .. withSerial ? Sn4To7 : new byte[4], Sn0, Sn1,
            withSerial ? Sn2 : (byte)0, withSerial ? Sn3 : (byte)0,
            slotLocked ? (byte)0 : (byte)1, 0, 0,
        ];
        Assert.Equal(55, message.Length);
        byte[] signature = rig.Do(Opcode.Sign, mode, 2);
        Assert.True(Reference.Verify(signer, SHA256.HashData(message), signature));
        rig.Expect(0x0F, Opcode.Sign, mode, 2);
    }

    private static byte[] TempKeyAfterNonce(Rig rig)
    {
        byte[] random = rig.Do(Opcode.Nonce, 0x00, 0, HostNonce);
        return SHA256.HashData([.. random, .. HostNonce, 0x16, 0x00, 0x00]);
    }
}
