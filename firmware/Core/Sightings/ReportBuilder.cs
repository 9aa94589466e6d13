using LumenLink.Beacon.Queue;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Time;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Sightings
{
    /// <summary>
    /// Scan windows and what the ring heard in them become report records, written
    /// straight into the record's bytes. A window that does not fit continues in the
    /// next record under the same radio and open time; nothing is lost between records.
    /// </summary>
    public sealed class ReportBuilder : IScanWindows
    {
        private readonly SightingRing _ring;
        private readonly AddressCoder _coder;
        private readonly RecordQueue _queue;
        private readonly BoardClock _clock;
        private readonly BeaconCounters _counters;
        private readonly int _reportMs;
        private readonly ReportWriter _writer = new ReportWriter();
        private readonly Sighting _sighting = new Sighting();
        private readonly byte[] _record = new byte[WireLimits.MaxRecordBytes];
        private readonly byte[] _address = new byte[WireSizes.Address];

        private bool _hasRecord;
        private bool _isOpen;
        private byte _radio;
        private long _openMs;
        private long _dueMs = -1;

        /// <summary>Composes the builder.</summary>
        public ReportBuilder(
            SightingRing ring,
            AddressCoder coder,
            RecordQueue queue,
            BoardClock clock,
            BeaconCounters counters,
            int reportMs)
        {
            _ring = ring;
            _coder = coder;
            _queue = queue;
            _clock = clock;
            _counters = counters;
            _reportMs = reportMs;
        }

        /// <inheritdoc/>
        public void Open(byte radio, long nowMs)
        {
            if (_dueMs < 0)
            {
                _dueMs = nowMs + _reportMs;
            }

            if (_coder.Refresh())
            {
                Cut(nowMs);
            }

            _isOpen = true;
            _radio = radio;
            _openMs = nowMs;
            BeginWindow(nowMs);
        }

        /// <inheritdoc/>
        public void Close(long nowMs)
        {
            Drain(nowMs);
            _writer.EndWindow((uint)(nowMs - _openMs));
            _isOpen = false;
            if (nowMs >= _dueMs)
            {
                Cut(nowMs);
                _dueMs += ((nowMs - _dueMs) / _reportMs + 1) * _reportMs;
            }
            else if (!_writer.HasRoomForWindow)
            {
                Cut(nowMs);
            }
        }

        /// <summary>Empties the ring into the open window. What belongs to no open window is stale.</summary>
        public void Drain(long nowMs)
        {
            while (_ring.TryTake(_sighting))
            {
                if (!_isOpen || _sighting.Radio != _radio)
                {
                    _counters.StaleEvents++;
                    continue;
                }

                _coder.Encode(_sighting, _address);
                if (!TryAdd())
                {
                    _writer.EndWindow((uint)(nowMs - _openMs));
                    Cut(nowMs);
                    BeginWindow(nowMs);
                    TryAdd();
                }
            }

            _ring.MoveCounts(_counters);
        }

        /// <summary>Ends the record, if there is one, and puts it into the queue. No window is open.</summary>
        public void Cut(long nowMs)
        {
            if (!_hasRecord)
            {
                return;
            }

            int sightings = _writer.SightingCount;
            _hasRecord = false;
            int length = _writer.Finish(_queue.NextSequence, (ulong)nowMs, _clock.UtcEpochMs);
            if (length > 0 && _queue.Add(_record, length))
            {
                _counters.SightingsRecorded += sightings;
            }
            else
            {
                _counters.DroppedSightings += sightings;
            }
        }

        private bool TryAdd()
        {
            return _writer.TryAddSighting(_address, 0, (AddressType)_sighting.AddressType, _sighting.RssiDbm);
        }

        private void BeginWindow(long nowMs)
        {
            if (_hasRecord && TryBeginWindow())
            {
                return;
            }

            Cut(nowMs);
            _writer.Begin(_record, 0, _coder.Addressing, _coder.KeyDay);
            _hasRecord = true;
            TryBeginWindow();
        }

        private bool TryBeginWindow()
        {
            return _writer.BeginWindow((LumenLink.Protocol.Radio)_radio, (ulong)_openMs);
        }
    }
}
