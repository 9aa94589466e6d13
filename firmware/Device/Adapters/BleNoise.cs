using System.Threading;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Sightings;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>
    /// Noise from the Bluetooth receiver: a scan whose sightings nobody takes. For the time before the loop uses the
    /// radio; while it does, the radio refuses.
    /// </summary>
    public sealed class BleNoise : IRadioNoise
    {
        private const int LeastRing = 2;

        private readonly IBleRadio _ble;

        /// <summary>Noise from a radio.</summary>
        public BleNoise(IBleRadio ble)
        {
            _ble = ble;
        }

        /// <inheritdoc/>
        public bool Start()
        {
            return _ble.StartScan(new SightingRing(LeastRing, false, new AutoResetEvent(false)));
        }

        /// <inheritdoc/>
        public void Stop()
        {
            _ble.StopScan();
        }
    }
}
