using System.Security.Cryptography;
using LumenLink.Beacon.Security;
using LumenLink.Simulator.Atecc608;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>ChipMode bytes: the three clock dividers, and the slowest with the long watchdog.</summary>
public static class ChipModes
{
    public const byte M0 = 0x00;
    public const byte M1 = 0x28;
    public const byte M2 = 0x68;
    public const byte M2LongWatchdog = 0x6C;

    public static TheoryData<byte> All => [M0, M1, M2, M2LongWatchdog];
}

/// <summary>A provisioned chip on a bus in virtual time, and a driver.</summary>
internal sealed class Board
{
    private static readonly byte[] Serial = [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0xEE];
    private const int ChipModeInConfig = 19;

    internal Board(byte chipMode = ChipModes.M0, double busyTimeFactor = 1.0)
        : this(Provisioned(chipMode, out byte[] publicKey), busyTimeFactor)
    {
        PublicKey = publicKey;
    }

    /// <summary>A chip with this memory.</summary>
    internal Board(ChipState state, double busyTimeFactor = 1.0)
    {
        State = state;
        Faults = new ChipFaults();
        var options = new ChipOptions
        {
            Random = new SeededChipRandom(1),
            Faults = Faults,
            BusyTimeFactor = busyTimeFactor,
        };
        Chip = new Atecc608Chip(state, () => Clock.NowUs, options);
        Bus = new ChipBus(Chip, Clock);
        Driver = new Atecc608(Bus, Clock);
    }

    internal static byte[] SerialNumber => Serial;

    internal byte[] PublicKey { get; } = [];

    internal ChipState State { get; }

    internal TestClock Clock { get; } = new();

    internal ChipFaults Faults { get; }

    internal Atecc608Chip Chip { get; }

    internal ChipBus Bus { get; }

    internal Atecc608 Driver { get; private set; }

    /// <summary>A new boot: the driver knows nothing, the chip kept its power.</summary>
    internal void Reboot() => Driver = new Atecc608(Bus, Clock);

    /// <summary>Our provisioning leaves M0; the other modes are put into the serialised memory.</summary>
    internal static ChipState WithChipMode(ChipState state, byte chipMode) =>
        WithConfig(state, ChipModeInConfig, chipMode);

    /// <summary>A memory with one byte of its configuration zone changed.</summary>
    internal static ChipState WithConfig(ChipState state, int offset, byte value)
    {
        byte[] bytes = state.Serialize();
        bytes[ConfigIn(bytes) + offset] = value;
        int digest = bytes.Length - SHA256.HashSizeInBytes;
        SHA256.HashData(bytes.AsSpan(0, digest), bytes.AsSpan(digest));
        return ChipState.Parse(bytes);
    }

    /// <summary>The configuration zone of a memory.</summary>
    internal static byte[] ConfigOf(ChipState state)
    {
        byte[] bytes = state.Serialize();
        return bytes.AsSpan(ConfigIn(bytes), ChipConfiguration.Size).ToArray();
    }

    private static ChipState Provisioned(byte chipMode, out byte[] publicKey)
    {
        ProvisionedChip made = ChipProvisioning.Manufacture(Serial, random: new SeededChipRandom(608));
        publicKey = made.PublicKey;
        return WithChipMode(made.State, chipMode);
    }

    private static int ConfigIn(byte[] bytes)
    {
        int config = bytes.AsSpan().IndexOf(Serial.AsSpan(0, 4));
        Assert.True(config >= 0);
        return config;
    }
}
