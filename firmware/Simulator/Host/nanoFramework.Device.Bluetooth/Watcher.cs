using System;
using System.Collections;
using LumenLink.Simulator;
using nanoFramework.Device.Bluetooth.Advertisement;

namespace nanoFramework.Device.Bluetooth.Advertisement
{
    /// <summary>An advertisement was heard.</summary>
    public class BluetoothLEAdvertisementReceivedEventArgs
    {
        internal BluetoothLEAdvertisementReceivedEventArgs(RadioEvent heard)
        {
            Advertisement.Parse(heard.Payload.Span);
            BluetoothAddress = heard.Address;
            BluetoothAddressType = heard.IsRandomAddress ? BluetoothAddressType.Random : BluetoothAddressType.Public;
            RawSignalStrengthInDBm = heard.RssiDbm;
            Timestamp = NanoDateTime.UtcNow;
        }

        public BluetoothLEAdvertisement Advertisement { get; } = new();

        public BluetoothLEAdvertisementType AdvertisementType => BluetoothLEAdvertisementType.NonConnectableUndirected;

        public ulong BluetoothAddress { get; }

        public BluetoothAddressType BluetoothAddressType { get; }

        public short RawSignalStrengthInDBm { get; }

        public NanoDateTime Timestamp { get; }
    }

    /// <summary>A watcher stopped by itself; the simulator's never does.</summary>
    public class BluetoothLEAdvertisementWatcherStoppedEventArgs
    {
        private BluetoothLEAdvertisementWatcherStoppedEventArgs()
        {
        }

        public BluetoothError Error => BluetoothError.Success;
    }

    /// <summary>Bytes that a section must contain.</summary>
    public class BluetoothLEAdvertisementBytePattern
    {
        public BluetoothLEAdvertisementBytePattern()
            : this(0, 0, new Buffer(0u))
        {
        }

        public BluetoothLEAdvertisementBytePattern(byte dataType, short offset, Buffer data)
        {
            DataType = dataType;
            Offset = offset;
            Data = data;
        }

        public byte DataType { get; set; }

        public Buffer Data { get; set; }

        public short Offset { get; set; }

        internal bool Matches(BluetoothLEAdvertisement advertisement)
        {
            ReadOnlySpan<byte> wanted = Data.ToArray();
            foreach (BluetoothLEAdvertisementDataSection section in advertisement.GetSectionsByType(DataType))
            {
                ReadOnlySpan<byte> data = section.Data.ToArray();
                if (Offset <= data.Length && data[Offset..].StartsWith(wanted)) return true;
            }

            return false;
        }
    }

    /// <summary>
    /// Which advertisements are reported: name and service identifiers as given, and every byte pattern.
    /// </summary>
    public class BluetoothLEAdvertisementFilter
    {
        public BluetoothLEAdvertisement Advertisement { get; set; } = new();

        public ArrayList BytePatterns { get; } = [];

        internal bool Passes(BluetoothLEAdvertisement heard)
        {
            if (Advertisement.LocalName.Length > 0 && Advertisement.LocalName != heard.LocalName) return false;
            foreach (NanoGuid wanted in Advertisement.ServiceUuids)
            {
                if (Array.IndexOf(heard.ServiceUuids, wanted) < 0) return false;
            }

            foreach (BluetoothLEAdvertisementBytePattern pattern in BytePatterns)
            {
                if (!pattern.Matches(heard)) return false;
            }

            return true;
        }
    }
}

namespace nanoFramework.Device.Bluetooth
{
    /// <summary>Listens. One report per address and scan; each scan begins anew.</summary>
    public class BluetoothLEAdvertisementWatcher
    {
        public BluetoothLEAdvertisementWatcher()
            : this(new BluetoothLEAdvertisementFilter())
        {
        }

        public BluetoothLEAdvertisementWatcher(BluetoothLEAdvertisementFilter advertisementFilter) =>
            AdvertisementFilter = advertisementFilter;

        public delegate void BluetoothLEAdvertisementReceivedHandler(
            BluetoothLEAdvertisementWatcher sender, BluetoothLEAdvertisementReceivedEventArgs args);

        public delegate void BluetoothLEAdvertisementStoppedEvenHandler(
            BluetoothLEAdvertisementWatcher sender, BluetoothLEAdvertisementWatcherStoppedEventArgs args);

        public event BluetoothLEAdvertisementReceivedHandler? Received;

        /// <summary>Raised when the stack itself ends a scan, which the simulated one never does.</summary>
        public event BluetoothLEAdvertisementStoppedEvenHandler? Stopped
        {
            add { }
            remove { }
        }

        public BluetoothSignalStrengthFilter SignalStrengthFilter { get; set; } = new();

        public BluetoothLEScanningMode ScanningMode { get; set; }

        public BluetoothLEAdvertisementFilter AdvertisementFilter { get; set; }

        public BluetoothLEAdvertisementWatcherStatus Status { get; private set; }

        public void Start()
        {
            Strand.HostCall().Run.Ble.StartScan(OnHeard);
            Status = BluetoothLEAdvertisementWatcherStatus.Started;
        }

        public void Stop()
        {
            Status = BluetoothLEAdvertisementWatcherStatus.Stopping;
            Strand.HostCall().Run.Ble.StopScan();
            Status = BluetoothLEAdvertisementWatcherStatus.Stopped;
        }

        private void OnHeard(RadioEvent heard)
        {
            BluetoothLEAdvertisementReceivedEventArgs args = new(heard);
            if (!AdvertisementFilter.Passes(args.Advertisement) || !SignalStrengthFilter.Passes(args)) return;
            Received?.Invoke(this, args);
        }
    }
}
