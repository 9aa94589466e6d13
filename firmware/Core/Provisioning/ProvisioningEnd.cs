namespace LumenLink.Beacon.Provisioning
{
    /// <summary>Why provisioning is left. Each way is a reboot.</summary>
    public enum ProvisioningEnd : byte
    {
        /// <summary>It is not.</summary>
        None = 0,

        /// <summary>Credentials were right, or nobody came to a board that was configured already.</summary>
        Done = 1,

        /// <summary>The button asked for a factory reset.</summary>
        Reset = 2,
    }
}
