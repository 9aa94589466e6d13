using LumenLink.Beacon.Queue;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Status
{
    /// <summary>Puts status records into the queue: at intervals, and when somebody asks for one.</summary>
    public sealed class StatusReporter
    {
        private readonly IBoardHealth _health;
        private readonly RecordQueue _queue;
        private readonly BoardClock _clock;
        private readonly BeaconCounters _counters;
        private readonly StatusBody _body = new StatusBody();
        private readonly RecordHeader _header = new RecordHeader();
        private readonly byte[] _record = new byte[RecordHeader.Size + StatusBody.MaxSize];
        private long _dueMs = DeviceLimits.StatusMs;

        /// <summary>Composes the reporter. The first record is due an interval after boot.</summary>
        public StatusReporter(
            IBoardHealth health,
            BootReason bootReason,
            RecordQueue queue,
            BoardClock clock,
            BeaconCounters counters,
            string firmwareVersion)
        {
            _health = health;
            _queue = queue;
            _clock = clock;
            _counters = counters;
            _body.BootReason = bootReason;
            _body.FirmwareVersion.Set(firmwareVersion);
        }

        /// <summary>The largest free block of memory that the last report told, bytes.</summary>
        public uint LargestFreeBytes
        {
            get { return _body.HeapLargestBytes; }
        }

        /// <summary>Takes how frames reach the service from now on.</summary>
        /// <param name="kind">What the transport speaks.</param>
        /// <param name="index">Its place in the list, from 0; without a connection of no meaning.</param>
        public void Transport(TransportKind kind, int index)
        {
            _body.Details.TransportKind = kind;
            _body.Details.TransportIndex = kind == TransportKind.None ? (byte)0 : (byte)index;
        }

        /// <summary>Takes where the beacon's key lives.</summary>
        public void SecurityLevel(KeyHome level)
        {
            _body.Details.SecurityLevel = level;
        }

        /// <summary>Takes the version of the configuration that holds; 0 for one without.</summary>
        public void ConfigVersion(uint version)
        {
            _body.Details.ConfigVersion = version;
        }

        /// <summary>Takes the period of the identifier that is advertised; 0 while there is none.</summary>
        public void EidPeriod(uint period)
        {
            _body.Details.EidPeriod = period;
        }

        /// <summary>Reports if it is time. Needs no wake-up of its own: a little late is good enough.</summary>
        /// <returns>True if it did.</returns>
        public bool Step(long nowMs)
        {
            if (nowMs < _dueMs)
            {
                return false;
            }

            Report(nowMs);
            return true;
        }

        /// <summary>Reports now; the next one is due an interval later.</summary>
        public void Report(long nowMs)
        {
            _dueMs = nowMs + DeviceLimits.StatusMs;
            _health.Describe(_body);
            _body.UptimeMs = (ulong)nowMs;
            _body.QueueRecords = (uint)_queue.Count;
            _body.QueueBytes = (uint)_queue.FlashBytes;
            _body.DroppedRecords = (uint)_counters.DroppedRecords;
            _body.DroppedSightings = (uint)_counters.DroppedSightings;
            _body.StaleEvents = (uint)_counters.StaleEvents;
            Describe(_body.Details);
            _header.Sequence = _queue.NextSequence;
            _header.SetTime((ulong)nowMs, _clock.UtcEpochMs);
            int length = _body.WriteRecord(_record, 0, _header);
            if (length > 0)
            {
                _queue.Add(_record, length);
            }
        }

        private void Describe(StatusDetails details)
        {
            details.AdvertiseTenths = Tenths(_counters.AdvertiseMs);
            details.BleScanTenths = Tenths(_counters.BleScanMs);
            details.WifiScanTenths = Tenths(_counters.WifiScanMs);
            details.FilteredByRssi = (uint)_counters.FilteredByRssi;
            details.FilteredByAddress = (uint)_counters.FilteredByAddress;
            details.FilteredByService = (uint)_counters.FilteredByService;
            details.FilteredByManufacturer = (uint)_counters.FilteredByManufacturer;
            details.FilteredUnchanged = (uint)_counters.FilteredUnchanged;
            details.Connects = (uint)_counters.Connects;
            details.ConnectFailures = (uint)_counters.ConnectFailures;
            details.ReceiptsMissed = (uint)_counters.ReceiptsMissed;
            details.DownlinkRefused = (uint)_counters.DownlinkRefused;
            details.RadioFaults = (uint)_counters.RadioFaults;
            details.ChipFaults = (uint)_counters.ChipFailures;
            details.TornRecords = (uint)_counters.TornRecords;
            details.OtherFaults = (uint)_counters.Faults;
        }

        private static uint Tenths(long ms)
        {
            return (uint)(ms / 100);
        }
    }
}
