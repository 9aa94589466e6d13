namespace LumenLink.Simulator;

/// <summary>Memory figures that a simulated board reports: constants, after an ESP32-S3 with 2 MB of PSRAM.</summary>
internal static class HostMemory
{
    public const uint ManagedFreeBytes = 1_500_000;
    public const uint InternalBytes = 300_000;
    public const uint InternalFreeBytes = 100_000;
    public const uint InternalLargestBytes = 60_000;
    public const uint SpiRamBytes = 2_097_152;
    public const uint SpiRamFreeBytes = 1_800_000;
    public const uint SpiRamLargestBytes = 1_700_000;
}
