namespace LumenLink.Beacon.Provisioning
{
    /// <summary>What a finger meant.</summary>
    public enum ButtonEvent : byte
    {
        /// <summary>Nothing, or not yet known.</summary>
        None = 0,

        /// <summary>A short press, at its end.</summary>
        Pressed = 1,

        /// <summary>Held for <see cref="DeviceLimits.ButtonProvisionMs"/>, at its end.</summary>
        HeldToProvision = 2,

        /// <summary>Held for <see cref="DeviceLimits.ButtonResetMs"/>; while it is still down.</summary>
        HeldToReset = 3,
    }
}
