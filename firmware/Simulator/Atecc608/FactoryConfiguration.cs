using System.Buffers.Binary;

namespace LumenLink.Simulator.Atecc608;

/// <summary>
/// What a blank generic part (MAHDA, SSHDA) holds. Slot and key defaults that matter to nobody before provisioning
/// writes them are those of common dumps of such parts; only serial, revision, address and lock bytes are relied on.
/// </summary>
internal static class FactoryConfiguration
{
    private static ReadOnlySpan<ushort> SlotConfigs =>
    [
        0x2083, 0x2087, 0x208F, 0x8FC4, 0x8F8F, 0x8F8F, 0x8F9F, 0x8FAF,
        0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x0000, 0x8FAF,
    ];

    private static ReadOnlySpan<ushort> KeyConfigs =>
    [
        0x0033, 0x0033, 0x0033, 0x001C, 0x001C, 0x001C, 0x001C, 0x001C,
        0x003C, 0x003C, 0x003C, 0x003C, 0x003C, 0x003C, 0x003C, 0x001C,
    ];

    private static ReadOnlySpan<byte> CounterAtZero => [0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00];

    internal static void Fill(Span<byte> config, ReadOnlySpan<byte> serial, ChipModel model)
    {
        serial[..4].CopyTo(config[ConfigZone.SerialHead..]);
        serial[4..].CopyTo(config[ConfigZone.SerialTail..]);
        config[ConfigZone.Revision + 2] = 0x60;
        config[ConfigZone.Revision + 3] = model == ChipModel.Atecc608A ? (byte)0x02 : (byte)0x03;
        config[ConfigZone.AesEnable] = 0x01;
        config[ConfigZone.I2cEnable] = 0x01;
        config[ConfigZone.I2cAddress] = 0xC0;
        CounterAtZero.CopyTo(config[ConfigZone.Counter0..]);
        CounterAtZero.CopyTo(config[ConfigZone.Counter1..]);
        config[ConfigZone.LockValue] = ConfigZone.Unlocked;
        config[ConfigZone.LockConfig] = ConfigZone.Unlocked;
        config.Slice(ConfigZone.SlotLocked, 2).Fill(0xFF);
        WriteWords(config[ConfigZone.SlotConfig..], SlotConfigs);
        WriteWords(config[ConfigZone.KeyConfig..], KeyConfigs);
    }

    private static void WriteWords(Span<byte> target, ReadOnlySpan<ushort> words)
    {
        for (int i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(target[(2 * i)..], words[i]);
    }
}
