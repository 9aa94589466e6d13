namespace LumenLink.Simulator.Atecc608;

/// <summary>The commands this emulator carries out; every other opcode is answered with a parse error.</summary>
internal enum Opcode : byte
{
    Read = 0x02,
    Write = 0x12,
    Nonce = 0x16,
    Lock = 0x17,
    Random = 0x1B,
    UpdateExtra = 0x20,
    Counter = 0x24,
    Info = 0x30,
    GenKey = 0x40,
    Sign = 0x41,
    Ecdh = 0x43,
    Verify = 0x45,
    Sha = 0x47,
    Aes = 0x51,
    Kdf = 0x56,
    SelfTest = 0x77,
}
