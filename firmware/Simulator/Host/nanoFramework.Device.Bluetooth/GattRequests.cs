using System;
using LumenLink.Simulator;

namespace nanoFramework.Device.Bluetooth.GenericAttributeProfile;

/// <summary>A client reads.</summary>
public class GattReadRequest
{
    internal AttError Error { get; private set; } = AttError.UnlikelyError;

    internal byte[] Answer { get; private set; } = [];

    public void RespondWithValue(Buffer value)
    {
        Answer = value.ToArray();
        Error = AttError.None;
    }

    public void RespondWithProtocolError(byte protocolError) => Error = (AttError)protocolError;
}

/// <summary>A client reads; what is not answered by the handler before it returns is an error at the client.</summary>
public class GattReadRequestedEventArgs
{
    private readonly GattReadRequest _request = new();

    internal GattReadRequestedEventArgs()
    {
    }

    public GattReadRequest GetRequest() => _request;
}

/// <summary>A client writes.</summary>
public class GattWriteRequest
{
    internal GattWriteRequest(byte[] value) => Value = new Buffer(value);

    public Buffer Value { get; }

    internal AttError Error { get; private set; } = AttError.UnlikelyError;

    public void Respond() => Error = AttError.None;

    public void RespondWithProtocolError(byte protocolError) => Error = (AttError)protocolError;
}

/// <summary>A client writes; what is not answered by the handler before it returns is an error at the client.</summary>
public class GattWriteRequestedEventArgs
{
    private readonly GattWriteRequest _request;

    internal GattWriteRequestedEventArgs(byte[] value) => _request = new GattWriteRequest(value);

    public GattWriteRequest GetRequest() => _request;
}

/// <summary>A client came or went.</summary>
public class GattSessionStatusChangedEventArgs
{
    internal GattSessionStatusChangedEventArgs(GattSessionStatus status) => Status = status;

    public GattSessionStatus Status { get; }

    public BluetoothError Error => BluetoothError.Success;
}

/// <summary>The connection of the one client.</summary>
public class GattSession
{
    internal GattSession()
    {
    }

    public delegate void GattSessionStatusChangedEventHandler(object sender, GattSessionStatusChangedEventArgs args);

    public event GattSessionStatusChangedEventHandler? SessionStatusChanged;

    internal void OnChanged(bool isActive) => SessionStatusChanged?.Invoke(
        this,
        new GattSessionStatusChangedEventArgs(isActive ? GattSessionStatus.Active : GattSessionStatus.Closed));
}
