using System;
using System.Collections;
using System.Threading;
using nanoFramework.Device.Bluetooth;
using nanoFramework.Device.Bluetooth.Advertisement;
using nanoFramework.Hardware.Esp32;

namespace HelloDevice
{
    public sealed class HelloCounters
    {
        public long Heard;
        public long Windows;
        public long JobsRun;
        public int QueueDepth => 0;
        public bool Attested => false;
    }

    /// <summary>A beacon in miniature: 1 s advertising, 9 s scanning, a link job after each window.</summary>
    public sealed class HelloComposition
    {
        private readonly AutoResetEvent _wake = new AutoResetEvent(false);
        private readonly HelloCounters _counters = new HelloCounters();
        private readonly BluetoothLEAdvertisementWatcher _watcher = new BluetoothLEAdvertisementWatcher();
        private readonly BluetoothLEAdvertisementPublisher _publisher = new BluetoothLEAdvertisementPublisher();
        private readonly Random _random = new Random();
        private bool _scanning;
        private bool _jobPending;
        private int _heardInWindow;
        private long _nextMs;

        private HelloComposition()
        {
            _watcher.Received += OnReceived;
            byte[] data = new byte[] { 0xAA, 0xFE, 0x30, (byte)_random.Next(256) };
            _publisher.Advertisement.DataSections.Add(
                new BluetoothLEAdvertisementDataSection(0x16, new nanoFramework.Device.Bluetooth.Buffer(data)));
        }

        public bool LinkJobPending => _jobPending;

        public AutoResetEvent Wake => _wake;

        public HelloCounters Counters => _counters;

        public static HelloComposition Create()
        {
            return new HelloComposition();
        }

        public int Tick()
        {
            long now = 0L + (long)(HighResTimer.GetCurrent() / 1000);
            if (now >= _nextMs) Switch(now);
            return (int)(_nextMs - now);
        }

        public void RunLinkJob()
        {
            _jobPending = false;
            Thread.Sleep(20);
            _counters.JobsRun++;
            Console.WriteLine("job " + _counters.JobsRun.ToString() + " heard " + _counters.Heard.ToString());
            _wake.Set();
        }

        public void RequestFlush()
        {
            if (_scanning) Close();
            _nextMs += 1000000000;
        }

        private void Switch(long now)
        {
            if (_scanning)
            {
                Close();
                _publisher.Start();
                _nextMs = now + 1000;
            }
            else
            {
                _publisher.Stop();
                BluetoothLEServer.Instance.Stop();
                _watcher.Start();
                _scanning = true;
                _nextMs = now + 9000;
            }
        }

        private void Close()
        {
            _watcher.Stop();
            _scanning = false;
            _counters.Windows++;
            Console.WriteLine("window heard " + _heardInWindow.ToString());
            _heardInWindow = 0;
            _jobPending = true;
        }

        private void OnReceived(BluetoothLEAdvertisementWatcher sender, BluetoothLEAdvertisementReceivedEventArgs args)
        {
            if (args.BluetoothAddress == 0) return;
            _counters.Heard++;
            _heardInWindow++;
        }
    }
}
