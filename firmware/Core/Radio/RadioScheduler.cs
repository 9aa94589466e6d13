namespace LumenLink.Beacon.Radio
{
    /// <summary>
    /// Decides what the radio does. Cycles of fixed length start with an advertise slot, the
    /// rest is the scan slot; a Wi-Fi scan that is due takes the place of whatever slots come
    /// while it runs. Slots lie on a grid from the first step, so a late step shortens its slot
    /// and moves nothing else. One radio at a time, always stopped before the next starts.
    /// </summary>
    public sealed class RadioScheduler
    {
        /// <summary>What <see cref="Step"/> returns when it has nothing to do until it is woken.</summary>
        public const int Never = int.MaxValue;

        private readonly IBleRadio _ble;
        private readonly IWifiScanner _wifi;
        private readonly Sightings.SightingRing _ring;
        private readonly IScanWindows _windows;
        private readonly RadioPolicy _policy;
        private readonly BeaconCounters _counters;

        private byte[]? _advertisement;
        private long _gridStartMs = -1;
        private long _phaseEndsMs;
        private long _wifiDueMs;
        private bool _mayScan;
        private bool _mayScanAtStart;
        private bool _isStopping;

        /// <summary>Composes the scheduler; the radio stays as it is until the first step.</summary>
        public RadioScheduler(
            IBleRadio ble,
            IWifiScanner wifi,
            Sightings.SightingRing ring,
            IScanWindows windows,
            RadioPolicy policy,
            BeaconCounters counters)
        {
            _ble = ble;
            _wifi = wifi;
            _ring = ring;
            _windows = windows;
            _policy = policy;
            _counters = counters;
        }

        /// <summary>What the radio does now.</summary>
        public RadioPhase Phase { get; private set; }

        /// <summary>Whether scan slots may be used: false while nothing that is heard could be reported.</summary>
        public void AllowScans(bool allowed)
        {
            _mayScan = allowed;
        }

        /// <summary>Service data for the next advertise slots; null to leave them silent.</summary>
        public void Advertise(byte[]? serviceData)
        {
            _advertisement = serviceData;
        }

        /// <summary>True once nothing runs any more after <see cref="Stop"/>.</summary>
        public bool IsStopped { get; private set; }

        /// <summary>
        /// With the next step, ends what runs and starts nothing any more. A Wi-Fi
        /// scan, which tells what it heard only at its end, is still waited for.
        /// </summary>
        public void Stop()
        {
            _isStopping = true;
        }

        /// <summary>Moves to the slot of this time.</summary>
        /// <param name="nowMs">Board time.</param>
        /// <returns>Milliseconds until the next step is due; <see cref="Never"/> after <see cref="Stop"/>.</returns>
        public int Step(long nowMs)
        {
            if (_isStopping && (Phase != RadioPhase.WifiScan || IsPhaseOver(nowMs)))
            {
                EndPhase(nowMs);
                IsStopped = true;
                return Never;
            }

            if (_gridStartMs < 0)
            {
                _gridStartMs = nowMs;
                _wifiDueMs = nowMs;
                _phaseEndsMs = nowMs;
            }

            if (IsPhaseOver(nowMs))
            {
                EndPhase(nowMs);
                BeginPhase(nowMs);
            }

            return (int)(_phaseEndsMs - nowMs);
        }

        private bool IsPhaseOver(long nowMs)
        {
            if (nowMs >= _phaseEndsMs)
            {
                return true;
            }

            if (Phase == RadioPhase.WifiScan)
            {
                return _wifi.IsDone;
            }

            return Phase == RadioPhase.Idle && _mayScan && !_mayScanAtStart;
        }

        private void EndPhase(long nowMs)
        {
            RadioPhase ended = Phase;
            Phase = RadioPhase.Idle;
            switch (ended)
            {
                case RadioPhase.Advertising:
                    _ble.StopAdvertising();
                    break;
                case RadioPhase.BleScan:
                    _ble.StopScan();
                    _windows.Close(nowMs);
                    break;
                case RadioPhase.WifiScan:
                    _windows.Close(nowMs);
                    break;
                default:
                    break;
            }
        }

        private void BeginPhase(long nowMs)
        {
            _mayScanAtStart = _mayScan;
            if (_mayScan && _policy.WifiScanEveryMs > 0 && nowMs >= _wifiDueMs && BeginWifiScan(nowMs))
            {
                return;
            }

            int position = (int)((nowMs - _gridStartMs) % _policy.CycleMs);
            bool isAdvertiseSlot = position < _policy.AdvertiseMs;
            int remaining = (isAdvertiseSlot ? _policy.AdvertiseMs : _policy.CycleMs) - position;
            _phaseEndsMs = nowMs + remaining;
            if (remaining < DeviceLimits.SlotMinMs)
            {
                return;
            }

            if (isAdvertiseSlot)
            {
                BeginAdvertising();
            }
            else if (_mayScan)
            {
                BeginBleScan(nowMs);
            }
        }

        private bool BeginWifiScan(long nowMs)
        {
            _wifiDueMs = nowMs + _policy.WifiScanEveryMs;
            if (!_wifi.StartScan(_ring))
            {
                _counters.RadioFaults++;
                return false;
            }

            Phase = RadioPhase.WifiScan;
            _phaseEndsMs = nowMs + DeviceLimits.WifiScanTimeoutMs;
            _windows.Open((byte)LumenLink.Protocol.Radio.WiFi, nowMs);
            return true;
        }

        private void BeginAdvertising()
        {
            if (_advertisement == null)
            {
                return;
            }

            if (_ble.StartAdvertising(_advertisement))
            {
                Phase = RadioPhase.Advertising;
            }
            else
            {
                _counters.RadioFaults++;
            }
        }

        private void BeginBleScan(long nowMs)
        {
            if (_ble.StartScan(_ring))
            {
                Phase = RadioPhase.BleScan;
                _windows.Open((byte)LumenLink.Protocol.Radio.Ble, nowMs);
            }
            else
            {
                _counters.RadioFaults++;
            }
        }
    }
}
