using System;

namespace LumenLink.Beacon.Queue
{
    /// <summary>
    /// Which records are in flight: for each frame, numbered from 1, the span from its first to its last record. A
    /// frame takes what waits, oldest first, so what lies in a span and is not settled is in that frame.
    /// </summary>
    internal sealed class FlightTable
    {
        private readonly uint[] _fromBoots = new uint[DeviceLimits.FramesInFlight + 1];
        private readonly uint[] _fromSequences = new uint[DeviceLimits.FramesInFlight + 1];
        private readonly uint[] _toBoots = new uint[DeviceLimits.FramesInFlight + 1];
        private readonly uint[] _toSequences = new uint[DeviceLimits.FramesInFlight + 1];

        /// <summary>Makes a record the last one of a frame, and its first if it has none.</summary>
        internal void Extend(byte flight, uint boot, uint sequence)
        {
            if (_fromBoots[flight] == 0)
            {
                _fromBoots[flight] = boot;
                _fromSequences[flight] = sequence;
            }

            _toBoots[flight] = boot;
            _toSequences[flight] = sequence;
        }

        /// <summary>True if a record is in this frame.</summary>
        internal bool Holds(byte flight, uint boot, uint sequence)
        {
            return _fromBoots[flight] != 0
                && !SegmentTable.IsBefore(boot, sequence, _fromBoots[flight], _fromSequences[flight])
                && !SegmentTable.IsBefore(_toBoots[flight], _toSequences[flight], boot, sequence);
        }

        /// <summary>True if everything in this frame is older than a record.</summary>
        internal bool EndsBefore(byte flight, uint boot, uint sequence)
        {
            return _fromBoots[flight] == 0
                || SegmentTable.IsBefore(_toBoots[flight], _toSequences[flight], boot, sequence);
        }

        /// <summary>True if a record is in any frame.</summary>
        internal bool HoldsAny(uint boot, uint sequence)
        {
            for (byte flight = 1; flight < _fromBoots.Length; flight++)
            {
                if (Holds(flight, boot, sequence))
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Empties a frame; 0: all of them.</summary>
        internal void Clear(byte flight)
        {
            if (flight == 0)
            {
                Array.Clear(_fromBoots, 0, _fromBoots.Length);
            }
            else
            {
                _fromBoots[flight] = 0;
            }
        }
    }
}
