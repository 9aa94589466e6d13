namespace LumenLink.Simulator;

/// <summary>A change of what the device drives a pin to.</summary>
/// <param name="TimeMs">World milliseconds.</param>
/// <param name="IsHigh">The new level.</param>
public readonly record struct PinChange(long TimeMs, bool IsHigh);

/// <summary>A board's pins: what somebody outside drives, and what the device drives.</summary>
public sealed class SimGpio
{
    private readonly object _gate = new();
    private readonly SimBoard _board;
    private readonly Dictionary<int, List<PinChange>> _driven = [];
    private readonly Dictionary<int, List<PinChange>> _changes = [];

    internal SimGpio(SimBoard board) => _board = board;

    /// <summary>Drives a pin from outside. A pin that was never driven is as its pull resistor makes it.</summary>
    /// <param name="pin">Number of the pin.</param>
    /// <param name="isHigh">The level.</param>
    /// <param name="atMs">World milliseconds; from then on.</param>
    public void Drive(int pin, bool isHigh, long atMs)
    {
        lock (_gate)
        {
            List<PinChange> driven = ListOf(_driven, pin);
            int after = driven.FindIndex(one => one.TimeMs > atMs);
            driven.Insert(after < 0 ? driven.Count : after, new PinChange(atMs, isHigh));
        }

        _board.World.Schedule(atMs, _board.Ordinal, () => _board.Run?.OnPinDriven(pin, isHigh));
    }

    /// <summary>Presses a button that connects a pin to ground, and lets it go.</summary>
    /// <param name="pin">Number of the pin.</param>
    /// <param name="forMs">How long it is down, ms.</param>
    public void Press(int pin, long forMs)
    {
        long nowMs = _board.World.NowMs;
        Drive(pin, false, nowMs);
        Drive(pin, true, nowMs + forMs);
    }

    /// <summary>What the device drove a pin to, over all power cycles, in order.</summary>
    public IReadOnlyList<PinChange> Changes(int pin)
    {
        lock (_gate) return [.. ListOf(_changes, pin)];
    }

    /// <summary>The level from outside at a time; null where nobody drives.</summary>
    internal bool? DrivenAt(int pin, long worldMs)
    {
        lock (_gate)
        {
            int last = ListOf(_driven, pin).FindLastIndex(one => one.TimeMs <= worldMs);
            return last < 0 ? null : _driven[pin][last].IsHigh;
        }
    }

    /// <summary>The device drives a pin.</summary>
    internal void Set(int pin, bool isHigh, long worldMs)
    {
        lock (_gate)
        {
            List<PinChange> changes = ListOf(_changes, pin);
            if (changes.Count == 0 || changes[^1].IsHigh != isHigh) changes.Add(new PinChange(worldMs, isHigh));
        }
    }

    private static List<PinChange> ListOf(Dictionary<int, List<PinChange>> of, int pin) =>
        of.TryGetValue(pin, out List<PinChange>? list) ? list : of[pin] = [];
}
