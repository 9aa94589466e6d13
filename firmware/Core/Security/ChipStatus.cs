namespace LumenLink.Beacon.Security
{
    /// <summary>How a command of the secure element ended.</summary>
    public enum ChipStatus
    {
        /// <summary>Carried out.</summary>
        Ok,

        /// <summary>The signature is not that of this digest and key.</summary>
        Miscompare,

        /// <summary>The chip does not know this command, length or parameter.</summary>
        ParseError,

        /// <summary>A computation on the curve failed: a key that is no point of it, for one.</summary>
        EccFault,

        /// <summary>The chip's self-test failed; it refuses to work.</summary>
        SelfTestError,

        /// <summary>The chip's random generator failed its health test.</summary>
        HealthTestError,

        /// <summary>Not allowed in the chip's state or configuration; a lost ephemeral key, for one.</summary>
        ExecutionError,

        /// <summary>The watchdog left too little time, and did so again after a fresh wake.</summary>
        WatchdogAboutToExpire,

        /// <summary>The bytes were damaged on the bus, more often than is tried again.</summary>
        CrcError,

        /// <summary>The chip did not wake, or gave no answer within its worst-case time.</summary>
        NoAnswer,

        /// <summary>The chip was awake but took no command: its address was not acknowledged.</summary>
        BusError,

        /// <summary>An answer with a length or a status that the command cannot have.</summary>
        ResponseMalformed,

        /// <summary>Without a chip: the flash did not take key or boot counter.</summary>
        StorageFailed,

        /// <summary>Without a chip: key or boot counter on flash are not whole. No other takes their place by
        /// itself.</summary>
        KeyDamaged,
    }
}
