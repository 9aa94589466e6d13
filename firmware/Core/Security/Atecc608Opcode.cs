namespace LumenLink.Beacon.Security
{
    /// <summary>The commands of the ATECC608: those in use, and those of which only the time is known here.</summary>
    internal static class Atecc608Opcode
    {
        internal const byte Read = 0x02;
        internal const byte Mac = 0x08;
        internal const byte Write = 0x12;
        internal const byte GenDig = 0x15;
        internal const byte Nonce = 0x16;
        internal const byte Lock = 0x17;
        internal const byte Random = 0x1B;
        internal const byte DeriveKey = 0x1C;
        internal const byte UpdateExtra = 0x20;
        internal const byte Counter = 0x24;
        internal const byte CheckMac = 0x28;
        internal const byte Info = 0x30;
        internal const byte GenKey = 0x40;
        internal const byte Sign = 0x41;
        internal const byte Ecdh = 0x43;
        internal const byte Verify = 0x45;
        internal const byte PrivWrite = 0x46;
        internal const byte Sha = 0x47;
        internal const byte Aes = 0x51;
        internal const byte Kdf = 0x56;
        internal const byte SelfTest = 0x77;
        internal const byte SecureBoot = 0x80;
    }
}
