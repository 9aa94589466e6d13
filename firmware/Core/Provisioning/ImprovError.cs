namespace LumenLink.Beacon.Provisioning
{
    /// <summary>What was wrong with the last command (Improv via BLE, Error State).</summary>
    public enum ImprovError : byte
    {
        /// <summary>Nothing.</summary>
        None = 0,

        /// <summary>It was no packet, or its data was not what the command takes.</summary>
        InvalidPacket = 1,

        /// <summary>There is no such command.</summary>
        UnknownCommand = 2,

        /// <summary>The network could not be joined.</summary>
        UnableToConnect = 3,

        /// <summary>Credentials came without the button having been pressed, or while others are tried.</summary>
        NotAuthorized = 4,
    }
}
