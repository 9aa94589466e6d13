using System;
using System.Threading;
using LumenLink.Beacon.Adapters;
using LumenLink.Beacon.Sightings;
using LumenLink.Protocol;

namespace HelloDevice
{
    /// <summary>The firmware's own radio adapter: advertises, scans, advertises something else.</summary>
    public static class AirProgram
    {
        public static void Main()
        {
            BleRadio radio = new BleRadio();
            byte[] identifier = Identifier(0x10);
            byte[] status = Status(AirState.ClockSet, 0);
            Advertise(radio, identifier, status);
            SightingRing ring = new SightingRing(4, true, new AutoResetEvent(false));
            Console.WriteLine(radio.StartScan(ring) ? "scans" : "refused");
            Thread.Sleep(1000);
            radio.StopScan();
            Advertise(radio, identifier, status);
            Advertise(radio, identifier, Status(AirState.Attested | AirState.Live, 10));
            Advertise(radio, Identifier(0x20), Status(AirState.SoftwareKey, 3));
        }

        private static void Advertise(BleRadio radio, byte[] identifier, byte[] status)
        {
            Console.WriteLine(radio.StartAdvertising(identifier, status) ? "advertises" : "refused");
            Thread.Sleep(1000);
            radio.StopAdvertising();
        }

        /// <summary>Service data of Eddystone-EID whose identifier rises from a byte.</summary>
        private static byte[] Identifier(byte first)
        {
            byte[] data = new byte[] { 0xAA, 0xFE, 0x30, 0xEF, 0, 0, 0, 0, 0, 0, 0, 0 };
            for (int i = 0; i < 8; i++)
            {
                data[4 + i] = (byte)(first + i);
            }

            return data;
        }

        private static byte[] Status(AirState state, byte queueTenths)
        {
            byte[] data = new byte[AirStatus.Size];
            AirStatus.Write(data, state, queueTenths);
            return data;
        }
    }
}
