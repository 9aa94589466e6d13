namespace LumenLink.Simulator;

/// <summary>A scan window of a board's Bluetooth receiver.</summary>
/// <param name="OpenMs">World milliseconds when it opened: events from here on are heard.</param>
/// <param name="CloseMs">
/// World milliseconds when it closed, or how far the board had come when its power went: events from here on are not
/// heard.
/// </param>
/// <param name="Delivered">Reports given to the device: one per address.</param>
public readonly record struct ScanWindow(long OpenMs, long CloseMs, int Delivered);

/// <summary>What a board's Bluetooth receiver did, over all its power cycles.</summary>
/// <param name="keepsWindows">Whether each scan window is remembered.</param>
public sealed class SimRadioLog(bool keepsWindows)
{
    private readonly List<ScanWindow> _windows = [];
    private long _delivered;

    /// <summary>Reports given to the device, stale ones not counted.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>The closed scan windows, in order; none if they are not kept.</summary>
    public IReadOnlyList<ScanWindow> Windows
    {
        get
        {
            lock (_windows) return [.. _windows];
        }
    }

    internal void CountDelivered() => Interlocked.Increment(ref _delivered);

    internal void Add(ScanWindow window)
    {
        if (!keepsWindows) return;
        lock (_windows) _windows.Add(window);
    }
}
