namespace LumenLink.Tests;

/// <summary>
/// Opcode, and milliseconds at M0, M1, M2: the maxima of cryptoauthlib's table for what chip and
/// driver both know. The tests of either compile this file.
/// </summary>
internal static class PublishedTimes
{
    internal static TheoryData<byte, int, int, int> Table => new()
    {
        { 0x30, 5, 5, 5 }, { 0x1B, 23, 23, 23 }, { 0x02, 5, 5, 5 }, { 0x12, 45, 45, 45 }, { 0x17, 35, 35, 35 },
        { 0x20, 10, 10, 10 }, { 0x16, 20, 20, 20 }, { 0x40, 115, 215, 653 }, { 0x41, 115, 220, 665 },
        { 0x45, 105, 295, 1085 }, { 0x47, 36, 42, 75 }, { 0x24, 25, 25, 25 }, { 0x56, 165, 165, 165 },
        { 0x51, 27, 27, 27 }, { 0x77, 250, 625, 2324 }, { 0x43, 75, 172, 531 },
    };
}
