namespace LumenLink.Simulator.Atecc608;

/// <summary>The first byte of a write to the chip.</summary>
internal enum WordAddress : byte
{
    Rewind = 0x00,
    Sleep = 0x01,
    Idle = 0x02,
    Command = 0x03,
}
