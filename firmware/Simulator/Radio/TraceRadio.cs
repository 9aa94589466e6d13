namespace LumenLink.Simulator;

/// <summary>What one receiver of a trace heard.</summary>
public sealed class TraceRadio : IRadioSource
{
    private readonly RadioEvent[] _events;
    private int _next;

    /// <summary>Makes the source of one receiver.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="receiver">One of its receivers.</param>
    /// <param name="worldZeroUnixMs">Trace time, Unix milliseconds, that falls on world time 0.</param>
    public TraceRadio(TraceFile trace, string receiver, long worldZeroUnixMs) => _events =
    [
        .. trace.Lines.Where(line => line.Receiver == receiver).Select(line => new RadioEvent(
            (line.UnixTicks - (worldZeroUnixMs * TimeSpan.TicksPerMillisecond)) / (double)TimeSpan.TicksPerMillisecond,
            line.Address, line.RssiDbm, false, default)),
    ];

    /// <summary>Lines of the trace that this receiver has.</summary>
    public int Count => _events.Length;

    /// <summary>World milliseconds of the last event; negative infinity when there is none.</summary>
    public double LastMs => _events.Length == 0 ? double.NegativeInfinity : _events[^1].TimeMs;

    /// <inheritdoc/>
    public bool TryNext(double fromMs, double beforeMs, out RadioEvent radioEvent)
    {
        SkipTo(fromMs);
        bool found = _next < _events.Length && _events[_next].TimeMs < beforeMs;
        radioEvent = found ? _events[_next++] : default;
        return found;
    }

    /// <inheritdoc/>
    public double? PeekMs(double fromMs)
    {
        SkipTo(fromMs);
        return _next < _events.Length ? _events[_next].TimeMs : null;
    }

    private void SkipTo(double fromMs)
    {
        while (_next < _events.Length && _events[_next].TimeMs < fromMs) _next++;
    }
}
