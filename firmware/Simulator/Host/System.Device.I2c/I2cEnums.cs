namespace System.Device.I2c;

/// <summary>100 kHz, 400 kHz or 1 MHz.</summary>
public enum I2cBusSpeed
{
    StandardMode = 0,
    FastMode = 1,
    FastModePlus = 2,
}

/// <summary>How a transfer ended; a refusal is a status, not an exception.</summary>
public enum I2cTransferStatus
{
    UnknownError = 0,
    FullTransfer = 1,
    ClockStretchTimeout = 2,
    PartialTransfer = 3,
    SlaveAddressNotAcknowledged = 4,
}
