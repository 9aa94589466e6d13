using System;
using System.Collections;
using System.Device.I2c;
using System.Device.Wifi;
using System.IO;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using nanoFramework.Device.Bluetooth;
using nanoFramework.Device.Bluetooth.Advertisement;
using nanoFramework.Device.Bluetooth.GenericAttributeProfile;
using nanoFramework.Hardware.Esp32;
using nanoFramework.Networking;
using nanoFramework.Runtime.Native;

namespace HelloDevice
{
    /// <summary>Each method shows one way in which nanoFramework behaves; tests run it as Main of a board.</summary>
    public static class ClockQuirk
    {
        public static void Main()
        {
            Console.WriteLine(DateTime.UtcNow.Year < 2021 ? "invalid" : "valid");
            Rtc.SetSystemTime(new DateTime(2026, 3, 4, 5, 6, 7));
            Thread.Sleep(1000);
            Console.WriteLine(DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm:ss"));
        }
    }

    public static class SntpQuirk
    {
        public static void Main()
        {
            Sntp.Start();
            Thread.Sleep(5000);
            Console.WriteLine(DateTime.UtcNow.Year < 2021 ? "no network" : "set");
            bool joined = WifiNetworkHelper.ConnectDhcp("net", "secret", requiresDateTime: true);
            Console.WriteLine(joined ? "joined" : "refused");
            Console.WriteLine(DateTime.UtcNow.ToUnixTimeSeconds().ToString());
        }
    }

    public static class BleModeQuirk
    {
        public static void Main()
        {
            BluetoothLEAdvertisementPublisher publisher = new BluetoothLEAdvertisementPublisher();
            BluetoothLEAdvertisementWatcher watcher = new BluetoothLEAdvertisementWatcher();
            publisher.Start();
            publisher.Stop();
            try
            {
                watcher.Start();
                Console.WriteLine("scans");
            }
            catch (InvalidOperationException)
            {
                Console.WriteLine("refused");
            }

            BluetoothLEServer.Instance.Stop();
            watcher.Start();
            watcher.Stop();
            publisher.Start();
            Console.WriteLine("cycle done");
        }
    }

    public static class GattQuirk
    {
        public static void Main()
        {
            Guid id = new Guid("00000001-0000-0000-0000-000000000000");
            GattServiceProvider provider = GattServiceProvider.Create(id).ServiceProvider;
            GattLocalCharacteristicParameters parameters = new GattLocalCharacteristicParameters();
            parameters.CharacteristicProperties =
                GattCharacteristicProperties.Read | GattCharacteristicProperties.Notify;
            GattLocalCharacteristic value = provider.Service.CreateCharacteristic(id, parameters).Characteristic;
            BluetoothLEServer.Instance.Session.SessionStatusChanged += (sender, args) =>
                Console.WriteLine(args.Status == GattSessionStatus.Active ? "client" : "no client");
            provider.StartAdvertising(new GattServiceProviderAdvertisingParameters());
            Thread.Sleep(2000);
            DataWriter writer = new DataWriter();
            writer.WriteBytes(new byte[30]);
            Console.WriteLine(value.NotifyValue(writer.DetachBuffer()).Length.ToString());
            Thread.Sleep(2000);
            new BluetoothLEAdvertisementPublisher().Stop();
            Thread.Sleep(2000);
        }
    }

    public static class AdvertisementQuirk
    {
        public static void Main()
        {
            BluetoothLEAdvertisementPublisher publisher = new BluetoothLEAdvertisementPublisher();
            ArrayList sections = publisher.Advertisement.DataSections;
            sections.Add(Section(0x16, 20));
            sections.Add(Section(0x21, 25));
            sections.Add(Section(0x22, 26));
            publisher.Start();
            Thread.Sleep(100);
            publisher.Stop();
            publisher.Advertisement.Flags = BluetoothLEAdvertisementFlags.GeneralDiscoverableMode;
            publisher.Start();
        }

        private static BluetoothLEAdvertisementDataSection Section(byte type, int length)
        {
            return new BluetoothLEAdvertisementDataSection(
                type, new nanoFramework.Device.Bluetooth.Buffer(new byte[length]));
        }
    }

    public static class ScanQuirk
    {
        private static void OnReceived(object sender, BluetoothLEAdvertisementReceivedEventArgs args)
        {
            Console.WriteLine(args.BluetoothAddress.ToString() + " " + args.RawSignalStrengthInDBm.ToString());
        }

        public static void Main()
        {
            BluetoothLEAdvertisementWatcher watcher = new BluetoothLEAdvertisementWatcher();
            watcher.Received += OnReceived;
            for (int window = 0; window < 2; window++)
            {
                watcher.Start();
                Thread.Sleep(1000);
                watcher.Stop();
                Console.WriteLine("closed");
                Thread.Sleep(1000);
            }
        }
    }

    public static class WifiQuirk
    {
        public static void Main()
        {
            WifiAdapter adapter = WifiAdapter.FindAllAdapters()[0];
            AutoResetEvent done = new AutoResetEvent(false);
            adapter.AvailableNetworksChanged += (sender, e) => done.Set();
            ulong begin = HighResTimer.GetCurrent();
            adapter.ScanAsync();
            Console.WriteLine(done.WaitOne(6000, false) ? "early" : "not yet");
            done.WaitOne();
            Console.WriteLine(((HighResTimer.GetCurrent() - begin) / 1000).ToString());
            foreach (WifiAvailableNetwork network in adapter.NetworkReport.AvailableNetworks)
                Console.WriteLine(network.Bsid + " " + network.Ssid);
        }
    }

    public static class FileQuirk
    {
        public static void Main()
        {
            if (File.Exists("I:\\closed"))
            {
                Console.WriteLine("closed: " + File.ReadAllText("I:\\closed"));
                Console.WriteLine("flushed: " + File.Exists("I:\\flushed").ToString());
                Console.WriteLine("rewritten: " + File.ReadAllText("I:\\rewritten"));
                return;
            }

            File.WriteAllText("I:\\closed", "kept");
            File.WriteAllText("I:\\rewritten", "old");
            FileStream flushed = new FileStream("I:\\flushed", FileMode.Create);
            flushed.WriteByte(1);
            flushed.Flush();
            FileStream rewritten = new FileStream("I:\\rewritten", FileMode.Create);
            rewritten.WriteByte(1);
            rewritten.Flush();
            Console.WriteLine("written");
            Thread.Sleep(Timeout.Infinite);
        }
    }

    public static class PathQuirk
    {
        public static void Main()
        {
            string[] paths = { "I:\\..\\out", "I:\\a\\..\\..\\out", "/etc/passwd", "I:/../out", "C:\\x",
                "I:\\a:b", "D:\\..\\x" };
            foreach (string path in paths)
            {
                try
                {
                    File.WriteAllText(path, "x");
                    Console.WriteLine("escaped " + path);
                }
                catch (IOException e)
                {
                    Console.WriteLine(((int)e.ErrorCode).ToString());
                }
            }
        }
    }

    public static class CutQuirk
    {
        public static void Main()
        {
            File.WriteAllText("I:\\a.tmp", "1");
            File.Move("I:\\a.tmp", "I:\\a.rec");
            Console.WriteLine("moved");
        }
    }

    public static class LanguageQuirk
    {
        private enum Colour
        {
            Red,
        }

        public static void Main()
        {
            Hashtable table = new Hashtable();
            table["a"] = 1;
            table["A".ToLower()] = 2;
            table[Colour.Red] = 1;
            Console.WriteLine(table.Count.ToString());
            foreach (DictionaryEntry entry in table)
                if (entry.Key is string) Console.WriteLine(entry.Value.ToString());
            StringBuilder text = new StringBuilder();
            text.AppendLine("x");
            Console.WriteLine(text.Length.ToString());
            SpanByte span = new byte[] { 1, 2, 3, 4 };
            SpanByte part = span.Slice(1, 2);
            part[0] = 9;
            string formatted = string.Format("{0}-{1}", 1, "x");
            Console.WriteLine($"{span[1]}{part.Length} {formatted} {Convert.ToInt32("7f", 16)}");
            int zero = 0;
            try
            {
                zero = 1 / zero;
            }
            catch (Exception)
            {
                Console.WriteLine("division caught");
            }

            lock (table)
            {
                Console.WriteLine(Guid.NewGuid().ToString().Length.ToString());
            }
        }
    }

    public static class CryptoQuirk
    {
        public static void Main()
        {
            byte[] mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes("Jefe"),
                Encoding.UTF8.GetBytes("what do ya want for nothing?"));
            Console.WriteLine(BitConverter.ToString(mac, 0, 4));
            Aes aes = new Aes(CipherMode.ECB);
            byte[] key = new byte[16];
            byte[] block = new byte[16];
            for (int i = 0; i < 16; i++)
            {
                key[i] = (byte)i;
                block[i] = (byte)(i * 17);
            }

            aes.Key = key;
            Console.WriteLine(BitConverter.ToString(aes.Encrypt(block), 0, 4));
            try
            {
                aes.Key = new byte[32];
            }
            catch (ArgumentException)
            {
                Console.WriteLine("128 bits only");
            }

            Console.WriteLine(Crc32.HashToUInt32(Encoding.UTF8.GetBytes("123456789")).ToString("X8"));
        }
    }

    public static class I2cQuirk
    {
        public static void Main()
        {
            I2cDevice slow = I2cDevice.Create(new I2cConnectionSettings(1, 0x00, I2cBusSpeed.StandardMode));
            I2cDevice chip = I2cDevice.Create(new I2cConnectionSettings(1, 0x60, I2cBusSpeed.FastMode));
            Console.WriteLine(((int)slow.Write(new byte[] { 0 }).Status).ToString());
            Console.WriteLine(((int)chip.Write(new byte[] { 3, 7 }).Status).ToString());
            byte[] read = new byte[2];
            Console.WriteLine(((int)chip.Read(read).Status).ToString() + " " + read[1].ToString());
        }
    }

    public static class RebootQuirk
    {
        public static void Main()
        {
            bool again = File.Exists("I:\\boot");
            Console.WriteLine(again ? "again" : "first");
            File.WriteAllText("I:\\boot", "x");
            if (!again) Power.RebootDevice();
        }
    }
}
