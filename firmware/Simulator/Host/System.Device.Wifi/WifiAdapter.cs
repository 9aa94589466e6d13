using System.Collections.Generic;
using System.Globalization;
using LumenLink.Simulator;

namespace System.Device.Wifi;

/// <summary>A scan is done.</summary>
public delegate void AvailableNetworksChangedEventHandler(WifiAdapter sender, object? e);

/// <summary>
/// The board's Wi-Fi adapter. A new object each time it is looked for; a scan reports to those that listen.
/// </summary>
public sealed class WifiAdapter : IDisposable
{
    private readonly SimWifi _wifi = Strand.HostCall().Run.Wifi;

    public event AvailableNetworksChangedEventHandler? AvailableNetworksChanged;

    public int NetworkInterface => 0;

    public WifiNetworkReport NetworkReport => new(_wifi.Found);

    public static WifiAdapter[] FindAllAdapters() => [new()];

    public void ScanAsync()
    {
        Strand.HostCall();
        if (!_wifi.StartScan()) throw new InvalidOperationException();
        _wifi.ScanDone = () => AvailableNetworksChanged?.Invoke(this, null);
    }

    public WifiConnectionResult Connect(
        WifiAvailableNetwork availableNetwork, WifiReconnectionKind reconnectionKind, string passwordCredential) =>
        Connect(availableNetwork.Ssid, reconnectionKind, passwordCredential);

    public WifiConnectionResult Connect(string ssid, WifiReconnectionKind reconnectionKind, string passwordCredential)
    {
        Strand.HostCall();
        bool joined = _wifi.Join(ssid, passwordCredential);
        bool isUp = Strand.Current.Run.Board.Network.IsUp;
        return new WifiConnectionResult(
            joined ? WifiConnectionStatus.Success
            : isUp ? WifiConnectionStatus.InvalidCredential : WifiConnectionStatus.NetworkNotAvailable);
    }

    public void Disconnect() => _wifi.Leave();

    public void Dispose()
    {
    }
}

/// <summary>How a join ended.</summary>
public class WifiConnectionResult
{
    internal WifiConnectionResult(WifiConnectionStatus status) => ConnectionStatus = status;

    public WifiConnectionStatus ConnectionStatus { get; }
}

/// <summary>What the last scan found.</summary>
public class WifiNetworkReport
{
    internal WifiNetworkReport(IReadOnlyList<SimAccessPoint> found)
    {
        AvailableNetworks = new WifiAvailableNetwork[found.Count];
        for (int index = 0; index < found.Count; index++)
            AvailableNetworks[index] = new WifiAvailableNetwork(found[index]);
    }

    public WifiAvailableNetwork[] AvailableNetworks { get; }
}

/// <summary>An access point that a scan found.</summary>
public class WifiAvailableNetwork
{
    private const int StrongDbm = -55;
    private const int DbmPerBar = 10;

    internal WifiAvailableNetwork(SimAccessPoint found)
    {
        string hex = found.Bssid.ToString("X12", CultureInfo.InvariantCulture);
        Bsid = string.Join(':', hex[..2], hex[2..4], hex[4..6], hex[6..8], hex[8..10], hex[10..]);
        Ssid = found.Ssid;
        NetworkRssiInDecibelMilliwatts = found.RssiDbm;
        SignalBars = (byte)Math.Clamp(4 + ((found.RssiDbm - StrongDbm) / DbmPerBar), 0, 4);
    }

    public string Bsid { get; }

    public string Ssid { get; }

    public WifiNetworkKind NetworkKind => WifiNetworkKind.Infrastructure;

    public double NetworkRssiInDecibelMilliwatts { get; }

    public byte SignalBars { get; }
}
