namespace LumenLink.Beacon.Provisioning
{
    /// <summary>What the firmware left for its next boot.</summary>
    public enum BootRequest : byte
    {
        /// <summary>Nothing.</summary>
        None = 0,

        /// <summary>Provision.</summary>
        Provision = 1,

        /// <summary>Erase what was written in the field, before anything else.</summary>
        Reset = 2,
    }
}
