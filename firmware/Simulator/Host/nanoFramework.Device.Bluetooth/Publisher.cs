using LumenLink.Simulator;

namespace nanoFramework.Device.Bluetooth.Advertisement;

/// <summary>A publisher changed its state.</summary>
public class BluetoothLEAdvertisementPublisherStatusChangedEventArgs
{
    internal BluetoothLEAdvertisementPublisherStatusChangedEventArgs(BluetoothLEAdvertisementPublisherStatus status) =>
        Status = status;

    public BluetoothError Error => BluetoothError.Success;

    public BluetoothLEAdvertisementPublisherStatus Status { get; }
}

/// <summary>Sends advertisements. Stop ends them and leaves the stack in the server's role.</summary>
public class BluetoothLEAdvertisementPublisher
{
    private BluetoothLEAdvertisementPublisherStatus _status;

    public BluetoothLEAdvertisementPublisher()
        : this(new BluetoothLEAdvertisement())
    {
    }

    public BluetoothLEAdvertisementPublisher(BluetoothLEAdvertisement advertisement) => Advertisement = advertisement;

    public delegate void BluetoothLEAdvertisementPublisherHandler(
        object sender, BluetoothLEAdvertisementPublisherStatusChangedEventArgs args);

    public event BluetoothLEAdvertisementPublisherHandler? StatusChanged;

    public BluetoothLEAdvertisement Advertisement { get; }

    public BluetoothLEAdvertisementPublisherStatus Status
    {
        get => _status;
        private set
        {
            if (_status == value) return;
            _status = value;
            StatusChanged?.Invoke(this, new BluetoothLEAdvertisementPublisherStatusChangedEventArgs(value));
        }
    }

    public void Start()
    {
        SimBle ble = Strand.HostCall().Run.Ble;
        ble.SetMode(BleMode.Server);
        Status = BluetoothLEAdvertisementPublisherStatus.Waiting;
        Advertisement.ToWire(out byte[] advertisement, out byte[] scanResponse);
        ble.StartAdvertising(advertisement, scanResponse);
        Status = BluetoothLEAdvertisementPublisherStatus.Started;
    }

    public void Stop()
    {
        Strand.HostCall().Run.Ble.StopAdvertising();
        Status = BluetoothLEAdvertisementPublisherStatus.Stopped;
    }
}
