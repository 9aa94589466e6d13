namespace LumenLink.Simulator.Atecc608;

/// <summary>
/// Faults that a test arms on one chip: what a marginal bus, a brown-out or a slow part does. Each is spent as it
/// happens. Not safe for use from several threads at once.
/// </summary>
public sealed class ChipFaults
{
    private int nacks;
    private int corruptResponses;
    private int corruptReads;
    private int commandsUntilSleep;
    private int commandsUntilWatchdog;
    private int stretchedCommands;
    private long stretchMinimumUs;
    private long stretchMaximumUs;
    private Random stretch = new(0);

    /// <summary>Self-tests that fail, as in the SelfTest mode bits (01 RNG, 04 ECDSA, 08 ECDH, 10 AES, 20 SHA). While
    /// it is not zero, waking answers status 07 and SelfTest reports these bits.</summary>
    public byte FailedSelfTests { get; set; }

    /// <summary>The next <paramref name="transfers"/> transfers the chip would accept are not acknowledged.</summary>
    public void NackNext(int transfers) => nacks = transfers;

    /// <summary>
    /// The next <paramref name="responses"/> responses carry a wrong CRC, however often they are read.
    /// </summary>
    public void CorruptNextResponses(int responses) => corruptResponses = responses;

    /// <summary>The next <paramref name="reads"/> read transfers have one bit flipped in their last byte; reading
    /// again gives the right bytes.</summary>
    public void CorruptNextReads(int reads) => corruptReads = reads;

    /// <summary>The chip drops to sleep, its RAM lost, on receiving the <paramref name="number"/>th command from now
    /// (1 is the next) instead of carrying it out.</summary>
    public void SleepAtCommand(int number) => commandsUntilSleep = number;

    /// <summary>The <paramref name="number"/>th command from now (1 is the next) is answered with status EE, the
    /// watchdog about to expire, and not carried out.</summary>
    public void WatchdogAtCommand(int number) => commandsUntilWatchdog = number;

    /// <summary>The next <paramref name="commands"/> commands take longer by a time between the two bounds, drawn from
    /// a generator seeded with <paramref name="seed"/>.</summary>
    public void StretchBusy(int commands, long minimumMicroseconds, long maximumMicroseconds, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumMicroseconds, minimumMicroseconds);
        stretchedCommands = commands;
        stretchMinimumUs = minimumMicroseconds;
        stretchMaximumUs = maximumMicroseconds;
        stretch = new Random(seed);
    }

    internal bool TakeNack() => Take(ref nacks);

    internal bool TakeCorruptResponse() => Take(ref corruptResponses);

    internal bool TakeCorruptRead() => Take(ref corruptReads);

    internal bool TakeSleep() => Take(ref commandsUntilSleep) && commandsUntilSleep == 0;

    internal bool TakeWatchdog() => Take(ref commandsUntilWatchdog) && commandsUntilWatchdog == 0;

    internal long TakeStretchUs() =>
        Take(ref stretchedCommands) ? stretch.NextInt64(stretchMinimumUs, stretchMaximumUs + 1) : 0;

    private static bool Take(ref int count)
    {
        if (count <= 0) return false;
        count--;
        return true;
    }
}
