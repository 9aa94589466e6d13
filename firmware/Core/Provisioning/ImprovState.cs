namespace LumenLink.Beacon.Provisioning
{
    /// <summary>Where provisioning stands (Improv via BLE, Current State).</summary>
    public enum ImprovState : byte
    {
        /// <summary>Waits for the button.</summary>
        AuthorizationRequired = 1,

        /// <summary>Takes credentials.</summary>
        Authorized = 2,

        /// <summary>Tries credentials.</summary>
        Provisioning = 3,

        /// <summary>They were right.</summary>
        Provisioned = 4,
    }
}
