extern alias nano;

using System;
using System.Device.Wifi;
using LumenLink.Simulator;
using NanoCancellationToken = nano::System.Threading.CancellationToken;
using NanoStatus = nano::nanoFramework.Networking.NetworkHelperStatus;

namespace nanoFramework.Networking;

/// <summary>Joins a network; state and adapter are the board's.</summary>
public static class WifiNetworkHelper
{
    public static NanoManualResetEvent NetworkReady => Of().Ready;

    public static NanoStatus Status => Of().Status;

    public static Exception? HelperException => Of().Error;

    public static WifiAdapter? WifiAdapter => Of().Adapter;

    public static void Disconnect() => Strand.HostCall().Run.Wifi.Leave();

    public static bool ConnectDhcp(
        string ssid,
        string password,
        WifiReconnectionKind reconnectionKind = WifiReconnectionKind.Automatic,
        bool requiresDateTime = false,
        int wifiAdapterId = 0,
        NanoCancellationToken token = default)
    {
        // The network is stored before it is tried, right or wrong.
        Strand.HostCall().Run.Board.StoredNetwork = (ssid, password);
        return Reconnect(requiresDateTime, wifiAdapterId, token);
    }

    public static bool Reconnect(
        bool requiresDateTime = false, int wifiAdapterId = 0, NanoCancellationToken token = default)
    {
        BoardRun run = Strand.HostCall().Run;
        State state = Of();
        state.Adapter ??= new WifiAdapter();
        state.Status = NanoStatus.Started;
        state.Ready.Reset();
        if (!run.Wifi.JoinStored())
        {
            state.Status = NanoStatus.TokenExpiredWaitingIPAddress;
            return false;
        }

        if (requiresDateTime && !run.IsUtcSet && (token.IsCancellationRequested || !run.Sntp.AskAndWait()))
        {
            state.Status = NanoStatus.TokenExpiredWaitingDateTime;
            return false;
        }

        state.Status = NanoStatus.NetworkIsReady;
        state.Ready.Set();
        return true;
    }

    public static void Reset()
    {
        State state = Of();
        state.Ready.Reset();
        state.Status = NanoStatus.None;
        state.Error = null;
    }

    private static State Of()
    {
        SimWifi wifi = Strand.Current.Run.Wifi;
        return (State)(wifi.HelperState ??= new State());
    }

    private sealed class State
    {
        public NanoManualResetEvent Ready { get; } = new(false);

        public NanoStatus Status { get; set; }

        public Exception? Error { get; set; }

        public WifiAdapter? Adapter { get; set; }
    }
}
