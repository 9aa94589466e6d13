using System;

namespace LumenLink.Beacon.Queue
{
    /// <summary>
    /// What is known in memory of the segments, oldest (boot, first sequence) first: 16 bytes a segment, among them a
    /// bit for each of its records that need not be sent any more.
    /// </summary>
    internal sealed class SegmentTable
    {
        internal readonly uint[] Boots;
        internal readonly uint[] Firsts;
        internal readonly byte[] Counts;
        internal readonly ushort[] Sizes;

        /// <summary>Records that still wait for their receipts.</summary>
        internal readonly byte[] Left;

        private readonly uint[] _settled;

        /// <summary>An empty table for so many segments.</summary>
        internal SegmentTable(int capacity)
        {
            Boots = new uint[capacity];
            Firsts = new uint[capacity];
            Counts = new byte[capacity];
            Sizes = new ushort[capacity];
            Left = new byte[capacity];
            _settled = new uint[capacity];
        }

        /// <summary>Segments held.</summary>
        internal int Count { get; private set; }

        internal bool IsSettled(int segment, int record)
        {
            return (_settled[segment] & (1u << record)) != 0;
        }

        internal void Settle(int segment, int record)
        {
            _settled[segment] |= 1u << record;
            Left[segment]--;
        }

        /// <summary>A segment has so many more records, of so many bytes in all, that wait.</summary>
        internal void Grow(int segment, int records, int bytes)
        {
            Counts[segment] = (byte)(Counts[segment] + records);
            Left[segment] = (byte)(Left[segment] + records);
            Sizes[segment] = (ushort)(Sizes[segment] + bytes);
        }

        /// <summary>Makes an entry for an empty segment at its place in the order, and returns that place.</summary>
        internal int Insert(uint boot, uint first)
        {
            int at = Count;
            while (at > 0 && IsBefore(boot, first, Boots[at - 1], Firsts[at - 1]))
            {
                at--;
            }

            Move(at, at + 1, Count - at);
            Boots[at] = boot;
            Firsts[at] = first;
            Counts[at] = 0;
            Sizes[at] = 0;
            Left[at] = 0;
            _settled[at] = 0;
            Count++;
            return at;
        }

        internal void Remove(int segment)
        {
            Move(segment + 1, segment, Count - segment - 1);
            Count--;
        }

        /// <summary>True if the first of two (boot, sequence) is the older one.</summary>
        internal static bool IsBefore(uint boot, uint sequence, uint otherBoot, uint otherSequence)
        {
            return boot != otherBoot ? boot < otherBoot : sequence < otherSequence;
        }

        private void Move(int from, int to, int count)
        {
            Array.Copy(Boots, from, Boots, to, count);
            Array.Copy(Firsts, from, Firsts, to, count);
            Array.Copy(Counts, from, Counts, to, count);
            Array.Copy(Sizes, from, Sizes, to, count);
            Array.Copy(Left, from, Left, to, count);
            Array.Copy(_settled, from, _settled, to, count);
        }
    }
}
