namespace LumenLink.Beacon.Radio
{
    /// <summary>The radio's duty cycle: lengths of its slots in milliseconds, and how far they adapt.</summary>
    public sealed class RadioPolicy
    {
        /// <summary>The shortest cycle: the advertise slot, then the scan slot.</summary>
        public int CycleMs = DeviceLimits.CycleMs;

        /// <summary>The advertise slot of that cycle, less than <see cref="CycleMs"/>; 0 for none.</summary>
        public int AdvertiseMs = DeviceLimits.AdvertiseMs;

        /// <summary>How many times as long both may become while nothing changes; 1: they stay.</summary>
        public int CycleStretchMax = DeviceLimits.CycleStretchMax;

        /// <summary>From one Wi-Fi scan to the next without a connection; 0 for none at all.</summary>
        public int WifiScanEveryMs = DeviceLimits.WifiScanEveryMs;

        /// <summary>From one Wi-Fi scan to the next with a connection; 0 for none.</summary>
        public int WifiScanLiveEveryMs = DeviceLimits.WifiScanLiveEveryMs;

        /// <summary>From one report to the next.</summary>
        public int ReportMs = DeviceLimits.ReportMs;
    }
}
