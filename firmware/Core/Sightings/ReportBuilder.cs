using LumenLink.Beacon.Provisioning;
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
        private readonly Surroundings _surroundings;
        private readonly RadioPolicy _radioPolicy;
        private readonly FilterPolicy _policy;
        private readonly SightingFilter _filter;
        private readonly Advertisement _advertisement = new Advertisement();
        private readonly ReportWriter _writer = new ReportWriter();
        private readonly Sighting _sighting = new Sighting();
        private readonly byte[] _record;

        private bool _hasRecord;
        private bool _isOpen;
        private byte _radio;
        private long _openMs;
        private long _dueMs = -1;

        /// <summary>Composes the builder.</summary>
        /// <param name="ring">What was heard.</param>
        /// <param name="coder">Writes addresses.</param>
        /// <param name="queue">Takes the records.</param>
        /// <param name="clock">Time.</param>
        /// <param name="counters">Take what happens.</param>
        /// <param name="config">Policies.</param>
        /// <param name="surroundings">Told of every BLE address.</param>
        /// <param name="scratch">Room for a record, used only while one is put into the queue; shared with whatever
        /// else the loop writes.</param>
        public ReportBuilder(
            SightingRing ring,
            AddressCoder coder,
            RecordQueue queue,
            BoardClock clock,
            BeaconCounters counters,
            BeaconConfig config,
            Surroundings surroundings,
            byte[] scratch)
        {
            _record = scratch;
            _ring = ring;
            _coder = coder;
            _queue = queue;
            _clock = clock;
            _counters = counters;
            _surroundings = surroundings;
            _radioPolicy = config.Radio;
            _policy = config.Filter;
            _filter = new SightingFilter(config.Filter, counters);
        }

        /// <inheritdoc/>
        public void Open(byte radio, long nowMs)
        {
            if (_dueMs < 0)
            {
                _dueMs = nowMs + _radioPolicy.ReportMs;
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
                _dueMs += ((nowMs - _dueMs) / _radioPolicy.ReportMs + 1) * _radioPolicy.ReportMs;
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

                bool isBle = _radio == (byte)LumenLink.Protocol.Radio.Ble;
                if (isBle)
                {
                    _surroundings.Hear(_sighting.Address);
                }

                bool isRead = isBle && _policy.ReadsPayloads;
                if (isRead)
                {
                    _advertisement.Read(_sighting.Payload, _sighting.PayloadLength);
                }

                if (!_filter.Passes(_sighting, isRead ? _advertisement : null, nowMs))
                {
                    continue;
                }

                ulong address = _coder.Encode(_sighting);
                if (!TryAdd(address))
                {
                    _writer.EndWindow((uint)(nowMs - _openMs));
                    Cut(nowMs);
                    BeginWindow(nowMs);
                    TryAdd(address);
                }

                if (isRead)
                {
                    AddExtras();
                }
            }

            _ring.MoveCounts(_counters);
        }

        /// <summary>Addresses that have not changed are recorded once more.</summary>
        public void ForgetUnchanged()
        {
            _filter.ForgetUnchanged();
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

        private bool TryAdd(ulong address)
        {
            return _writer.TryAddSighting(address, (AddressType)_sighting.AddressType, _sighting.RssiDbm);
        }

        /// <summary>What the report has no room for is left out.</summary>
        private void AddExtras()
        {
            if (_policy.Says(ReportExtra.AdvertisementType))
            {
                _writer.TryAddExtra(ReportExtra.AdvertisementType, _sighting.AdvertisementType);
            }

            if (_policy.Says(ReportExtra.TxPower) && _advertisement.HasTxPower)
            {
                _writer.TryAddExtra(ReportExtra.TxPower, (ulong)_advertisement.TxPowerDbm);
            }

            if (_policy.Says(ReportExtra.Recognised) && _advertisement.Recognised != RecognisedAs.Other)
            {
                _writer.TryAddExtra(ReportExtra.Recognised, (ulong)_advertisement.Recognised);
            }

            if (_policy.Says(ReportExtra.Eid) && _advertisement.HasEid)
            {
                _writer.TryAddExtra(ReportExtra.Eid, _advertisement.Eid);
            }

            if (_policy.Says(ReportExtra.Fingerprint) && _coder.Addressing == ReportAddressing.Pseudonym)
            {
                _writer.TryAddExtra(ReportExtra.Fingerprint, _coder.Fingerprint(_sighting));
            }
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
