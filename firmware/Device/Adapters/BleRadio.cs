using System;
using System.Collections;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Sightings;
using LumenLink.Protocol;
using nanoFramework.Device.Bluetooth;
using nanoFramework.Device.Bluetooth.Advertisement;
using Buffer = nanoFramework.Device.Bluetooth.Buffer;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>
    /// BLE over nanoFramework's publisher and watcher. Each switch is a full stop and start of the BLE stack, and going
    /// from server to client directly throws: advertising ends with the server's own stop, always before a scan starts.
    /// </summary>
    public sealed class BleRadio : IBleRadio
    {
        private const byte BleWireValue = (byte)LumenLink.Protocol.Radio.Ble;

        private readonly BluetoothLEAdvertisementPublisher _publisher = new BluetoothLEAdvertisementPublisher();
        private readonly BluetoothLEAdvertisementWatcher _watcher = new BluetoothLEAdvertisementWatcher();
        private readonly byte[] _payload = new byte[Radio.Advertisement.MaxBytes];
        private byte[]? _serviceData;
        private byte[]? _status;
        private SightingRing? _ring;

        /// <summary>Prepares publisher and watcher; the radio stays off.</summary>
        public BleRadio()
        {
            _watcher.ScanningMode = BluetoothLEScanningMode.Passive;
            _watcher.Received += OnReceived;
        }

        /// <inheritdoc/>
        public bool StartAdvertising(byte[] serviceData, byte[] status)
        {
            try
            {
                SetPayload(serviceData, status);
                _publisher.Start();
                if (_publisher.Status == BluetoothLEAdvertisementPublisherStatus.Started)
                {
                    return true;
                }
            }
            catch (Exception)
            {
                // Counted by the scheduler: false is a fault of the radio.
            }

            StopAdvertising();
            return false;
        }

        /// <inheritdoc/>
        public void StopAdvertising()
        {
            try
            {
                _publisher.Stop();
                BluetoothLEServer.Instance.Stop();
            }
            catch (Exception)
            {
                // What could not be stopped shows when the next start is refused.
            }
        }

        /// <inheritdoc/>
        public bool StartScan(SightingRing ring)
        {
            _ring = ring;
            try
            {
                _watcher.Start();
                return true;
            }
            catch (Exception)
            {
                StopScan();
                return false;
            }
        }

        /// <inheritdoc/>
        public void StopScan()
        {
            try
            {
                _watcher.Stop();
            }
            catch (Exception)
            {
                // What could not be stopped shows when the next start is refused.
            }
        }

        /// <summary>In this order: what does not fit into 31 bytes, the status, is the scan response.</summary>
        private void SetPayload(byte[] serviceData, byte[] status)
        {
            if (serviceData == _serviceData && status == _status)
            {
                return;
            }

            byte[] uuids = new byte[] { serviceData[0], serviceData[1] };
            BluetoothLEAdvertisement advertisement = _publisher.Advertisement;
            advertisement.DataSections.Clear();
            advertisement.Flags = BluetoothLEAdvertisementFlags.GeneralDiscoverableMode
                | BluetoothLEAdvertisementFlags.ClassicNotSupported;
            advertisement.LocalName = DeviceLimits.AirName;
            advertisement.DataSections.Add(new BluetoothLEAdvertisementDataSection(
                (byte)BluetoothLEAdvertisementDataSectionType.CompleteList16uuid, new Buffer(uuids)));
            advertisement.DataSections.Add(new BluetoothLEAdvertisementDataSection(
                (byte)BluetoothLEAdvertisementDataSectionType.ServiceData16bitUuid, new Buffer(serviceData)));
            advertisement.DataSections.Add(
                new BluetoothLEAdvertisementDataSection(AirStatus.DataType, new Buffer(status)));
            _serviceData = serviceData;
            _status = status;
        }

        /// <summary>The BLE host waits for this: it puts the sighting away and returns.</summary>
        private void OnReceived(
            BluetoothLEAdvertisementWatcher sender, BluetoothLEAdvertisementReceivedEventArgs args)
        {
            if (_ring != null)
            {
                int length = CopySections(args.Advertisement.DataSections);
                _ring.Put(
                    args.BluetoothAddress,
                    (byte)args.BluetoothAddressType,
                    args.RawSignalStrengthInDBm,
                    BleWireValue,
                    (byte)args.AdvertisementType,
                    _payload,
                    length);
            }
        }

        /// <summary>Puts the sections together again as they were on air. Returns their bytes.</summary>
        private int CopySections(ArrayList sections)
        {
            int length = 0;
            for (int i = 0; i < sections.Count; i++)
            {
                BluetoothLEAdvertisementDataSection section = (BluetoothLEAdvertisementDataSection)sections[i]!;
                int size = (int)(long)section.Data.Length;
                if (length + 2 + size > _payload.Length)
                {
                    break;
                }

                _payload[length] = (byte)(size + 1);
                _payload[length + 1] = section.DataType;
                length += 2;
                DataReader reader = DataReader.FromBuffer(section.Data);
                for (int j = 0; j < size; j++, length++)
                {
                    _payload[length] = reader.ReadByte();
                }
            }

            return length;
        }
    }
}
