namespace LumenLink.Simulator.Fleet;

/// <summary>
/// What a board hears, silent until it is started: a replay begins for all boards at one moment,
/// once they are attested, with one constant offset from the source's time to the world's.
/// </summary>
internal sealed class StartableRadio(IRadioSource source) : IRadioSource
{
    private const double NotStarted = double.NaN;
    private double offsetMs = NotStarted;

    /// <summary>Starts it.</summary>
    /// <param name="offset">World milliseconds minus the source's milliseconds.</param>
    public void Start(double offset) => Volatile.Write(ref offsetMs, offset);

    /// <inheritdoc/>
    public bool TryNext(double fromMs, double beforeMs, out RadioEvent radioEvent)
    {
        double offset = Volatile.Read(ref offsetMs);
        radioEvent = default;
        if (double.IsNaN(offset) || !source.TryNext(fromMs - offset, beforeMs - offset, out RadioEvent heard))
            return false;
        radioEvent = heard with { TimeMs = heard.TimeMs + offset };
        return true;
    }

    /// <inheritdoc/>
    public double? PeekMs(double fromMs)
    {
        double offset = Volatile.Read(ref offsetMs);
        return double.IsNaN(offset) ? null : source.PeekMs(fromMs - offset) + offset;
    }
}
