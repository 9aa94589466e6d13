namespace LumenLink.Protocol
{
    /// <summary>What a CommandAck is about (README section 12).</summary>
    public enum ControlSubject : byte
    {
        /// <summary>The command with the id that it names.</summary>
        Command = 1,

        /// <summary>The configuration of the version that it names.</summary>
        Configuration = 2,
    }
}
