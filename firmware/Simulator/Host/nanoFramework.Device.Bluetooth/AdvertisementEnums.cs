using System;

namespace nanoFramework.Device.Bluetooth.Advertisement;

/// <summary>Type of a section of advertising data.</summary>
public enum BluetoothLEAdvertisementDataSectionType
{
    AdvertisingInterval = 26,
    Appearance = 25,
    CompleteLocalName = 9,
    CompleteList128uuid = 7,
    CompleteList16uuid = 3,
    CompleteList32uuid = 5,
    Flags = 1,
    IncompleteList128uuid = 6,
    IncompleteList16uuid = 2,
    IncompleteList32uuid = 4,
    ManufacturerSpecificData = 255,
    PeripheralConnectionIntervalRange = 18,
    PublicTargetAddress = 23,
    RandomTargetAddress = 24,
    ServiceData128bitUuid = 33,
    ServiceData16bitUuid = 22,
    ServiceData32bitUuid = 32,
    ServiceSolicitation128BitUuids = 21,
    ServiceSolicitation16BitUuids = 20,
    ServiceSolicitation32BitUuids = 31,
    ShortenedLocalName = 8,
    TxPowerLevel = 10,
}

/// <summary>The flags section.</summary>
[Flags]
public enum BluetoothLEAdvertisementFlags : uint
{
    None = 0,
    LimitedDiscoverableMode = 1,
    GeneralDiscoverableMode = 2,
    ClassicNotSupported = 4,
    DualModeControllerCapable = 8,
    DualModeHostCapable = 16,
}

/// <summary>State of a publisher.</summary>
public enum BluetoothLEAdvertisementPublisherStatus
{
    Created = 0,
    Waiting = 1,
    Started = 2,
    Stopping = 3,
    Stopped = 4,
    Aborted = 5,
}

/// <summary>Kind of an advertising packet.</summary>
public enum BluetoothLEAdvertisementType
{
    ConnectableUndirected = 0,
    ConnectableDirected = 1,
    ScannableUndirected = 2,
    NonConnectableUndirected = 3,
    ScanResponse = 4,
}

/// <summary>Whether scan responses are asked for.</summary>
public enum BluetoothLEScanningMode
{
    Passive = 0,
    Active = 1,
}
