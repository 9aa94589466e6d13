namespace LumenLink.Simulator.Atecc608;

/// <summary>Whether the chip listens.</summary>
internal enum PowerState
{
    Asleep,
    Idle,
    Awake,
}

/// <summary>Sleep, idle, wake delay, busy time and watchdog, on the board's clock in microseconds.</summary>
internal sealed class PowerControl
{
    /// <summary>tWHI: from the wake pulse until the chip answers.</summary>
    internal const long WakeDelayUs = 1_500;
    internal const long WatchdogUs = 1_300_000;
    internal const long LongWatchdogUs = 13_000_000;

    private long readyAtUs;
    private long deadlineUs;

    internal PowerState State { get; private set; } = PowerState.Asleep;

    /// <summary>
    /// Starts the wake delay and the watchdog; false when the chip is already awake and ignores the pulse.
    /// </summary>
    internal bool Wake(long nowUs, bool longWatchdog)
    {
        if (State == PowerState.Awake) return false;
        State = PowerState.Awake;
        readyAtUs = nowUs + WakeDelayUs;
        deadlineUs = nowUs + (longWatchdog ? LongWatchdogUs : WatchdogUs);
        return true;
    }

    internal void Sleep() => State = PowerState.Asleep;

    internal void Idle() => State = PowerState.Idle;

    internal void Busy(long untilUs) => readyAtUs = untilUs;

    /// <summary>The watchdog ends the wake, in the middle of a command too.</summary>
    internal bool WatchdogExpired(long nowUs) => State == PowerState.Awake && nowUs >= deadlineUs;

    internal bool Listens(long nowUs) => State == PowerState.Awake && nowUs >= readyAtUs;

    internal long RemainingUs(long nowUs) => deadlineUs - nowUs;
}
