namespace LumenLink.Protocol
{
    /// <summary>What a beacon can be told to do (README section 12). Readers take other numbers as they are.</summary>
    public enum BeaconCommand : byte
    {
        /// <summary>Shows by its LED which one it is; the argument says for how many seconds, 0 for 30.</summary>
        Identify = 1,

        /// <summary>Forgets that nothing changed, and scans both radios as soon as it may.</summary>
        Rescan = 2,

        /// <summary>Attests again.</summary>
        Reattest = 3,

        /// <summary>Puts away what it has, and restarts.</summary>
        Reboot = 4,

        /// <summary>Queues a Status and a Diagnostics record.</summary>
        SendDiagnostics = 5,
    }
}
