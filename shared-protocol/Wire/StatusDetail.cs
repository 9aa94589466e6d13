namespace LumenLink.Protocol
{
    /// <summary>Details of a Status (README section 4); unknown ones are skipped.</summary>
    public enum StatusDetail : byte
    {
        /// <summary>How frames reach the service.</summary>
        Transport = 1,

        /// <summary>How long the radio did what.</summary>
        RadioDuty = 2,

        /// <summary>Sightings left out by a filter.</summary>
        Filtered = 3,

        /// <summary>How the link fared.</summary>
        Link = 4,

        /// <summary>Where the key lives: <see cref="KeyHome"/>.</summary>
        SecurityLevel = 5,

        /// <summary>Version of the configuration.</summary>
        ConfigVersion = 6,

        /// <summary>What went wrong.</summary>
        Faults = 7,

        /// <summary>Period of the rotating identifier.</summary>
        EidPeriod = 8,
    }
}
