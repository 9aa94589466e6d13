using LumenLink.Beacon.Sightings;

namespace LumenLink.Beacon.Radio
{
    /// <summary>Looks for Wi-Fi access points.</summary>
    public interface IWifiScanner
    {
        /// <summary>
        /// Starts one scan. Its results go into the ring all at once at its end, and the loop is woken.
        /// </summary>
        /// <returns>False if the radio refused.</returns>
        bool StartScan(SightingRing ring);

        /// <summary>True if no scan runs.</summary>
        bool IsDone { get; }
    }
}
