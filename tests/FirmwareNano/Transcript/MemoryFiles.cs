using System;
using System.Collections;
using LumenLink.Beacon.Queue;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>Segment files in memory that sometimes take a part of what is appended, or nothing.</summary>
    internal sealed class MemoryFiles : ISegmentFiles
    {
        private const int FileBytes = 16384;

        private readonly ArrayList names = new ArrayList();
        private readonly ArrayList contents = new ArrayList();
        private readonly ArrayList lengths = new ArrayList();
        private readonly Lcg random;
        private readonly int faultsIn;

        internal MemoryFiles(Lcg faults, int oneIn)
        {
            random = faults;
            faultsIn = oneIn;
        }

        /// <inheritdoc/>
        public string[] List()
        {
            return (string[])names.ToArray(typeof(string));
        }

        /// <inheritdoc/>
        public int Read(string name, int position, byte[] target, int count)
        {
            int file = names.IndexOf(name);
            int left = file < 0 ? 0 : (int)lengths[file]! - position;
            count = count < left ? count : left;
            if (count <= 0)
            {
                return 0;
            }

            Array.Copy((byte[])contents[file]!, position, target, 0, count);
            return count;
        }

        /// <inheritdoc/>
        public bool Append(string name, bool isNew, byte[] content, int count)
        {
            int file = names.IndexOf(name);
            if (file < 0)
            {
                file = names.Add(name);
                contents.Add(new byte[FileBytes]);
                lengths.Add(0);
            }

            int length = isNew ? 0 : (int)lengths[file]!;
            int written = random.Below(faultsIn) == 0 ? random.Below(count + 1) : count;
            Array.Copy(content, 0, (byte[])contents[file]!, length, written);
            lengths[file] = length + written;
            return written == count;
        }

        /// <inheritdoc/>
        public void Delete(string name)
        {
            int file = names.IndexOf(name);
            if (file >= 0)
            {
                names.RemoveAt(file);
                contents.RemoveAt(file);
                lengths.RemoveAt(file);
            }
        }
    }
}
