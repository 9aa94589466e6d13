using System;
using LumenLink.Beacon.Status;
using LumenLink.Protocol;
using nanoFramework.Hardware.Esp32;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>Heap of the ESP32. It does not tell how well it hears its access point.</summary>
    public sealed class BoardHealth : IBoardHealth
    {
        /// <inheritdoc/>
        public uint LargestFreeBytes
        {
            get
            {
                Measure(out uint free, out uint largest);
                return largest;
            }
        }

        /// <inheritdoc/>
        public void Describe(StatusBody status)
        {
            Measure(out status.HeapFreeBytes, out status.HeapLargestBytes);
        }

        private static void Measure(out uint free, out uint largest)
        {
            try
            {
                NativeMemory.GetMemoryInfo(NativeMemory.MemoryType.All, out uint total, out free, out largest);
            }
            catch (Exception)
            {
                free = StatusBody.HeapNotKnown;
                largest = StatusBody.HeapNotKnown;
            }
        }
    }
}
