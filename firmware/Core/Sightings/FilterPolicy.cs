using LumenLink.Protocol;

namespace LumenLink.Beacon.Sightings
{
    /// <summary>
    /// Which sightings are recorded, and what is said of them beside address and signal strength. An empty list lets
    /// everything pass; several lists must all be met.
    /// </summary>
    public sealed class FilterPolicy
    {
        /// <summary>Weakest signal that is recorded, dBm.</summary>
        public int RssiFloorDbm = sbyte.MinValue;

        /// <summary>Addresses of either radio, as numbers.</summary>
        public ulong[] Addresses = new ulong[0];

        /// <summary>16-bit services of BLE advertisements.</summary>
        public ushort[] Services = new ushort[0];

        /// <summary>Companies of the manufacturer data of BLE advertisements.</summary>
        public ushort[] Manufacturers = new ushort[0];

        /// <summary>
        /// An address is left out until its signal has moved by this from what was recorded last, or
        /// <see cref="DeviceLimits.UnchangedMs"/> have passed; 0 to record it always. dB.
        /// </summary>
        public int ChangeDb;

        /// <summary>Extras that reports carry: bit n stands for the <see cref="ReportExtra"/> of number n.</summary>
        public int Extras = (1 << (int)ReportExtra.Recognised) | (1 << (int)ReportExtra.Eid);

        /// <summary>True if payloads have to be looked into.</summary>
        public bool ReadsPayloads
        {
            get { return Services.Length > 0 || Manufacturers.Length > 0 || Extras != 0; }
        }

        /// <summary>True if reports carry the extra.</summary>
        public bool Says(ReportExtra extra)
        {
            return (Extras & (1 << (int)extra)) != 0;
        }
    }
}
