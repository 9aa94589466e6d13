using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Store;

/// <summary>What a receipt says of one boot, from the sequences that are stored.</summary>
internal static class SettledMarks
{
    /// <summary>How many stored sequences are read at a time.</summary>
    public const int ReadAtOnce = 512;

    /// <summary>The mark after the stored sequences above it, as far as they follow on without a gap.</summary>
    /// <param name="settled">The mark so far.</param>
    /// <param name="above">Stored sequences above it, rising.</param>
    public static long Advance(long settled, List<long> above)
    {
        foreach (long sequence in above)
        {
            if (sequence != settled + 1)
                break;
            settled = sequence;
        }
        return settled;
    }

    /// <summary>True when sequences that matter were not read: read again from the mark.</summary>
    public static bool NeedsMore(long settled, List<long> above) =>
        above.Count == ReadAtOnce && above[^1] < settled + (8 * WireLimits.MaxBitmapBytes);

    /// <summary>
    /// Bit i, least significant first: settled + 1 + i is stored. No longer than its last set bit needs.
    /// </summary>
    public static byte[] Bitmap(long settled, List<long> above)
    {
        Span<byte> bits = stackalloc byte[WireLimits.MaxBitmapBytes];
        bits.Clear();
        int length = 0;
        foreach (long sequence in above)
        {
            long bit = sequence - settled - 1;
            if (bit < 0)
                continue;
            if (bit >= 8 * bits.Length)
                break;
            bits[(int)bit / 8] |= (byte)(1 << ((int)bit % 8));
            length = ((int)bit / 8) + 1;
        }
        return bits[..length].ToArray();
    }
}
