using LumenLink.Beacon.Sightings;

namespace LumenLink.Beacon.Radio
{
    /// <summary>
    /// The BLE radio. It advertises or scans, never both: who calls stops the one before starting the other.
    /// </summary>
    public interface IBleRadio
    {
        /// <summary>Starts to advertise.</summary>
        /// <param name="serviceData">Content of the AD structure of type 0x16, the 16-bit UUID first.</param>
        /// <param name="status">Content of the AD structure of type 0x21 in the scan response. Both arrays stay as they
        /// are: other content comes in other arrays.</param>
        /// <returns>False if the radio refused; it is then not advertising.</returns>
        bool StartAdvertising(byte[] serviceData, byte[] status);

        /// <summary>Ends advertising and leaves the BLE stack stopped.</summary>
        void StopAdvertising();

        /// <summary>Starts a scan window; what is heard goes into the ring, each address once.</summary>
        /// <returns>False if the radio refused; it is then not scanning.</returns>
        bool StartScan(SightingRing ring);

        /// <summary>Ends the scan window.</summary>
        void StopScan();
    }
}
