using System;
using System.Collections.Generic;
using LumenLink.Simulator;
using nanoFramework.Device.Bluetooth.GenericAttributeProfile;

namespace nanoFramework.Device.Bluetooth;

/// <summary>
/// The stack in the server's role, which advertising needs. From there to scanning only by way of Stop: otherwise
/// InvalidOperationException.
/// </summary>
public class BluetoothLEServer : IDisposable
{
    private BluetoothLEServer()
    {
    }

    public static BluetoothLEServer Instance
    {
        get
        {
            SimBle ble = Strand.HostCall().Run.Ble;
            return (BluetoothLEServer)(ble.HostServer ??= new BluetoothLEServer());
        }
    }

    public GattSession Session { get; } = new();

    internal List<GattServiceProvider> Providers { get; } = [];

    public string DeviceName { get; set; } = "nanoFramework";

    public void Start() => Strand.HostCall().Run.Ble.SetMode(BleMode.Server);

    public void Stop() => Strand.HostCall().Run.Ble.SetMode(BleMode.NotRunning);

    public void Dispose()
    {
        SimBle ble = Strand.HostCall().Run.Ble;
        ble.SetMode(BleMode.NotRunning);
        ble.HostServer = null;
    }
}
