using System.Collections;
using LumenLink.Beacon.Security;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>Values in memory that now and then are not taken.</summary>
    internal sealed class MemoryValues : IKeyValueStore
    {
        private readonly ArrayList names = new ArrayList();
        private readonly ArrayList contents = new ArrayList();
        private readonly Lcg random;
        private readonly int faultsIn;

        internal MemoryValues(Lcg faults, int oneIn)
        {
            random = faults;
            faultsIn = oneIn;
        }

        /// <inheritdoc/>
        public byte[]? Read(string name)
        {
            int at = names.IndexOf(name);
            return at < 0 ? null : (byte[])((byte[])contents[at]!).Clone();
        }

        /// <inheritdoc/>
        public bool Write(string name, byte[] value)
        {
            if (random.Below(faultsIn) == 0)
            {
                return false;
            }

            int at = names.IndexOf(name);
            if (at < 0)
            {
                at = names.Add(name);
                contents.Add(value);
            }

            contents[at] = value.Clone();
            return true;
        }
    }
}
