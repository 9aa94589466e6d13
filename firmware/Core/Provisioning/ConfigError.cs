namespace LumenLink.Beacon.Provisioning
{
    /// <summary>What is wrong with a line of the configuration file, or with what it lacks.</summary>
    public enum ConfigError : byte
    {
        /// <summary>Nothing.</summary>
        None = 0,

        /// <summary>The line is no key=value.</summary>
        LineMalformed = 1,

        /// <summary>No such key.</summary>
        KeyUnknown = 2,

        /// <summary>The key came before; the first one counts.</summary>
        KeyRepeated = 3,

        /// <summary>The value is not what this key takes; the default stays.</summary>
        ValueInvalid = 4,

        /// <summary>A key that the uplink needs is not there.</summary>
        KeyMissing = 5,

        /// <summary>Two values do not go together; the defaults stay.</summary>
        ValuesConflict = 6,

        /// <summary>The file is longer than is read, or holds something else than ASCII.</summary>
        FileInvalid = 7,
    }
}
