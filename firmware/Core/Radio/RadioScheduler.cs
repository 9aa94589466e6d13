namespace LumenLink.Beacon.Radio
{
    /// <summary>
    /// Decides what the radio does. Cycles start with an advertise slot, the rest is the scan slot; a Wi-Fi scan that
    /// is due takes the place of whatever slots come while it runs. While nothing changes around the beacon, cycles
    /// double up to a bound, both slots alike. Slots lie on a grid of cycles, so a late step shortens its slot and
    /// moves nothing else. One radio at a time, always stopped before the next starts.
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
        private readonly Surroundings _surroundings;
        private readonly BeaconCounters _counters;

        private byte[]? _advertisement;
        private byte[]? _scanResponse;
        private long _cycleStartMs = -1;
        private int _stretch = 1;
        private int _nextStretch = 1;
        private long _phaseBeganMs;
        private long _phaseEndsMs;
        private long _wifiBeganMs;
        private bool _hadWifiScan;
        private bool _isWholeScan;
        private bool _isLinkLive;
        private bool _isLinkBusy;
        private bool _mayScan;
        private bool _mayScanAtStart;
        private bool _isStopping;
        private bool _isRescanAsked;

        /// <summary>Composes the scheduler; the radio stays as it is until the first step.</summary>
        public RadioScheduler(
            IBleRadio ble,
            IWifiScanner wifi,
            Sightings.SightingRing ring,
            IScanWindows windows,
            RadioPolicy policy,
            Surroundings surroundings,
            BeaconCounters counters)
        {
            _ble = ble;
            _wifi = wifi;
            _ring = ring;
            _windows = windows;
            _policy = policy;
            _surroundings = surroundings;
            _counters = counters;
        }

        /// <summary>What the radio does now.</summary>
        public RadioPhase Phase { get; private set; }

        /// <summary>How many times as long as the shortest the present cycle is.</summary>
        public int Stretch
        {
            get { return _stretch; }
        }

        /// <summary>Says how the uplink uses the radio.</summary>
        /// <param name="isLive">It has a connection: Wi-Fi scans are rarer.</param>
        /// <param name="isBusy">It connects or attests: no Wi-Fi scan starts.</param>
        public void ShareWith(bool isLive, bool isBusy)
        {
            _isLinkLive = isLive;
            _isLinkBusy = isBusy;
        }

        /// <summary>Whether scan slots may be used: false while nothing that is heard could be reported.</summary>
        public void AllowScans(bool allowed)
        {
            _mayScan = allowed;
        }

        /// <summary>What the next advertise slots say.</summary>
        /// <param name="serviceData">Identifier frame; null to leave them silent.</param>
        /// <param name="status">Data of the scan response.</param>
        public void Advertise(byte[]? serviceData, byte[] status)
        {
            _advertisement = serviceData;
            _scanResponse = status;
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

        /// <summary>
        /// With the next step, cycles have their shortest length again, and both radios scan as soon as they may. A
        /// Wi-Fi scan that runs goes on.
        /// </summary>
        public void Rescan()
        {
            _isRescanAsked = true;
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

            if (_cycleStartMs < 0)
            {
                _cycleStartMs = nowMs;
                _phaseEndsMs = nowMs;
            }

            if (_isRescanAsked)
            {
                BeginAnew(nowMs);
            }

            if (IsPhaseOver(nowMs))
            {
                EndPhase(nowMs);
                BeginPhase(nowMs);
            }

            return (int)(_phaseEndsMs - nowMs);
        }

        private void BeginAnew(long nowMs)
        {
            _isRescanAsked = false;
            _surroundings.Forget();
            _isWholeScan = false;
            _stretch = 1;
            _nextStretch = 1;
            _cycleStartMs = nowMs - _policy.AdvertiseMs;
            if (Phase != RadioPhase.WifiScan)
            {
                _hadWifiScan = false;
                EndPhase(nowMs);
                _phaseEndsMs = nowMs;
            }
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
            long lastedMs = nowMs - _phaseBeganMs;
            switch (ended)
            {
                case RadioPhase.Advertising:
                    _ble.StopAdvertising();
                    _counters.AdvertiseMs += lastedMs;
                    break;
                case RadioPhase.BleScan:
                    _ble.StopScan();
                    _windows.Close(nowMs);
                    _counters.BleScanMs += lastedMs;
                    Adapt();
                    break;
                case RadioPhase.WifiScan:
                    _windows.Close(nowMs);
                    _counters.WifiScanMs += lastedMs;
                    break;
                default:
                    break;
            }
        }

        /// <summary>A window that began late or was ended early compares with nothing.</summary>
        private void Adapt()
        {
            if (!_isWholeScan)
            {
                _surroundings.Discard();
                return;
            }

            int changedPercent = _surroundings.EndWindow();
            if (changedPercent == Surroundings.NotKnown || changedPercent > DeviceLimits.ChangedPercent)
            {
                _nextStretch = 1;
            }
            else if (changedPercent <= DeviceLimits.SettledPercent)
            {
                int doubled = 2 * _stretch;
                _nextStretch = doubled < _policy.CycleStretchMax ? doubled : _policy.CycleStretchMax;
            }
        }

        private void BeginPhase(long nowMs)
        {
            _mayScanAtStart = _mayScan;
            _phaseBeganMs = nowMs;
            if (_mayScan && IsWifiDue(nowMs) && BeginWifiScan(nowMs))
            {
                return;
            }

            int position = PositionInCycle(nowMs);
            int advertiseMs = _policy.AdvertiseMs * _stretch;
            bool isAdvertiseSlot = position < advertiseMs;
            int remaining = (isAdvertiseSlot ? advertiseMs : _policy.CycleMs * _stretch) - position;
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
                _isWholeScan = position == advertiseMs;
            }
        }

        /// <summary>Moves to the cycle of this time; a new length holds from the start of a cycle.</summary>
        private int PositionInCycle(long nowMs)
        {
            int cycleMs = _policy.CycleMs * _stretch;
            long position = nowMs - _cycleStartMs;
            if (position < cycleMs)
            {
                return (int)position;
            }

            _cycleStartMs += position / cycleMs * cycleMs;
            _stretch = _nextStretch;
            return (int)(nowMs - _cycleStartMs);
        }

        private bool IsWifiDue(long nowMs)
        {
            int everyMs = _isLinkLive ? _policy.WifiScanLiveEveryMs : _policy.WifiScanEveryMs;
            return everyMs > 0 && !_isLinkBusy && (!_hadWifiScan || nowMs >= _wifiBeganMs + everyMs);
        }

        private bool BeginWifiScan(long nowMs)
        {
            _wifiBeganMs = nowMs;
            _hadWifiScan = true;
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
            if (_advertisement == null || _scanResponse == null)
            {
                return;
            }

            if (_ble.StartAdvertising(_advertisement, _scanResponse))
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
