using LumenLink.Rendezvous.Ingest;

namespace LumenLink.Rendezvous.Broker;

/// <summary>
/// How long the PUBACKs of one connection may still wait for commits. Publishes of a connection are handled one after
/// the other, PINGREQ behind them: what a client sees is the sum of the waits. So they share one budget, which is
/// earned back while none waits, and a client waits no longer for the last of several than for a single one. A client
/// that sent nothing behind a publish before its answer waits for that one alone, and has the whole budget again.
/// </summary>
internal sealed class AcknowledgementHold
{
    private readonly TimeProvider time;
    private readonly Func<bool> isAllRead;
    private readonly TimeSpan most;
    private TimeSpan left;
    private long asOf;

    /// <summary>A whole budget.</summary>
    /// <param name="keepAlive">What the client stated in CONNECT; zero when it wants none.</param>
    /// <param name="time">Measures.</param>
    /// <param name="isAllRead">Says whether nothing of the client waits to be read; false when it cannot tell.</param>
    public AcknowledgementHold(TimeSpan keepAlive, TimeProvider time, Func<bool> isAllRead)
    {
        this.isAllRead = isAllRead;
        this.time = time;
        most = MostOf(keepAlive);
        left = most;
        asOf = time.GetTimestamp();
    }

    /// <summary>The budget of a client: its keep-alive can make it smaller and never larger.</summary>
    public static TimeSpan MostOf(TimeSpan keepAlive)
    {
        TimeSpan share = keepAlive / IngestPolicy.HoldShareOfKeepAlive;
        return keepAlive > TimeSpan.Zero && share < IngestPolicy.HoldAcknowledgement
            ? share
            : IngestPolicy.HoldAcknowledgement;
    }

    /// <summary>A publish begins to wait: how long it may.</summary>
    public TimeSpan Begin()
    {
        left += Elapsed();
        if (left > most)
            left = most;
        return left;
    }

    /// <summary>The publish is about to be acknowledged.</summary>
    public void End()
    {
        left -= Elapsed();
        if (isAllRead())
            left = most;
        if (left < TimeSpan.Zero)
            left = TimeSpan.Zero;
    }

    private TimeSpan Elapsed()
    {
        long now = time.GetTimestamp();
        TimeSpan elapsed = time.GetElapsedTime(asOf, now);
        asOf = now;
        return elapsed;
    }
}
