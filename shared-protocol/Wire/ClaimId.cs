namespace LumenLink.Protocol
{
    /// <summary>Claims of an Evidence (README section 3). Unknown ids are skipped.</summary>
    public enum ClaimId : byte
    {
        /// <summary>EAT swname, ASCII.</summary>
        SwName = 1,

        /// <summary>EAT swversion, ASCII.</summary>
        SwVersion = 2,

        /// <summary>Version of the nanoFramework CLR, ASCII.</summary>
        ClrVersion = 3,

        /// <summary>Name of the firmware image, ASCII.</summary>
        Target = 4,

        /// <summary>SHA-256 over the assemblies' names and versions.</summary>
        Measurement = 5,

        /// <summary>SHA-256 of the deployed configuration.</summary>
        ConfigHash = 6,
    }
}
