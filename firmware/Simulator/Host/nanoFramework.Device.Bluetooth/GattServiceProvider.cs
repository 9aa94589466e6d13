using System;
using System.Text;
using LumenLink.Simulator;
using nanoFramework.Device.Bluetooth.Advertisement;

namespace nanoFramework.Device.Bluetooth.GenericAttributeProfile;

/// <summary>A provider that was made.</summary>
public class GattServiceProviderResult
{
    internal GattServiceProviderResult(GattServiceProvider provider) => ServiceProvider = provider;

    public BluetoothError Error => BluetoothError.Success;

    public GattServiceProvider ServiceProvider { get; }
}

/// <summary>
/// What is advertised with a service. A custom advertisement is empty at first: even flags are its maker's.
/// </summary>
public class GattServiceProviderAdvertisingParameters
{
    private bool _isDiscoverable = true;
    private bool _isCustom;

    public GattServiceProviderAdvertisingParameters() => CustomAdvertisement = false;

    public bool IsDiscoverable
    {
        get => _isDiscoverable;
        set
        {
            _isDiscoverable = value;
            if (value) Advertisement.Flags |= BluetoothLEAdvertisementFlags.GeneralDiscoverableMode;
            else Advertisement.Flags &= ~BluetoothLEAdvertisementFlags.GeneralDiscoverableMode;
        }
    }

    public bool IsConnectable { get; set; } = true;

    public Buffer? ServiceData { get; set; }

    public BluetoothLEAdvertisement Advertisement { get; } = new();

    public bool CustomAdvertisement
    {
        get => _isCustom;
        set
        {
            _isCustom = value;
            if (value)
            {
                Advertisement.DataSections.Clear();
                return;
            }

            Advertisement.Flags = BluetoothLEAdvertisementFlags.ClassicNotSupported
                | BluetoothLEAdvertisementFlags.GeneralDiscoverableMode;
            Advertisement.LocalName = BluetoothLEServer.Instance.DeviceName;
        }
    }
}

/// <summary>
/// Serves and advertises. All providers of the server are served together, with a device information service that is
/// made
/// with the first. StopAdvertising ends the stack: table and client are gone.
/// </summary>
public class GattServiceProvider
{
    private GattServiceProvider(NanoGuid serviceUuid) => Service = new GattLocalService(serviceUuid);

    public GattServiceProviderAdvertisementStatus AdvertisementStatus { get; private set; }

    public GattLocalService Service { get; }

    public static GattServiceProviderResult Create(NanoGuid serviceUuid)
    {
        BluetoothLEServer server = BluetoothLEServer.Instance;
        GattServiceProvider provider = new(serviceUuid);
        server.Providers.RemoveAll(other => other.Service.Uuid.Equals(serviceUuid));
        server.Providers.Add(provider);
        if (server.Providers.Count == 1) server.Providers.Add(DeviceInformation());
        return new GattServiceProviderResult(provider);
    }

    public void StartAdvertising(GattServiceProviderAdvertisingParameters parameters)
    {
        BluetoothLEServer server = BluetoothLEServer.Instance;
        SimBle ble = Strand.HostCall().Run.Ble;
        ble.SetMode(BleMode.Server);
        if (!parameters.CustomAdvertisement) AddService(parameters);
        parameters.Advertisement.ToWire(out byte[] advertisement, out byte[] scanResponse);
        SimService[] table = [.. server.Providers.ConvertAll(one => one.Service.ToSim())];
        ble.Gatt.Serve(
            new SimTable(table, parameters.IsConnectable, server.Session.OnChanged),
            () => ble.StartAdvertising(advertisement, scanResponse));
        ble.StartAdvertising(advertisement, scanResponse);
        AdvertisementStatus = GattServiceProviderAdvertisementStatus.Started;
    }

    public void StopAdvertising()
    {
        Strand.HostCall().Run.Ble.SetMode(BleMode.NotRunning);
        AdvertisementStatus = GattServiceProviderAdvertisementStatus.Stopped;
    }

    private static GattServiceProvider DeviceInformation()
    {
        GattServiceProvider provider = new(Short(0x180A));
        provider.Add(0x2A29, "nanoFramework");
        provider.Add(0x2A24, "SIMULATOR");
        return provider;
    }

    private static NanoGuid Short(ushort id) => new(id, 0, 0x1000, 0x80, 0, 0, 0x80, 0x5F, 0x9B, 0x34, 0xFB);

    private void Add(ushort id, string value) => Service.CreateCharacteristic(
        Short(id),
        new GattLocalCharacteristicParameters
        {
            StaticValue = new Buffer(Encoding.UTF8.GetBytes(value)),
            CharacteristicProperties = GattCharacteristicProperties.Read,
        });

    /// <summary>The identifier from its last byte to its first, as it is on air.</summary>
    private void AddService(GattServiceProviderAdvertisingParameters parameters)
    {
        byte[] uuid = new Guid(Service.Uuid.ToByteArray()).ToByteArray(bigEndian: true);
        Array.Reverse(uuid);
        parameters.Advertisement.DataSections.Add(new BluetoothLEAdvertisementDataSection(
            (byte)BluetoothLEAdvertisementDataSectionType.CompleteList128uuid, new Buffer(uuid)));
        if (parameters.ServiceData is not { } data) return;
        parameters.Advertisement.DataSections.Add(new BluetoothLEAdvertisementDataSection(
            (byte)BluetoothLEAdvertisementDataSectionType.ServiceData128bitUuid,
            new Buffer([.. uuid, .. data.ToArray()])));
    }
}
