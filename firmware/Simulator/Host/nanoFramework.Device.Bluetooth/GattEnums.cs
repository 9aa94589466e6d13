using System;

namespace nanoFramework.Device.Bluetooth.GenericAttributeProfile;

/// <summary>What a characteristic can do.</summary>
[Flags]
public enum GattCharacteristicProperties : uint
{
    None = 0,
    Broadcast = 1,
    Read = 2,
    WriteWithoutResponse = 4,
    Write = 8,
    Notify = 16,
    Indicate = 32,
    AuthenticatedSignedWrites = 64,
    ExtendedProperties = 128,
    ReliableWrites = 256,
    WritableAuxiliaries = 512,
}

/// <summary>How a notification went.</summary>
public enum GattCommunicationStatus
{
    Success = 0,
    Unreachable = 1,
    ProtocolError = 2,
    AccessDenied = 3,
}

/// <summary>State of a provider.</summary>
public enum GattServiceProviderAdvertisementStatus
{
    Created = 0,
    Stopped = 1,
    Started = 2,
    Aborted = 3,
    StartedWithoutAllAdvertisementData = 4,
}

/// <summary>Whether a client is there.</summary>
public enum GattSessionStatus
{
    Closed = 0,
    Active = 1,
}

/// <summary>Error codes of requests.</summary>
public static class GattProtocolError
{
    public static byte InsufficientResources => 0x11;

    public static byte UnlikelyError => 0x0E;
}
