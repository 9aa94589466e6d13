using LumenLink.Protocol;

namespace LumenLink.Beacon.Queue
{
    /// <summary>
    /// Records until a receipt settles them, in segment files on flash (<see cref="SegmentFormat"/>). A record is
    /// durable when <see cref="Add"/> says so. A segment is deleted when all of its records are settled and it takes
    /// no more; a power cut before that costs a resend and nothing else. Bounded by flash: the oldest segment gives
    /// way. Used by the loop alone; allocates only what the file system needs.
    /// </summary>
    public sealed class RecordQueue
    {
        private readonly ISegmentFiles _files;
        private readonly BeaconCounters _counters;
        private readonly SegmentTable _segments;
        private readonly SegmentNames _names = new SegmentNames();
        private readonly SegmentReader _reader;
        private readonly FlightTable _flights = new FlightTable();
        private readonly byte[] _entry = new byte[SegmentFormat.MaxEntrySize];
        private readonly int _maxSegments;
        private int _open = -1;
        private int _atSegment;
        private int _atRecord;

        /// <summary>Makes an empty queue; <see cref="Load"/> fills it.</summary>
        /// <param name="files">The folder.</param>
        /// <param name="counters">Take what is dropped.</param>
        /// <param name="maxSegments">Segments that the queue holds.</param>
        public RecordQueue(ISegmentFiles files, BeaconCounters counters, int maxSegments)
        {
            _files = files;
            _counters = counters;
            _reader = new SegmentReader(files, _names);
            _maxSegments = maxSegments;
            _segments = new SegmentTable(maxSegments + 1);
        }

        /// <summary>Records that wait for their receipts.</summary>
        public int Count { get; private set; }

        /// <summary>Flash that the segments take, bytes: whole blocks of the file system.</summary>
        public int FlashBytes { get; private set; }

        /// <summary>Segments on flash.</summary>
        public int SegmentCount => _segments.Count;

        /// <summary>Flash that they may take.</summary>
        public int MaxFlashBytes => _maxSegments * DeviceLimits.SegmentMaxBytes;

        /// <summary>Number of this boot; 0 until <see cref="StartBoot"/>. Without it nothing can be added.</summary>
        public uint Boot { get; private set; }

        /// <summary>Sequence of the next record of this boot.</summary>
        public uint NextSequence { get; private set; } = 1;

        /// <summary>Takes up what earlier boots left. What is no segment is deleted.</summary>
        public void Load()
        {
            string[] names = _files.List();
            for (int i = 0; i < names.Length; i++)
            {
                if (!SegmentFormat.TryParseName(names[i], out uint boot, out uint first))
                {
                    _files.Delete(names[i]);
                    continue;
                }

                Scan(_segments.Insert(boot, first));
                KeepBound();
            }
        }

        /// <summary>Records are numbered from 1 within this boot from now on.</summary>
        public void StartBoot(uint boot)
        {
            Boot = boot;
            NextSequence = 1;
            for (int i = 0; i < _segments.Count; i++)
            {
                uint next = _segments.Firsts[i] + _segments.Counts[i];
                if (_segments.Boots[i] == boot && next > NextSequence)
                {
                    NextSequence = next;
                }
            }
        }

        /// <summary>
        /// Stores a record that carries <see cref="NextSequence"/>.
        /// True when it is durable. Its number is used up either way.
        /// </summary>
        /// <param name="record">Holds the record from its start.</param>
        /// <param name="count">Bytes of the record.</param>
        public bool Add(byte[] record, int count)
        {
            uint sequence = NextSequence;
            NextSequence++;
            int size = SegmentFormat.Write(record, count, _entry);
            bool isStored = TryAppend(sequence, size);
            if (!isStored && _segments.Count > 0)
            {
                // The flash may be fuller than its quota says: make room once.
                DropOldest();
                isStored = TryAppend(sequence, size);
            }

            if (isStored)
            {
                Count++;
                _counters.RecordsQueued++;
            }
            else
            {
                _counters.DroppedRecords++;
            }

            _counters.QueueDepth = Count;
            return isStored;
        }

        /// <summary>Before the oldest record: <see cref="Next"/> goes on from there.</summary>
        public void Rewind()
        {
            RemoveSettled();
            _atSegment = 0;
            _atRecord = -1;
        }

        /// <summary>
        /// Goes on to the next record that waits and is in no frame, and reads it into <see cref="Entry"/>. One that is
        /// not as it was written is passed over, counted, and never comes again.
        /// </summary>
        /// <returns>False if there is none.</returns>
        public bool Next()
        {
            _atRecord++;
            for (; _atSegment < _segments.Count; _atSegment++, _atRecord = 0)
            {
                for (; _segments.Left[_atSegment] > 0 && _atRecord < _segments.Counts[_atSegment]; _atRecord++)
                {
                    if (!_segments.IsSettled(_atSegment, _atRecord)
                        && !_flights.HoldsAny(AtBoot, AtSequence) && ReadEntry())
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        /// <summary>Boot of the record that <see cref="Next"/> went to.</summary>
        public uint AtBoot
        {
            get { return _segments.Boots[_atSegment]; }
        }

        /// <summary>Its sequence.</summary>
        public uint AtSequence
        {
            get { return _segments.Firsts[_atSegment] + (uint)_atRecord; }
        }

        /// <summary>Holds the record from <see cref="SegmentFormat.PrefixSize"/> on, until the queue is used
        /// again.</summary>
        public byte[] Entry
        {
            get { return _entry; }
        }

        /// <summary>Bytes of the record.</summary>
        public int AtLength { get; private set; }

        /// <summary>The record that <see cref="Next"/> went to is carried by a frame from now on.</summary>
        /// <param name="flight">Number of the frame, from 1; a frame takes records in the order of Next.</param>
        public void Carry(byte flight)
        {
            _flights.Extend(flight, AtBoot, AtSequence);
        }

        /// <summary>All records of a frame (0: of all frames) wait to be sent again.</summary>
        public void ClearFlight(byte flight)
        {
            _flights.Clear(flight);
        }

        /// <summary>True if a record waits that this frame carries.</summary>
        public bool HasFlight(byte flight)
        {
            for (int i = 0; i < _segments.Count; i++)
            {
                if (_flights.EndsBefore(flight, _segments.Boots[i], _segments.Firsts[i]))
                {
                    return false;
                }

                for (int j = 0; _segments.Left[i] > 0 && j < _segments.Counts[i]; j++)
                {
                    if (!_segments.IsSettled(i, j)
                        && _flights.Holds(flight, _segments.Boots[i], _segments.Firsts[i] + (uint)j))
                    {
                        return true;
                    }
                }
            }

            return false;
        }

        /// <summary>Lowest sequence of a boot that waits; 0 if there is none.</summary>
        public uint FloorOf(uint boot)
        {
            for (int i = 0; i < _segments.Count; i++)
            {
                bool isOfBoot = _segments.Boots[i] == boot && _segments.Left[i] > 0;
                for (int j = 0; isOfBoot && j < _segments.Counts[i]; j++)
                {
                    if (!_segments.IsSettled(i, j))
                    {
                        return _segments.Firsts[i] + (uint)j;
                    }
                }
            }

            return 0;
        }

        /// <summary>Forgets what a receipt settles; what it does not name stays.</summary>
        public void Settle(ReceiptEntry entry)
        {
            for (int i = 0; i < _segments.Count; i++)
            {
                if (_segments.Boots[i] == entry.Boot && _segments.Left[i] > 0)
                {
                    SettleSegment(i, entry);
                }
            }

            RemoveSettled();
            _counters.QueueDepth = Count;
        }

        private void SettleSegment(int segment, ReceiptEntry entry)
        {
            uint sequence = _segments.Firsts[segment];
            for (int i = 0; i < _segments.Counts[segment]; i++, sequence++)
            {
                if (_segments.IsSettled(segment, i) || !entry.IsSettled(sequence))
                {
                    continue;
                }

                SettleOne(segment, i);
                if (entry.ReasonFor(sequence) == RefusalReason.None)
                {
                    _counters.RecordsSettled++;
                }
                else
                {
                    _counters.RecordsRefused++;
                }
            }
        }

        private void RemoveSettled()
        {
            for (int i = _segments.Count - 1; i >= 0; i--)
            {
                if (i != _open && _segments.Left[i] == 0)
                {
                    Remove(i);
                }
            }
        }

        private bool TryAppend(uint sequence, int size)
        {
            if (_open < 0 || !Fits(sequence, size))
            {
                OpenSegment(sequence);
            }

            int segment = _open;
            if (segment < 0)
            {
                // The bound took it at once: what is kept is of later boots than the chip says this one is.
                return false;
            }

            int usedBytes = _segments.Sizes[segment];
            if (!_files.Append(_names.Of(_segments, segment), usedBytes == 0, _entry, size))
            {
                // Nobody knows what its end is now: nothing may follow there.
                CloseSegment();
                return false;
            }

            _reader.Grow(
                _segments.Boots[segment], _segments.Firsts[segment], _segments.Counts[segment], usedBytes + size);
            _segments.Grow(segment, 1, size);
            FlashBytes += SegmentFormat.FlashBytesOf(usedBytes + size) - SegmentFormat.FlashBytesOf(usedBytes);
            return true;
        }

        private bool Fits(uint sequence, int size)
        {
            int count = _segments.Counts[_open];
            return count < DeviceLimits.SegmentMaxRecords
                && _segments.Sizes[_open] + size <= DeviceLimits.SegmentMaxBytes
                && _segments.Firsts[_open] + (uint)count == sequence;
        }

        private void OpenSegment(uint sequence)
        {
            CloseSegment();
            _reader.Forget(Boot, sequence);
            _open = _segments.Insert(Boot, sequence);
            KeepBound();
        }

        private void KeepBound()
        {
            if (_segments.Count > _maxSegments)
            {
                DropOldest();
            }
        }

        /// <summary>The open segment takes no more records.</summary>
        private void CloseSegment()
        {
            int segment = _open;
            _open = -1;
            if (segment >= 0 && _segments.Left[segment] == 0)
            {
                Remove(segment);
            }
        }

        private void DropOldest()
        {
            int lost = _segments.Left[0];
            Count -= lost;
            _counters.DroppedRecords += lost;
            _counters.QueueDepth = Count;
            Remove(0);
        }

        private void Remove(int segment)
        {
            _files.Delete(_names.Of(_segments, segment));
            FlashBytes -= SegmentFormat.FlashBytesOf(_segments.Sizes[segment]);
            _segments.Remove(segment);
            _open = _open > segment ? _open - 1 : _open == segment ? -1 : _open;
        }

        private void SettleOne(int segment, int record)
        {
            _segments.Settle(segment, record);
            Count--;
        }

        /// <summary>Reads the record at the cursor; settles and counts one that is not whole.</summary>
        private bool ReadEntry()
        {
            AtLength = _reader.Read(AtBoot, _segments.Firsts[_atSegment], _atRecord, _entry);
            if (AtLength > 0)
            {
                return true;
            }

            _counters.TornRecords++;
            SettleOne(_atSegment, _atRecord);
            _counters.QueueDepth = Count;
            return false;
        }

        /// <summary>Takes a segment up that an earlier boot wrote; one without a record goes.</summary>
        private void Scan(int segment)
        {
            int count = _reader.Scan(_segments.Boots[segment], _segments.Firsts[segment], _entry, out int bytes);
            if (_reader.FoundTornEnd || count == 0)
            {
                _counters.TornRecords++;
            }

            if (count == 0)
            {
                Remove(segment);
                return;
            }

            _segments.Grow(segment, count, bytes);
            FlashBytes += SegmentFormat.FlashBytesOf(bytes);
            Count += count;
            _counters.QueueDepth = Count;
        }
    }
}
