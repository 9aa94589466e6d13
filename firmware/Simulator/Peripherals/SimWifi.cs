namespace LumenLink.Simulator;

/// <summary>A board's Wi-Fi adapter during one power cycle.</summary>
/// <param name="run">The power cycle.</param>
internal sealed class SimWifi(BoardRun run)
{
    private bool _joined;
    private int _scanning;

    /// <summary>Raised as a callback when a scan is done.</summary>
    public Action? ScanDone { get; set; }

    /// <summary>What the last complete scan found.</summary>
    public IReadOnlyList<SimAccessPoint> Found { get; private set; } = [];

    /// <summary>The host's singletons of this power cycle: the helper's state, the adapter's object.</summary>
    public object? HelperState { get; set; }

    /// <summary>Joined, and the network behind works.</summary>
    public bool IsConnected => _joined && run.Board.Network.IsUp;

    /// <summary>Starts a scan.</summary>
    /// <returns>False when one is under way.</returns>
    public bool StartScan()
    {
        if (Interlocked.Exchange(ref _scanning, 1) != 0) return false;
        run.Schedule(Strand.Current.NowMs + SimLimits.WifiScanMs, StrandKind.Callback, () =>
        {
            Found = run.Board.AccessPoints;
            Interlocked.Exchange(ref _scanning, 0);
            ScanDone?.Invoke();
        });
        return true;
    }

    /// <summary>Joins the stored network; takes its time.</summary>
    /// <returns>Whether the access point took the credentials.</returns>
    public bool JoinStored() => Join(run.Board.StoredNetwork.Ssid, run.Board.StoredNetwork.Password);

    /// <summary>Joins a network; takes its time.</summary>
    /// <returns>Whether the access point took the credentials.</returns>
    public bool Join(string ssid, string password)
    {
        HostEvent.Sleep(SimLimits.WifiJoinMs);
        return _joined = run.Board.Network.Accepts(ssid, password);
    }

    public void Leave() => _joined = false;
}
