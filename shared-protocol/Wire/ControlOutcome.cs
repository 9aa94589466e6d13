namespace LumenLink.Protocol
{
    /// <summary>
    /// What became of a command or a configuration (README section 12). Readers take a number that they do not know for
    /// a refusal.
    /// </summary>
    public enum ControlOutcome : byte
    {
        /// <summary>
        /// A command is carried out, or will be whatever happens; a configuration is in effect, and the service was
        /// reached under it.
        /// </summary>
        Done = 1,

        /// <summary>A configuration is kept, and not proven yet.</summary>
        Accepted = 2,

        /// <summary>No such command.</summary>
        CommandUnknown = 3,

        /// <summary>The command's argument is out of its limits.</summary>
        ArgumentInvalid = 4,

        /// <summary>The command came too late.</summary>
        Expired = 5,

        /// <summary>A command of a higher id was taken before; nothing is known of this one any more.</summary>
        IdNotRising = 6,

        /// <summary>A higher version of the configuration was seen before.</summary>
        VersionNotRising = 7,

        /// <summary>Certificate or signature of a configuration do not hold.</summary>
        SignatureInvalid = 8,

        /// <summary>The configuration is wrong at the key that the detail names.</summary>
        TextInvalid = 9,

        /// <summary>The service was not reached under the configuration: the one before is in effect again.</summary>
        RolledBack = 10,

        /// <summary>The flash did not take it.</summary>
        NotKept = 11,

        /// <summary>The secure element failed: nothing is known of the signature.</summary>
        CouldNotCheck = 12,
    }
}
