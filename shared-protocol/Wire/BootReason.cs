namespace LumenLink.Protocol
{
    /// <summary>
    /// Why the beacon started (README section 4, Status). A reader takes other numbers as they are.
    /// </summary>
    public enum BootReason : byte
    {
        /// <summary>Not known.</summary>
        NotKnown = 0,

        /// <summary>Power came.</summary>
        Power = 1,

        /// <summary>The firmware asked for it.</summary>
        Requested = 2,

        /// <summary>The supervisor found the loop hanging.</summary>
        Supervisor = 3,

        /// <summary>The link's thread was hanging.</summary>
        LinkHang = 4,

        /// <summary>Memory was running out.</summary>
        MemoryLow = 5,

        /// <summary>A command asked for it.</summary>
        Command = 6,

        /// <summary>It left the provisioning mode.</summary>
        Provisioning = 7,

        /// <summary>Everything was set back to how it left the factory.</summary>
        FactoryReset = 8,

        /// <summary>Another configuration is to be in effect.</summary>
        Configuration = 9,
    }
}
