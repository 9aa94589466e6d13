namespace LumenLink.Simulator.Atecc608;

/// <summary>How one emulated chip behaves beyond its memory.</summary>
public sealed class ChipOptions
{
    /// <summary>Where random numbers come from; the operating system's generator unless set.</summary>
    public IChipRandom Random { get; init; } = new CryptographicChipRandom();

    /// <summary>Actual busy time as a share of the documented maximum: 1 is the worst case, above 1 a chip out of
    /// specification. Must be positive.</summary>
    public double BusyTimeFactor { get; init; } = 1.0;

    /// <summary>Faults to inject; keep the reference to arm them later.</summary>
    public ChipFaults Faults { get; init; } = new();

    internal ChipPolicy Policy { get; init; } = ChipPolicy.Full;
}
