namespace LumenLink.Simulator.Atecc608;

/// <summary>A chip's memory after provisioning, and the identity key's public half.</summary>
/// <param name="State">The memory of the provisioned chip.</param>
/// <param name="PublicKey">X||Y of slot 0, 64 bytes, big-endian.</param>
public sealed record ProvisionedChip(ChipState State, byte[] PublicKey);

/// <summary>
/// Brings a blank chip to LumenLink's configuration by packets alone, as a provisioning bench would: write and lock
/// the configuration, make the identity key in slot 0, lock the data zone, lock slot 0.
/// </summary>
public static class ChipProvisioning
{
    /// <summary>The slot of the identity key.</summary>
    public const int IdentitySlot = LumenLinkConfiguration.IdentitySlot;

    /// <summary>The monotonic counter that numbers boots.</summary>
    public const int BootCounter = 0;

    private const byte ReadConfigBlock = 0x80;
    private const byte LockConfigWithSummary = 0x00;
    private const byte LockDataIgnoringSummary = 0x81;
    private const byte LockSlot = 0x02;
    private const byte GenerateKey = 0x04;

    /// <summary>Makes a blank chip with its own clock and provisions it.</summary>
    /// <param name="serial">SN0 to SN8, nine bytes.</param>
    /// <param name="model">The silicon revision the chip reports.</param>
    /// <param name="random">Where the identity key comes from; the operating system's generator unless given.</param>
    public static ProvisionedChip Manufacture(
        ReadOnlySpan<byte> serial,
        ChipModel model = ChipModel.Atecc608B,
        IChipRandom? random = null)
    {
        ChipState state = ChipState.Blank(serial, model);
        long nowUs = 0;
        var options = new ChipOptions { Random = random ?? new CryptographicChipRandom() };
        var chip = new Atecc608Chip(state, () => nowUs, options);
        return new ProvisionedChip(state, Provision(chip, us => nowUs += us));
    }

    /// <summary>Provisions a blank chip at address 0x60.</summary>
    /// <param name="chip">The chip, unlocked.</param>
    /// <param name="advanceMicroseconds">Moves the chip's clock on by that many microseconds.</param>
    /// <returns>X||Y of slot 0, 64 bytes, big-endian.</returns>
    /// <exception cref="InvalidOperationException">The chip refuses a step (it is locked already, for one) or does not
    /// answer; steps before it stay done.</exception>
    public static byte[] Provision(Atecc608Chip chip, Action<long> advanceMicroseconds)
    {
        ArgumentNullException.ThrowIfNull(chip);
        ArgumentNullException.ThrowIfNull(advanceMicroseconds);
        var session = new ChipSession(chip, advanceMicroseconds);
        byte[] wanted = ReadConfig(session);
        LumenLinkConfiguration.Apply(wanted);
        WriteConfig(session, wanted);
        if (!ReadConfig(session).AsSpan().SequenceEqual(wanted))
            throw new InvalidOperationException("The chip's configuration is not what was written.");
        session.Demand(Opcode.Lock, LockConfigWithSummary, ChipCrc.Compute(wanted));
        byte[] publicKey = session.Fetch(P256.PublicKeySize, Opcode.GenKey, GenerateKey, IdentitySlot);
        session.Demand(Opcode.Lock, LockDataIgnoringSummary, 0);
        session.Demand(Opcode.Lock, LockSlot | (IdentitySlot << 2), 0);
        return publicKey;
    }

    private static byte[] ReadConfig(ChipSession session)
    {
        byte[] config = new byte[ConfigZone.Size];
        for (int offset = 0; offset < config.Length; offset += ConfigZone.BlockSize)
        {
            session.Fetch(ConfigZone.BlockSize, Opcode.Read, ReadConfigBlock, Word(offset)).CopyTo(config, offset);
        }

        return config;
    }

    private static void WriteConfig(ChipSession session, byte[] config)
    {
        for (int offset = ConfigZone.FirstWritable; offset < config.Length; offset += ConfigZone.WordSize)
        {
            if (offset == ConfigZone.UserExtra) continue;
            session.Demand(Opcode.Write, 0x00, Word(offset), config.AsSpan(offset, ConfigZone.WordSize));
        }
    }

    private static ushort Word(int offset) => (ushort)(offset / ConfigZone.WordSize);
}
