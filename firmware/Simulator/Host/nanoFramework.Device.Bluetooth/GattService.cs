using System;
using System.Collections.Generic;
using LumenLink.Simulator;

namespace nanoFramework.Device.Bluetooth.GenericAttributeProfile;

/// <summary>What a characteristic is to be.</summary>
public class GattLocalCharacteristicParameters
{
    public string UserDescription { get; set; } = "";

    public Buffer? StaticValue { get; set; }

    public GattCharacteristicProperties CharacteristicProperties { get; set; }
}

/// <summary>A characteristic that was made.</summary>
public class GattLocalCharacteristicResult
{
    internal GattLocalCharacteristicResult(GattLocalCharacteristic characteristic) => Characteristic = characteristic;

    public GattLocalCharacteristic Characteristic { get; }

    public BluetoothError Error => BluetoothError.Success;
}

/// <summary>What became of a notification. It is cut at the client's packet size, and nobody says so.</summary>
public class GattClientNotificationResult
{
    internal GattClientNotificationResult(int bytes) => BytesSent = (ushort)bytes;

    public GattCommunicationStatus Status => GattCommunicationStatus.Success;

    public ushort BytesSent { get; }
}

/// <summary>A characteristic of the device. Without a handler a request is an error at the client.</summary>
public class GattLocalCharacteristic : ISimCharacteristic
{
    private readonly GattLocalCharacteristicParameters _parameters;

    internal GattLocalCharacteristic(NanoGuid uuid, GattLocalCharacteristicParameters parameters)
    {
        Uuid = uuid;
        _parameters = parameters;
    }

    public delegate void GattLocalCharacteristicReadEventHandler(
        GattLocalCharacteristic sender, GattReadRequestedEventArgs ReadRequestEventArgs);

    public delegate void GattLocalCharacteristicWriteEventHandler(
        GattLocalCharacteristic sender, GattWriteRequestedEventArgs WriteRequestEventArgs);

    public event GattLocalCharacteristicReadEventHandler? ReadRequested;

    public event GattLocalCharacteristicWriteEventHandler? WriteRequested;

    public NanoGuid Uuid { get; }

    Guid ISimCharacteristic.Uuid => new(Uuid.ToByteArray());

    int ISimCharacteristic.Properties => (int)_parameters.CharacteristicProperties;

    public GattClientNotificationResult[] NotifyValue(Buffer value)
    {
        byte[] bytes = value.ToArray();
        return Strand.HostCall().Run.Ble.Gatt.Notify(this, bytes) ? [new(bytes.Length)] : [];
    }

    AttError ISimCharacteristic.Read(out byte[] value)
    {
        value = [];
        if (_parameters.StaticValue is { } constant)
        {
            value = constant.ToArray();
            return AttError.None;
        }

        GattReadRequestedEventArgs args = new();
        ReadRequested?.Invoke(this, args);
        value = args.GetRequest().Answer;
        return args.GetRequest().Error;
    }

    AttError ISimCharacteristic.Write(byte[] value, bool withResponse)
    {
        GattWriteRequestedEventArgs args = new(value);
        WriteRequested?.Invoke(this, args);
        return withResponse ? args.GetRequest().Error : AttError.None;
    }

    void ISimCharacteristic.Subscribe(bool isOn)
    {
    }
}

/// <summary>A service of the device.</summary>
public class GattLocalService
{
    private readonly List<ISimCharacteristic> _characteristics = [];

    internal GattLocalService(NanoGuid uuid) => Uuid = uuid;

    public NanoGuid Uuid { get; }

    public GattLocalCharacteristicResult CreateCharacteristic(
        NanoGuid characteristicUuid, GattLocalCharacteristicParameters parameters)
    {
        GattLocalCharacteristic made = new(characteristicUuid, parameters);
        _characteristics.Add(made);
        return new GattLocalCharacteristicResult(made);
    }

    internal SimService ToSim() => new(new Guid(Uuid.ToByteArray()), [.. _characteristics]);
}
