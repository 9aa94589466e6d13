namespace LumenLink.Protocol
{
    /// <summary>The second byte of every frame (README section 2). Values from 0x80 go down to the beacon.</summary>
    public enum FrameType : byte
    {
        /// <summary>Up: asks for a challenge.</summary>
        Hello = 0x01,

        /// <summary>Up: signed claims that answer a challenge.</summary>
        Evidence = 0x02,

        /// <summary>Up: records of the beacon's queue.</summary>
        Records = 0x03,

        /// <summary>Up: what became of a command or a configuration.</summary>
        CommandAck = 0x04,

        /// <summary>Down: the service's nonce, ephemeral key and certificate.</summary>
        Challenge = 0x81,

        /// <summary>Down: a session and its wrapped secrets.</summary>
        AttestationResult = 0x82,

        /// <summary>Down: why there is no session.</summary>
        AttestationRefusal = 0x83,

        /// <summary>Down: which records are settled.</summary>
        Receipt = 0x84,

        /// <summary>Down: a signed configuration.</summary>
        Config = 0x85,

        /// <summary>Down: something to do now.</summary>
        Command = 0x86,
    }
}
