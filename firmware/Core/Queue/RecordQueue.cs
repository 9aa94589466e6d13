using System;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Queue
{
    /// <summary>
    /// Records until a receipt settles them: one file each, an index in memory, oldest (boot, sequence)
    /// first. Bounded; the oldest gives way. Survives restarts by listing the files. Used by the loop alone.
    /// </summary>
    public sealed class RecordQueue
    {
        private readonly IRecordFiles _files;
        private readonly BeaconCounters _counters;
        private readonly uint[] _boots;
        private readonly uint[] _sequences;
        private readonly byte[] _flights;
        private readonly byte[] _file = new byte[RecordFile.MaxSize];
        private uint _nextSequence = 1;

        /// <summary>Makes an empty queue; <see cref="Load"/> fills it.</summary>
        /// <param name="files">The folder.</param>
        /// <param name="counters">Take what is dropped.</param>
        /// <param name="maxRecords">Records that the queue holds.</param>
        public RecordQueue(IRecordFiles files, BeaconCounters counters, int maxRecords)
        {
            _files = files;
            _counters = counters;
            _boots = new uint[maxRecords];
            _sequences = new uint[maxRecords];
            _flights = new byte[maxRecords];
        }

        /// <summary>Records held.</summary>
        public int Count { get; private set; }

        /// <summary>Records that fit.</summary>
        public int Capacity
        {
            get { return _boots.Length; }
        }

        /// <summary>Flash that the records take, bytes.</summary>
        public int FlashBytes
        {
            get { return Count * DeviceLimits.FlashBlockBytes; }
        }

        /// <summary>Number of this boot; 0 until <see cref="StartBoot"/>. Without it nothing can be added.</summary>
        public uint Boot { get; private set; }

        /// <summary>Sequence of the next record of this boot.</summary>
        public uint NextSequence
        {
            get { return _nextSequence; }
        }

        /// <summary>Takes up what earlier boots left. What is no file of the queue is deleted.</summary>
        public void Load()
        {
            string[] names = _files.List();
            for (int i = 0; i < names.Length; i++)
            {
                if (!RecordFile.TryParseName(names[i], out uint boot, out uint sequence))
                {
                    _files.Delete(names[i]);
                    continue;
                }

                if (Count == _boots.Length)
                {
                    if (IsBefore(boot, sequence, 0))
                    {
                        _files.Delete(names[i]);
                        _counters.DroppedRecords++;
                        continue;
                    }

                    DropOldest();
                }

                Insert(boot, sequence);
            }

            _counters.QueueDepth = Count;
        }

        /// <summary>Records are numbered from 1 within this boot from now on.</summary>
        public void StartBoot(uint boot)
        {
            Boot = boot;
            _nextSequence = 1;
            for (int i = 0; i < Count; i++)
            {
                if (_boots[i] == boot && _sequences[i] >= _nextSequence)
                {
                    _nextSequence = _sequences[i] + 1;
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
            uint sequence = _nextSequence;
            _nextSequence++;
            if (Count == _boots.Length)
            {
                DropOldest();
            }

            Array.Copy(record, 0, _file, 0, count);
            int length = RecordFile.Close(_file, count);
            string name = RecordFile.NameOf(Boot, sequence);
            bool isStored = _files.Write(name, _file, length);
            if (!isStored && Count > 0)
            {
                // The flash may be fuller than its quota says: make room once.
                DropOldest();
                isStored = _files.Write(name, _file, length);
            }

            if (isStored)
            {
                Insert(Boot, sequence);
                _counters.RecordsQueued++;
            }
            else
            {
                _counters.DroppedRecords++;
            }

            _counters.QueueDepth = Count;
            return isStored;
        }

        /// <summary>Boot of the record at <paramref name="index"/>.</summary>
        public uint BootAt(int index)
        {
            return _boots[index];
        }

        /// <summary>Sequence of the record at <paramref name="index"/>.</summary>
        public uint SequenceAt(int index)
        {
            return _sequences[index];
        }

        /// <summary>
        /// Mark of the record at <paramref name="index"/>: 0 waits to be sent, else the frame that carries it.
        /// </summary>
        public byte FlightAt(int index)
        {
            return _flights[index];
        }

        /// <summary>Marks a record as carried by a frame.</summary>
        public void SetFlight(int index, byte flight)
        {
            _flights[index] = flight;
        }

        /// <summary>All records of a frame (0: of all frames) wait to be sent again.</summary>
        public void ClearFlight(byte flight)
        {
            for (int i = 0; i < Count; i++)
            {
                if (flight == 0 || _flights[i] == flight)
                {
                    _flights[i] = 0;
                }
            }
        }

        /// <summary>True if a record is marked as carried by this frame.</summary>
        public bool HasFlight(byte flight)
        {
            for (int i = 0; i < Count; i++)
            {
                if (_flights[i] == flight)
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Lowest sequence held of the boot of the record at <paramref name="index"/>.</summary>
        public uint FloorAt(int index)
        {
            while (index > 0 && _boots[index - 1] == _boots[index])
            {
                index--;
            }

            return _sequences[index];
        }

        /// <summary>
        /// Reads a record back. A file that is torn or unreadable leaves the queue, counted.
        /// </summary>
        /// <param name="index">Which; when null comes back, another record has its place.</param>
        /// <param name="count">Bytes of the record.</param>
        /// <returns>Holds the record from its start, or null.</returns>
        public byte[]? Read(int index, out int count)
        {
            byte[]? content = _files.Read(RecordFile.NameOf(_boots[index], _sequences[index]));
            count = content == null ? -1 : RecordFile.RecordLength(content, _sequences[index]);
            if (count >= 0)
            {
                return content;
            }

            _counters.TornRecords++;
            RemoveAt(index);
            return null;
        }

        /// <summary>Forgets what a receipt settles; what it does not name stays.</summary>
        public void Settle(ReceiptEntry entry)
        {
            int kept = 0;
            for (int i = 0; i < Count; i++)
            {
                if (_boots[i] == entry.Boot && entry.IsSettled(_sequences[i]))
                {
                    _files.Delete(RecordFile.NameOf(_boots[i], _sequences[i]));
                    if (entry.ReasonFor(_sequences[i]) == RefusalReason.None)
                    {
                        _counters.RecordsSettled++;
                    }
                    else
                    {
                        _counters.RecordsRefused++;
                    }

                    continue;
                }

                _boots[kept] = _boots[i];
                _sequences[kept] = _sequences[i];
                _flights[kept] = _flights[i];
                kept++;
            }

            Count = kept;
            _counters.QueueDepth = kept;
        }

        private void DropOldest()
        {
            RemoveAt(0);
            _counters.DroppedRecords++;
        }

        private void RemoveAt(int index)
        {
            _files.Delete(RecordFile.NameOf(_boots[index], _sequences[index]));
            int behind = Count - index - 1;
            Array.Copy(_boots, index + 1, _boots, index, behind);
            Array.Copy(_sequences, index + 1, _sequences, index, behind);
            Array.Copy(_flights, index + 1, _flights, index, behind);
            Count--;
            _counters.QueueDepth = Count;
        }

        private void Insert(uint boot, uint sequence)
        {
            int at = Count;
            while (at > 0 && IsBefore(boot, sequence, at - 1))
            {
                at--;
            }

            int behind = Count - at;
            Array.Copy(_boots, at, _boots, at + 1, behind);
            Array.Copy(_sequences, at, _sequences, at + 1, behind);
            Array.Copy(_flights, at, _flights, at + 1, behind);
            _boots[at] = boot;
            _sequences[at] = sequence;
            _flights[at] = 0;
            Count++;
        }

        private bool IsBefore(uint boot, uint sequence, int index)
        {
            return boot != _boots[index] ? boot < _boots[index] : sequence < _sequences[index];
        }
    }
}
