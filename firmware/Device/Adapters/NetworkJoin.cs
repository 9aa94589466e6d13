using System;
using System.Device.Wifi;
using System.Threading;
using LumenLink.Beacon.Time;
using nanoFramework.Networking;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>
    /// Joins the Wi-Fi network once; from then on the firmware image reconnects
    /// by itself. Starts SNTP with it, and gives it a moment to answer: without the time of day no certificate is
    /// valid, and every transport over TLS would be taken for ill. Blocks: for the link thread only.
    /// </summary>
    public sealed class NetworkJoin
    {
        private readonly string _ssid;
        private readonly string _password;
        private readonly BoardClock _clock;
        private readonly AutoResetEvent _never = new AutoResetEvent(false);
        private bool _hasWaited;

        /// <summary>Remembers the network.</summary>
        /// <param name="ssid">Its name; empty to use what the board has stored.</param>
        /// <param name="password">Its password.</param>
        /// <param name="clock">Says whether the time of day is known.</param>
        public NetworkJoin(string ssid, string password, BoardClock clock)
        {
            _clock = clock;
            _ssid = ssid;
            _password = password;
        }

        /// <summary>True if the network is there. Waits for it, with a limit, the first times.</summary>
        /// <param name="needsTime">True to wait for the time of day too, with a limit, once a boot.</param>
        public bool Join(bool needsTime)
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

                if (needsTime)
                {
                    AwaitTime();
                }

                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        private void AwaitTime()
        {
            if (_hasWaited)
            {
                return;
            }

            _hasWaited = true;
            for (int ms = 0; ms < DeviceLimits.TimeAnswerMs && !_clock.IsUtcSet; ms += DeviceLimits.TimeLookMs)
            {
                _never.WaitOne(DeviceLimits.TimeLookMs, false);
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
