using LumenLink.Beacon.Security;
using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>
/// A chip that the driver itself configured for the tests of its commands: slot 0 signs, 1 agrees, 4 holds an HMAC key,
/// 5 an AES key, 8 open data, 9 a public key; KDF may use AES.
/// </summary>
internal sealed class CommandRig
{
    internal const int SignSlot = 0;
    internal const int AgreeSlot = 1;
    internal const int HmacSlot = 4;
    internal const int AesSlot = 5;
    internal const int OpenSlot = 8;
    internal const int StoredKeySlot = 9;

    /// <summary>cryptoauthlib, test/api_calib/test_calib_config.c: g_slot4_key.</summary>
    internal static readonly byte[] HmacKey =
        Convert.FromHexString("3780E63D4968ADE5D822C013FCC323845D1B569FE705B60006FEEC145A0DB1E3");

    /// <summary>FIPS 197, appendix B, after 16 bytes of another key.</summary>
    internal static readonly byte[] AesKeys =
        [.. new byte[16], .. Convert.FromHexString("2B7E151628AED2A6ABF7158809CF4F3C")];

    private static readonly (int Slot, ushort SlotConfig, ushort KeyConfig)[] Slots =
    [
        (SignSlot, 0x2083, 0x0033), (AgreeSlot, 0x2087, 0x0033), (HmacSlot, 0x8F8F, 0x001C),
        (AesSlot, 0x8F8F, 0x0018), (OpenSlot, 0x0000, 0x003C), (StoredKeySlot, 0x0000, 0x0010),
    ];

    internal CommandRig(byte chipMode = ChipModes.M0, ChipModel model = ChipModel.Atecc608B)
    {
        Board = new Board(Board.WithChipMode(ChipState.Blank(Board.SerialNumber, model), chipMode));
        var link = new Atecc608Link(Board.Bus, Board.Clock);
        Device = new Atecc608Device(link);
        Zones = new Atecc608Zones(link);
        Keys = new Atecc608Keys(link);
        Hash = new Atecc608Hash(link);
        Derivation = new Atecc608Derivation(link);
        Link = link;
    }

    internal Board Board { get; }

    internal Atecc608Link Link { get; }

    internal Atecc608Device Device { get; }

    internal Atecc608Zones Zones { get; }

    internal Atecc608Keys Keys { get; }

    internal Atecc608Hash Hash { get; }

    internal Atecc608Derivation Derivation { get; }

    internal byte[] ReadConfig()
    {
        byte[] zone = new byte[128];
        for (int i = 0; i < zone.Length; i += 32) Ok(Zones.ReadBlock(ChipZone.Configuration, 0, i, zone, i));
        return zone;
    }

    /// <summary>Configured and locked; data still open.</summary>
    internal CommandRig Configure()
    {
        byte[] zone = ReadConfig();
        foreach ((int slot, ushort slotConfig, ushort keyConfig) in Slots)
        {
            WriteWord(zone, 20 + (2 * slot), slotConfig);
            WriteWord(zone, 96 + (2 * slot), keyConfig);
        }

        WriteWord(zone, 90, 0x0004);
        for (int i = 16; i < zone.Length; i += 4)
            if (i != 84) Ok(Zones.WriteWord(ChipZone.Configuration, 0, i, zone, i));
        Assert.Equal(zone, ReadConfig());
        Ok(Zones.LockConfiguration(Atecc608Zones.Summary(zone, zone.Length)));
        return this;
    }

    /// <summary>Configured, keys written, everything locked, private keys made.</summary>
    internal CommandRig Provision()
    {
        Configure();
        Ok(Zones.WriteBlock(ChipZone.Data, HmacSlot, 0, HmacKey, 0));
        Ok(Zones.WriteBlock(ChipZone.Data, AesSlot, 0, AesKeys, 0));
        Ok(Zones.LockDataAsItIs());
        SignKey = Generate(SignSlot);
        AgreeKey = Generate(AgreeSlot);
        return this;
    }

    internal byte[] SignKey { get; private set; } = [];

    internal byte[] AgreeKey { get; private set; } = [];

    internal static void Ok(ChipStatus status) => Assert.Equal(ChipStatus.Ok, status);

    /// <summary>A public key in <see cref="StoredKeySlot"/>, as the chip wants it: 4 bytes, X, 4 bytes, Y.</summary>
    internal void StoreKey(byte[] key)
    {
        byte[] slot = [0, 0, 0, 0, .. key[..32], 0, 0, 0, 0, .. key[32..]];
        for (int i = 0; i < slot.Length; i += 4) Ok(Zones.WriteWord(ChipZone.Data, StoredKeySlot, i, slot, i));
    }

    private static void WriteWord(byte[] zone, int offset, ushort value)
    {
        zone[offset] = (byte)value;
        zone[offset + 1] = (byte)(value >> 8);
    }

    private byte[] Generate(int slot)
    {
        byte[] key = new byte[64];
        Ok(Keys.GeneratePrivate(slot, key, 0));
        return key;
    }
}
