namespace LumenLink.Beacon.Queue
{
    /// <summary>Reads records out of segments. Knows where they lie in the segment that it looked at last.</summary>
    internal sealed class SegmentReader
    {
        private readonly ISegmentFiles _files;
        private readonly SegmentNames _names;
        private readonly int[] _offsets = new int[DeviceLimits.SegmentMaxRecords + 1];
        private uint _boot;
        private uint _first;

        internal SegmentReader(ISegmentFiles files, SegmentNames names)
        {
            _files = files;
            _names = names;
        }

        /// <summary>Whether the segment scanned last has bytes behind its records that are none.</summary>
        internal bool FoundTornEnd { get; private set; }

        /// <summary>A segment that the queue has just opened: nothing is known of one by its name any more.</summary>
        internal void Forget(uint boot, uint first)
        {
            if (Knows(boot, first))
            {
                _boot = 0;
            }
        }

        /// <summary>The queue put another record at the end of a segment.</summary>
        internal void Grow(uint boot, uint first, int record, int end)
        {
            if (Knows(boot, first))
            {
                _offsets[record + 1] = end;
            }
        }

        /// <summary>Finds out where the records of a segment lie.</summary>
        /// <param name="boot">Of the segment's name.</param>
        /// <param name="first">Of the segment's name.</param>
        /// <param name="buffer">Room to read into: an entry.</param>
        /// <param name="bytes">Bytes of the records found.</param>
        /// <returns>How many there are; the last one may be cut off.</returns>
        internal int Scan(uint boot, uint first, byte[] buffer, out int bytes)
        {
            string name = _names.Of(boot, first);
            _boot = boot;
            _first = first;
            int count = 0;
            int chunkAt = 0;
            int chunkSize = 0;
            bytes = 0;
            FoundTornEnd = false;
            while (count < DeviceLimits.SegmentMaxRecords)
            {
                if (bytes + SegmentFormat.HeadSize > chunkAt + chunkSize)
                {
                    chunkAt = bytes;
                    chunkSize = _files.Read(name, bytes, buffer, buffer.Length);
                    if (chunkSize < SegmentFormat.HeadSize)
                    {
                        FoundTornEnd = chunkSize > 0;
                        break;
                    }
                }

                int size = SegmentFormat.EntrySize(buffer, bytes - chunkAt, first + (uint)count);
                if (size == 0 || bytes + size > DeviceLimits.SegmentMaxBytes)
                {
                    FoundTornEnd = true;
                    break;
                }

                count++;
                bytes += size;
                _offsets[count] = bytes;
            }

            for (int i = count + 1; i < _offsets.Length; i++)
            {
                _offsets[i] = bytes;
            }

            return count;
        }

        /// <summary>Reads one record.</summary>
        /// <param name="boot">Of the segment's name.</param>
        /// <param name="first">Of the segment's name.</param>
        /// <param name="record">Which one of the segment, from 0.</param>
        /// <param name="entry">Takes the entry.</param>
        /// <returns>Bytes of the record; 0 if it is not as it was written.</returns>
        internal int Read(uint boot, uint first, int record, byte[] entry)
        {
            if (!Knows(boot, first))
            {
                Scan(boot, first, entry, out int bytes);
            }

            int at = _offsets[record];
            int size = _offsets[record + 1] - at;
            bool isWhole = size > 0 && _files.Read(_names.Of(boot, first), at, entry, size) == size
                && SegmentFormat.IsWhole(entry, size);
            return isWhole ? size - SegmentFormat.PrefixSize : 0;
        }

        private bool Knows(uint boot, uint first)
        {
            return _boot == boot && _first == first;
        }
    }
}
