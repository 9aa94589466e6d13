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
        public void Describe(StatusBody status)
        {
            try
            {
                NativeMemory.GetMemoryInfo(
                    NativeMemory.MemoryType.All, out uint total, out uint free, out uint largest);
                status.HeapFreeBytes = free;
                status.HeapLargestBytes = largest;
            }
            catch (Exception)
            {
                status.HeapFreeBytes = StatusBody.HeapNotKnown;
                status.HeapLargestBytes = StatusBody.HeapNotKnown;
            }
        }
    }
}
