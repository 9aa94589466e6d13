using LumenLink.Bench.Input;
using LumenLink.Bench.Size;
using LumenLink.Protocol;

namespace LumenLink.Tests.Bench;

/// <summary>The bound against figures worked out by hand.</summary>
public sealed class EntropyBoundTests
{
    private const int Precision = 9;

    [Fact]
    public void AFairCoinHasOneBitAndACertainThingNone()
    {
        Assert.Equal(1, EntropyBound.OrderZero([5, 5]), Precision);
        Assert.Equal(2, EntropyBound.OrderZero([1, 1, 1, 1]), Precision);
        Assert.Equal(0, EntropyBound.OrderZero([7]), Precision);
        Assert.Equal(0, EntropyBound.OrderZero([7, 0]), Precision);
    }

    [Fact]
    public void ASetOfAddressesCostsLessThanAList()
    {
        Assert.Equal(0, EntropyBound.LogChooseAddresses(0), Precision);
        Assert.Equal(48, EntropyBound.LogChooseAddresses(1), Precision);
        Assert.Equal((2 * 48) - 1, EntropyBound.LogChooseAddresses(2), Precision);
    }

    /// <summary>
    /// Two reports of two windows: in the first, A in both windows and B in one; in the second, A in one.
    /// Addresses: 95 + 48 bits. Presence: 4 of (2 + 1) * 2 = 6 cells, 6 * H(2/3) = 6 log2 3 - 4 bits. First strengths:
    /// -70, -60, -70: 3 * H(1/3) = 3 log2 3 - 2 bits. Changes: one, 0 bits.
    /// </summary>
    [Fact]
    public void ASmallInputCostsWhatTheFormulaSays()
    {
        ScanReport first = Samples.Report(
            1, 2, new(0, 0xA, AddressType.Random, -70), new(0, 0xB, AddressType.Random, -60),
            new(1, 0xA, AddressType.Random, -73));
        ScanReport second = Samples.Report(2, 2, new HeardSighting(1, 0xA, AddressType.Random, -70));

        EntropyBound bound = EntropyBound.Of([first, second]);

        Assert.Equal(143, bound.AddressBits, Precision);
        Assert.Equal((6 * Math.Log2(3)) - 4, bound.PresenceBits, Precision);
        Assert.Equal((3 * Math.Log2(3)) - 2, bound.FirstRssiBits, Precision);
        Assert.Equal(0, bound.DeltaRssiBits, Precision);
        Assert.Equal(143 + (9 * Math.Log2(3)) - 6, bound.Bits, Precision);
    }

    [Fact]
    public void ChangesCountWithinAReportOnly()
    {
        ScanReport first = Samples.Report(
            1, 3, new(0, 0xA, AddressType.Random, -70), new(1, 0xA, AddressType.Random, -72),
            new(2, 0xA, AddressType.Random, -71));
        ScanReport second = Samples.Report(2, 3, new HeardSighting(0, 0xA, AddressType.Random, -40));

        EntropyBound bound = EntropyBound.Of([first, second]);

        Assert.Equal(2, bound.DeltaRssiBits, Precision);
        Assert.Equal(2, bound.FirstRssiBits, Precision);
    }
}
