using LumenLink.Beacon.Supervision;
using nanoFramework.Runtime.Native;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>Reboots through the firmware image; what it has open is lost.</summary>
    public sealed class BoardPower : IBoardPower
    {
        /// <inheritdoc/>
        public void Reboot()
        {
            Power.RebootDevice();
        }
    }
}
