using System;
using System.Device.Wifi;
using System.Threading;
using nanoFramework.Networking;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>
    /// Joins the Wi-Fi network once; from then on the firmware image reconnects
    /// by itself. Starts SNTP with it. Blocks: for the link thread only.
    /// </summary>
    public sealed class NetworkJoin
    {
        private readonly string _ssid;
        private readonly string _password;

        /// <summary>Remembers the network.</summary>
        /// <param name="ssid">Its name; empty to use what the board has stored.</param>
        /// <param name="password">Its password.</param>
        public NetworkJoin(string ssid, string password)
        {
            _ssid = ssid;
            _password = password;
        }

        /// <summary>True if the network is there. Waits for it, with a limit, the first times.</summary>
        public bool Join()
        {
            try
            {
                if (WifiNetworkHelper.Status != NetworkHelperStatus.NetworkIsReady && !Connect())
                {
                    return false;
                }

                if (!Sntp.IsStarted)
                {
                    Sntp.Start();
                }

                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        private bool Connect()
        {
            using (CancellationTokenSource limit = new CancellationTokenSource(DeviceLimits.NetworkJoinMs))
            {
                return _ssid.Length == 0
                    ? WifiNetworkHelper.Reconnect(false, 0, limit.Token)
                    : WifiNetworkHelper.ConnectDhcp(
                        _ssid, _password, WifiReconnectionKind.Automatic, false, 0, limit.Token);
            }
        }
    }
}
