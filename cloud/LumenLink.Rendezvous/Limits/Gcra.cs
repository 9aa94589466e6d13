namespace LumenLink.Rendezvous.Limits;

/// <summary>A rate and a burst.</summary>
/// <param name="IntervalUs">Microseconds in which one call is earned.</param>
/// <param name="Burst">Calls that can be saved up.</param>
internal readonly record struct GcraRate(long IntervalUs, int Burst)
{
    /// <summary>Microseconds in which a whole burst is earned.</summary>
    public long WindowUs => IntervalUs * Burst;
}

/// <summary>A call that was judged.</summary>
/// <param name="IsAllowed">It may be made.</param>
/// <param name="FullAtUs">When the client has its whole burst again; all that has to be kept of it.</param>
/// <param name="NowUs">The time that it was judged by.</param>
internal readonly record struct GcraDecision(bool IsAllowed, long FullAtUs, long NowUs)
{
    /// <summary>Calls that can be made at once after it.</summary>
    public int Remaining(GcraRate rate) => (int)((rate.WindowUs - (FullAtUs - NowUs)) / rate.IntervalUs);

    /// <summary>How long until a call can be made; zero when one can be made now.</summary>
    public long WaitUs(GcraRate rate) => Math.Max(0, FullAtUs + rate.IntervalUs - NowUs - rate.WindowUs);
}

/// <summary>
/// The generic cell rate algorithm (ITU-T I.371), in whole microseconds: of a client one number is kept, the time at
/// which all that it used is earned again. Whatever happens, within any time t no more than Burst + t / IntervalUs
/// calls are allowed.
/// </summary>
internal static class Gcra
{
    /// <summary>Judges one call.</summary>
    /// <param name="fullAtUs">What was kept of the client; any number at all, zero for one that is not known.</param>
    /// <param name="nowUs">The time.</param>
    /// <param name="rate">What it may.</param>
    public static GcraDecision Judge(long fullAtUs, long nowUs, GcraRate rate)
    {
        // Further ahead than a window is a clock that was put back, or another policy: nobody waits longer for that.
        long fullAt = Math.Clamp(fullAtUs, nowUs, nowUs + rate.WindowUs);
        bool isAllowed = fullAt + rate.IntervalUs - nowUs <= rate.WindowUs;
        return new GcraDecision(isAllowed, isAllowed ? fullAt + rate.IntervalUs : fullAt, nowUs);
    }
}
