using LumenLink.Beacon.Security;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>Small values, one file each.</summary>
    public sealed class KeyValueFiles : IKeyValueStore
    {
        private readonly FlashFolder _folder;
        private readonly BeaconCounters _counters;

        /// <summary>Values in a folder.</summary>
        /// <param name="folder">The folder.</param>
        /// <param name="counters">Count writes that fail as faults.</param>
        public KeyValueFiles(FlashFolder folder, BeaconCounters counters)
        {
            _folder = folder;
            _counters = counters;
        }

        /// <inheritdoc/>
        public byte[]? Read(string name)
        {
            return _folder.ReadReplaced(name);
        }

        /// <inheritdoc/>
        public bool Write(string name, byte[] value)
        {
            bool isWritten = _folder.Replace(name, value, value.Length);
            if (!isWritten)
            {
                _counters.Faults++;
            }

            return isWritten;
        }
    }
}
