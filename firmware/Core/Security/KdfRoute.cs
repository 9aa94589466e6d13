namespace LumenLink.Beacon.Security
{
    /// <summary>Where KDF takes its key from.</summary>
    public enum KdfSource
    {
        /// <summary>TempKey.</summary>
        TempKey = 0x00,

        /// <summary>The upper 32 bytes of TempKey.</summary>
        TempKeyUpper = 0x01,

        /// <summary>A slot.</summary>
        Slot = 0x02,

        /// <summary>The alternate key buffer.</summary>
        AlternateKey = 0x03,
    }

    /// <summary>Where KDF brings its result.</summary>
    public enum KdfTarget
    {
        /// <summary>TempKey.</summary>
        TempKey = 0x00,

        /// <summary>The upper 32 bytes of TempKey.</summary>
        TempKeyUpper = 0x04,

        /// <summary>A slot.</summary>
        Slot = 0x08,

        /// <summary>The alternate key buffer.</summary>
        AlternateKey = 0x0C,

        /// <summary>The host, in the clear.</summary>
        Output = 0x10,
    }

    /// <summary>From where to where a key is derived.</summary>
    public sealed class KdfRoute
    {
        /// <summary>Where the key comes from.</summary>
        public KdfSource Source { get; set; }

        /// <summary>The slot of the key, if it is in one.</summary>
        public int SourceSlot { get; set; }

        /// <summary>Where the result goes.</summary>
        public KdfTarget Target { get; set; } = KdfTarget.Output;

        /// <summary>The slot of the result, if it goes into one.</summary>
        public int TargetSlot { get; set; }

        internal byte Mode
        {
            get { return (byte)((int)Source | (int)Target); }
        }

        internal ushort Slots
        {
            get
            {
                int source = Source == KdfSource.Slot ? SourceSlot : 0;
                int target = Target == KdfTarget.Slot ? TargetSlot : 0;
                return (ushort)(source | (target << 8));
            }
        }
    }
}
