using System.Threading;
using LumenLink.Beacon;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Queue;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Sightings;
using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// The way of a sighting through the beacon: ring, filter, report, queue on flash that fails now and then, a boot
    /// in between, receipts for some of the records.
    /// </summary>
    internal sealed class BeaconCases
    {
        private const int Windows = 60;

        private readonly Transcript transcript = new Transcript("beacon");
        private readonly BeaconCounters counters = new BeaconCounters();
        private readonly ReceiptEntry entry = new ReceiptEntry();

        internal void Run()
        {
            for (uint seed = 1; seed <= 6; seed++)
            {
                Lcg random = new Lcg(seed);
                MemoryFiles files = new MemoryFiles(random, seed % 2 == 0 ? 12 : 100000);
                for (uint boot = 1; boot <= 2; boot++)
                {
                    RecordQueue queue = new RecordQueue(files, counters, 3);
                    queue.Load();
                    queue.StartBoot(boot);
                    Scan(random, queue);
                    Send(random, queue);
                    transcript.EndCase();
                }
            }
        }

        private void Scan(Lcg random, RecordQueue queue)
        {
            NanoClock clock = new NanoClock();
            BeaconConfig config = new BeaconConfig();
            config.Filter.ChangeDb = random.Below(3);
            AddressCoder coder = new AddressCoder(true, new StandInCrypto(), new SecretStore(), clock);
            SightingRing ring = new SightingRing(DeviceLimits.RingSightings, true, new AutoResetEvent(false));
            ReportBuilder reports = new ReportBuilder(
                ring, coder, queue, clock, counters, config, new Surroundings(), new byte[WireLimits.MaxRecordBytes]);
            byte[] payload = Transcript.FromHex("0303aafe0d16aafe30ef0102030405060708");
            long now = 1000;
            for (int w = 0; w < Windows; w++)
            {
                reports.Open((byte)(w % 5 == 4 ? LumenLink.Protocol.Radio.WiFi : LumenLink.Protocol.Radio.Ble), now);
                for (int i = random.Below(40); i > 0; i--)
                {
                    ulong address = 0x112233445500UL + (uint)random.Below(90);
                    payload[payload.Length - 1] = (byte)address;
                    byte radio = (byte)(random.Below(5) == 0 ? 2 : 1);
                    ring.Put(address, 1, -40 - random.Below(60), radio, 0, payload, random.Below(payload.Length + 1));
                }

                now += 8900 + random.Below(9);
                reports.Close(now);
                now += 1100;
            }

            reports.Cut(now);
            transcript.Add(counters.SightingsRecorded);
            transcript.Add(counters.DroppedSightings + counters.StaleEvents + counters.FilteredUnchanged);
        }

        private void Send(Lcg random, RecordQueue queue)
        {
            queue.Rewind();
            while (queue.Next())
            {
                transcript.Add(queue.AtBoot);
                transcript.Add(queue.AtSequence);
                transcript.Add(queue.Entry, SegmentFormat.PrefixSize, queue.AtLength);
                queue.Carry((byte)(1 + random.Below(3)));
            }

            queue.ClearFlight(1);
            entry.Reset(queue.Boot, (uint)random.Below(6));
            queue.Settle(entry);
            transcript.Add(queue.Count);
            transcript.Add(queue.FlashBytes);
            transcript.Add(queue.FloorOf(queue.Boot));
            transcript.Add(queue.HasFlight(2));
            transcript.Add(counters.DroppedRecords);
            transcript.Add(counters.TornRecords);
            transcript.Add(counters.RecordsSettled);
        }
    }
}
