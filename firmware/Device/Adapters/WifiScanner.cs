using System;
using System.Device.Wifi;
using System.Threading;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Sightings;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>
    /// Wi-Fi scans over nanoFramework's adapter, which is made once: asking for it again makes another.
    /// </summary>
    public sealed class WifiScanner : IWifiScanner
    {
        private const byte WifiWireValue = (byte)LumenLink.Protocol.Radio.WiFi;
        private const int BssidLength = 17;

        private readonly AutoResetEvent _wake;
        private WifiAdapter? _adapter;
        private SightingRing? _ring;
        private int _isScanning;

        /// <summary>A scanner that has not touched the radio yet.</summary>
        /// <param name="wake">Set when a scan is done.</param>
        public WifiScanner(AutoResetEvent wake)
        {
            _wake = wake;
        }

        /// <inheritdoc/>
        public bool IsDone
        {
            get { return Interlocked.CompareExchange(ref _isScanning, 0, 0) == 0; }
        }

        /// <inheritdoc/>
        public bool StartScan(SightingRing ring)
        {
            _ring = ring;
            try
            {
                if (_adapter == null)
                {
                    _adapter = WifiAdapter.FindAllAdapters()[0];
                    _adapter.AvailableNetworksChanged += OnAvailableNetworksChanged;
                }

                Interlocked.Exchange(ref _isScanning, 1);
                _adapter.ScanAsync();
                return true;
            }
            catch (Exception)
            {
                Interlocked.Exchange(ref _isScanning, 0);
                return false;
            }
        }

        private void OnAvailableNetworksChanged(WifiAdapter sender, object e)
        {
            if (_ring == null || IsDone)
            {
                return;
            }

            try
            {
                WifiAvailableNetwork[] networks = sender.NetworkReport.AvailableNetworks;
                for (int i = 0; i < networks.Length; i++)
                {
                    _ring.Put(
                        AddressOf(networks[i].Bsid),
                        (byte)AddressType.NotKnown,
                        (int)networks[i].NetworkRssiInDecibelMilliwatts,
                        WifiWireValue);
                }
            }
            finally
            {
                Interlocked.Exchange(ref _isScanning, 0);
                _wake.Set();
            }
        }

        /// <summary>
        /// A BSSID such as 00:11:22:33:44:55 as a number; 0, which the ring counts as stale, if it is none.
        /// </summary>
        private static ulong AddressOf(string bssid)
        {
            if (bssid == null || bssid.Length != BssidLength)
            {
                return 0;
            }

            ulong address = 0;
            for (int i = 0; i < BssidLength; i++)
            {
                if (i % 3 == 2)
                {
                    continue;
                }

                int digit = "0123456789ABCDEFabcdef".IndexOf(bssid[i]);
                if (digit < 0)
                {
                    return 0;
                }

                address = (address << 4) | (uint)(digit < 16 ? digit : digit - 6);
            }

            return address;
        }
    }
}
