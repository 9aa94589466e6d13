namespace LumenLink.Simulator.Atecc608;

/// <summary>The status byte of a four-byte response.</summary>
internal enum ChipStatus : byte
{
    Success = 0x00,
    Miscompare = 0x01,
    ParseError = 0x03,
    EccFault = 0x05,
    SelfTestError = 0x07,
    ExecutionError = 0x0F,
    AfterWake = 0x11,
    WatchdogAboutToExpire = 0xEE,
    CommunicationError = 0xFF,
}
