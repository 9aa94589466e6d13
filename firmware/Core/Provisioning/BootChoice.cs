namespace LumenLink.Beacon.Provisioning
{
    /// <summary>Decides at boot: beacon, or provisioning.</summary>
    public static class BootChoice
    {
        /// <summary>True if the beacon has what it needs to reach its service.</summary>
        /// <param name="config">The configuration file.</param>
        /// <param name="hasStoredNetwork">True if the board itself knows a Wi-Fi network.</param>
        public static bool IsConfigured(BeaconConfig config, bool hasStoredNetwork)
        {
            return config.CanConnect && (config.WifiSsid.Length > 0 || hasStoredNetwork);
        }

        /// <summary>True if this boot provisions.</summary>
        /// <param name="isConfigured">See <see cref="IsConfigured"/>.</param>
        /// <param name="isButtonHeld">
        /// True if the button was down for <see cref="DeviceLimits.ButtonProvisionMs"/>.
        /// </param>
        /// <param name="request">What the boot before asked for.</param>
        public static bool Provisions(bool isConfigured, bool isButtonHeld, BootRequest request)
        {
            return !isConfigured || isButtonHeld || request == BootRequest.Provision;
        }
    }
}
