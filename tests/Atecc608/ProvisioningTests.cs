using System.Security.Cryptography;
using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Atecc608;

public sealed class ProvisioningTests
{
    private static readonly ProvisionedChip Made = ChipProvisioning.Manufacture(Rig.Serial);

    private readonly Rig rig = new(ChipState.Parse(Made.State.Serialize()));

    [Fact]
    public void Identity_key_signs_a_digest_in_one_wake()
    {
        byte[] digest = SHA256.HashData("hello"u8);
        rig.Wake();
        Assert.Equal(32, rig.Run(Opcode.Random, 0, 0).Length);
        Assert.Equal([0x00], rig.Run(Opcode.Nonce, 0x43, 0, digest));
        byte[] signature = rig.Run(Opcode.Sign, 0xA0, 0);
        Assert.True(Reference.Verify(Made.PublicKey, digest, signature));
        Assert.Equal([0x0F], rig.Run(Opcode.Sign, 0xA0, 0));
    }

    [Fact]
    public void Identity_key_does_nothing_else()
    {
        byte[] peer = Reference.PublicKey(Reference.Rfc5903Initiator);
        rig.Expect(0x0F, Opcode.GenKey, 0x04, 0);
        rig.Expect(0x0F, Opcode.Ecdh, 0x0C, 0, peer);
        rig.Expect(0x0F, Opcode.Read, 0x82, 0);
        rig.Expect(0x0F, Opcode.Write, 0x82, 0, new byte[32]);
        Assert.Equal(32, rig.Do(Opcode.Nonce, 0x00, 0, new byte[20]).Length);
        Assert.Equal(64, rig.Do(Opcode.GenKey, 0x08, 0).Length);
        rig.Expect(0x0F, Opcode.Sign, 0x00, 0);
        Assert.Equal(Made.PublicKey, rig.Do(Opcode.GenKey, 0x00, 0));
    }

    [Fact]
    public void Other_slots_are_closed()
    {
        for (int slot = 1; slot < 16; slot++)
        {
            rig.Expect(0x0F, Opcode.Read, 0x82, slot << 3);
            rig.Expect(0x0F, Opcode.Read, 0x02, slot << 3);
            rig.Expect(0x0F, Opcode.Write, 0x82, slot << 3, new byte[32]);
            rig.Expect(0x0F, Opcode.Write, 0x02, slot << 3, new byte[4]);
            rig.Expect(0x0F, Opcode.GenKey, 0x04, slot);
            rig.Expect(0x0F, Opcode.Lock, (byte)(0x02 | (slot << 2)), 0);
            rig.Expect(0x00, Opcode.Nonce, 0x43, 0, new byte[32]);
            rig.Expect(0x0F, Opcode.Sign, 0xA0, slot);
        }
    }

    [Fact]
    public void Ephemeral_agreement_goes_through_TempKey()
    {
        byte[] own = rig.Do(Opcode.GenKey, 0x04, 0xFFFF);
        byte[] peerSecret = Reference.Rfc5903Responder;
        byte[] secret = rig.Do(Opcode.Ecdh, 0x0D, 0, Reference.PublicKey(peerSecret));
        Assert.Equal(Reference.SharedSecret(peerSecret, own), secret);
    }

    [Fact]
    public void A_provisioned_chip_refuses_to_be_provisioned_again()
    {
        byte[] before = rig.State.Serialize();
        Assert.Throws<InvalidOperationException>(() => ChipProvisioning.Provision(rig.Chip, us => rig.NowUs += us));
        Assert.Equal(before, rig.State.Serialize());
    }

    [Fact]
    public void Seeded_chips_repeat_others_differ()
    {
        byte[] Key(ulong seed) =>
            ChipProvisioning.Manufacture(Rig.Serial, ChipModel.Atecc608A, new SeededChipRandom(seed)).PublicKey;
        Assert.Equal(Key(1), Key(1));
        Assert.NotEqual(Key(1), Key(2));
        Assert.NotEqual(Made.PublicKey, ChipProvisioning.Manufacture(Rig.Serial).PublicKey);
    }
}
