using System.Threading;
using LumenLink.Protocol;

namespace LumenLink.Beacon.Uplink
{
    /// <summary>
    /// Between the link's callback and the loop: a few frames of the service, not looked
    /// at. What does not fit is dropped and counted; the service repeats what matters.
    /// </summary>
    public sealed class FrameInbox
    {
        private readonly object _lock = new object();
        private readonly AutoResetEvent _wake;
        private readonly byte[]?[] _frames;
        private int _head;
        private int _count;
        private int _refused;

        /// <summary>Makes an empty inbox.</summary>
        /// <param name="capacity">Frames that fit.</param>
        /// <param name="wake">Set when a frame comes.</param>
        public FrameInbox(int capacity, AutoResetEvent wake)
        {
            _frames = new byte[capacity][];
            _wake = wake;
        }

        /// <summary>Puts a frame in. Called from the link's callback; the array is the inbox's from then on.</summary>
        public void Put(byte[] frame)
        {
            lock (_lock)
            {
                if (_count == _frames.Length || frame.Length > WireLimits.MaxFrameBytes)
                {
                    _refused++;
                    return;
                }

                int at = _head + _count;
                _frames[at < _frames.Length ? at : at - _frames.Length] = frame;
                _count++;
            }

            _wake.Set();
        }

        /// <summary>Takes the oldest frame out; null if there is none.</summary>
        public byte[]? TryTake()
        {
            lock (_lock)
            {
                if (_count == 0)
                {
                    return null;
                }

                byte[]? frame = _frames[_head];
                _frames[_head] = null;
                _head = _head + 1 < _frames.Length ? _head + 1 : 0;
                _count--;
                return frame;
            }
        }

        /// <summary>Adds what was refused since the last call to the counters.</summary>
        public void MoveCounts(BeaconCounters counters)
        {
            lock (_lock)
            {
                counters.DownlinkRefused += _refused;
                _refused = 0;
            }
        }
    }
}
