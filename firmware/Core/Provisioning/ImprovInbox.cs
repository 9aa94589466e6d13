using System.Threading;

namespace LumenLink.Beacon.Provisioning
{
    /// <summary>
    /// Between the BLE stack's callbacks and the loop: what clients wrote, and that they left, in order. The stack
    /// waits for its callbacks, so they put in and return.
    /// </summary>
    public sealed class ImprovInbox
    {
        private readonly object _lock = new object();
        private readonly AutoResetEvent _wake;
        private readonly byte[]?[] _writes = new byte[DeviceLimits.ImprovInboxWrites][];
        private int _head;
        private int _count;

        /// <summary>Makes an empty inbox.</summary>
        /// <param name="wake">Set when something comes.</param>
        public ImprovInbox(AutoResetEvent wake)
        {
            _wake = wake;
        }

        /// <summary>Puts a write in; an empty one says that the client has left.</summary>
        /// <returns>False if there is no room; the client may try again.</returns>
        public bool Put(byte[] bytes)
        {
            lock (_lock)
            {
                if (_count == _writes.Length)
                {
                    return false;
                }

                int at = _head + _count;
                _writes[at < _writes.Length ? at : at - _writes.Length] = bytes;
                _count++;
            }

            _wake.Set();
            return true;
        }

        /// <summary>Takes the oldest write out; null if there is none.</summary>
        public byte[]? TryTake()
        {
            lock (_lock)
            {
                if (_count == 0)
                {
                    return null;
                }

                byte[]? bytes = _writes[_head];
                _writes[_head] = null;
                _head = _head + 1 < _writes.Length ? _head + 1 : 0;
                _count--;
                return bytes;
            }
        }
    }
}
