using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

/// <summary>A radio source with given events.</summary>
internal sealed class FixedRadio(params (double TimeMs, ulong Address, short Rssi)[] events) : IRadioSource
{
    private int _next;

    public bool TryNext(double fromMs, double beforeMs, out RadioEvent radioEvent)
    {
        bool found = PeekMs(fromMs) < beforeMs;
        radioEvent = found ? new RadioEvent(events[_next].TimeMs, events[_next].Address, events[_next].Rssi,
            false, default) : default;
        if (found) _next++;
        return found;
    }

    public double? PeekMs(double fromMs)
    {
        while (_next < events.Length && events[_next].TimeMs < fromMs) _next++;
        return _next < events.Length ? events[_next].TimeMs : null;
    }
}
