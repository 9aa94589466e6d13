namespace LumenLink.Simulator;

/// <summary>A board's time service during one power cycle.</summary>
/// <param name="run">The power cycle.</param>
internal sealed class SimSntp(BoardRun run)
{
    private AgendaItem? _next;

    public bool IsStarted { get; private set; }

    public string? Server1 { get; set; }

    public string? Server2 { get; set; }

    public void Start()
    {
        if (IsStarted) return;
        IsStarted = true;
        Schedule(SimLimits.SntpAnswerMs);
    }

    public void Stop()
    {
        IsStarted = false;
        _next?.Cancel();
    }

    /// <summary>Asks a server now; the answer comes a little later.</summary>
    public void Ask() =>
        run.Schedule(Strand.Current.NowMs + SimLimits.SntpAnswerMs, StrandKind.Callback, () => Answer());

    /// <summary>Asks a server and waits for the answer.</summary>
    /// <returns>Whether one came.</returns>
    public bool AskAndWait()
    {
        HostEvent.Sleep(SimLimits.SntpAnswerMs);
        return Answer();
    }

    private void Schedule(int delayMs) => _next = run.Schedule(
        Strand.Current.NowMs + delayMs, StrandKind.Callback, () =>
        {
            if (IsStarted) Schedule(Answer() ? SimLimits.SntpPeriodMs : SimLimits.SntpRetryMs);
        });

    private bool Answer()
    {
        if (!run.Wifi.IsConnected) return false;
        long nowMs = Strand.Current.NowMs;
        run.SetUtc(run.World.UtcEpochMs + run.ToWorldMs(nowMs), nowMs);
        return true;
    }
}
