namespace nanoFramework.Device.Bluetooth;

/// <summary>Kind of an address.</summary>
public enum BluetoothAddressType
{
    Public = 0,
    Random = 1,
    Unspecified = 2,
}

/// <summary>What went wrong.</summary>
public enum BluetoothError
{
    Success = 0,
    RadioNotAvailable = 1,
    ResourceInUse = 2,
    DeviceNotConnected = 3,
    OtherError = 4,
    DisabledByPolicy = 5,
    NotSupported = 6,
    DisabledByUser = 7,
    ConsentRequired = 8,
    TransportNotSupported = 9,
}

/// <summary>State of a watcher.</summary>
public enum BluetoothLEAdvertisementWatcherStatus
{
    Created = 0,
    Started = 1,
    Stopping = 2,
    Stopped = 3,
    Aborted = 4,
}
