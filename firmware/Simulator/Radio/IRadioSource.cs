namespace LumenLink.Simulator;

/// <summary>One advertisement as a receiver hears it.</summary>
/// <param name="TimeMs">World milliseconds.</param>
/// <param name="Address">Advertiser's address, 48 bits.</param>
/// <param name="RssiDbm">Signal strength, dBm.</param>
/// <param name="IsRandomAddress">Whether the address is a random one.</param>
/// <param name="Payload">Advertising data, at most 31 bytes; empty when unknown.</param>
public readonly record struct RadioEvent(
    double TimeMs, ulong Address, short RssiDbm, bool IsRandomAddress, ReadOnlyMemory<byte> Payload);

/// <summary>What one receiver hears, in order of time: a cursor that goes forward only.</summary>
public interface IRadioSource
{
    /// <summary>Takes the next event in a span of time; events before the span are passed over for good.</summary>
    /// <param name="fromMs">World milliseconds, inclusive.</param>
    /// <param name="beforeMs">World milliseconds, exclusive.</param>
    /// <param name="radioEvent">The event taken.</param>
    /// <returns>False when there is none in the span; nothing at or after its end is taken.</returns>
    bool TryNext(double fromMs, double beforeMs, out RadioEvent radioEvent);

    /// <summary>Looks when the next event at or after a time is, without taking it.</summary>
    /// <param name="fromMs">World milliseconds.</param>
    /// <returns>World milliseconds, or null when there is none.</returns>
    double? PeekMs(double fromMs);
}
