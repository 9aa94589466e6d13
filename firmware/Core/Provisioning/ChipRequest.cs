namespace LumenLink.Beacon.Provisioning
{
    /// <summary>What the configuration file wants done to the secure element before anything else.</summary>
    public enum ChipRequest
    {
        /// <summary>Nothing: it is taken as it is.</summary>
        None,

        /// <summary>All that can still be undone is done and checked; nothing is locked.</summary>
        Check,

        /// <summary>It is provisioned, and locked for ever.</summary>
        LockForEver,
    }
}
