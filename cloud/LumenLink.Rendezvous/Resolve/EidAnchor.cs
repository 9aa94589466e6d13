namespace LumenLink.Rendezvous.Resolve;

/// <summary>
/// Where the identifier clock of a beacon was seen when that is not by the time. One that is ahead started often and
/// stays where it is until the time is there too; one that is behind has no time of day and counts on.
/// </summary>
/// <param name="Period">The period in which it was seen.</param>
/// <param name="AtS">When, unix seconds.</param>
internal sealed record EidAnchor(uint Period, long AtS)
{
    /// <summary>The period that it should be in now.</summary>
    /// <param name="clock">Of the beacon.</param>
    /// <param name="unixS">Now.</param>
    public uint PeriodAt(in EidClock clock, long unixS)
    {
        uint byTime = clock.PeriodAt(unixS);
        bool isAhead = Ahead(Period, clock.PeriodAt(AtS)) > 0;
        return isAhead
            ? Ahead(Period, byTime) > 0 ? Period : byTime
            : Period + (uint)((unixS - AtS) >> clock.Exponent);
    }

    /// <summary>How many periods one is ahead of another; below 0 behind.</summary>
    public static int Ahead(uint period, uint other) => unchecked((int)(period - other));
}
