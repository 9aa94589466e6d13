namespace LumenLink.Simulator;

/// <summary>A change of what a board advertises.</summary>
/// <param name="Board">The board.</param>
/// <param name="Address">Its public address: stock firmware cannot hide it.</param>
/// <param name="TimeMs">World milliseconds.</param>
/// <param name="IsOn">Whether advertising began or ended.</param>
/// <param name="Advertisement">Advertising data, at most 31 bytes.</param>
/// <param name="ScanResponse">Scan response data, at most 31 bytes.</param>
public sealed record AirEvent(
    SimBoard Board, ulong Address, long TimeMs, bool IsOn, byte[] Advertisement, byte[] ScanResponse);

/// <summary>The air of a world: who advertises what.</summary>
public sealed class SimAir
{
    private readonly Dictionary<SimBoard, AirEvent> _now = [];

    /// <summary>Raised for each beginning and end of advertising, on the thread of the device code.</summary>
    public event Action<AirEvent>? Changed;

    /// <summary>Who advertises at this moment.</summary>
    public IReadOnlyList<AirEvent> Now
    {
        get
        {
            lock (_now) return [.. _now.Values];
        }
    }

    internal void Set(AirEvent change)
    {
        lock (_now)
        {
            if (change.IsOn) _now[change.Board] = change;
            else if (!_now.Remove(change.Board)) return;
        }

        Changed?.Invoke(change);
    }
}
