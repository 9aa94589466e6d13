namespace LumenLink.Beacon.Radio
{
    /// <summary>Lengths of the radio's slots, milliseconds.</summary>
    public sealed class RadioPolicy
    {
        /// <summary>One cycle: the advertise slot, then the scan slot.</summary>
        public int CycleMs = DeviceLimits.CycleMs;

        /// <summary>The advertise slot, less than <see cref="CycleMs"/>; 0 for none.</summary>
        public int AdvertiseMs = DeviceLimits.AdvertiseMs;

        /// <summary>From one Wi-Fi scan to the next; 0 for none at all.</summary>
        public int WifiScanEveryMs = DeviceLimits.WifiScanEveryMs;

        /// <summary>From one report to the next.</summary>
        public int ReportMs = DeviceLimits.ReportMs;
    }
}
