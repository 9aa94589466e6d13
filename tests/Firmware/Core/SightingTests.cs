using LumenLink.Beacon;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Queue;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Security;
using LumenLink.Beacon.Sightings;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;
using Sighting = LumenLink.Beacon.Sightings.Sighting;
using WireRadio = LumenLink.Protocol.Radio;

namespace LumenLink.Tests.Firmware.Core;

public class SightingTests
{
    private const byte Ble = (byte)WireRadio.Ble;
    private const byte WiFi = (byte)WireRadio.WiFi;

    [Fact]
    public void A_full_ring_drops_what_comes_and_counts_it()
    {
        var ring = new SightingRing(8, true, new AutoResetEvent(false));
        for (uint i = 1; i <= 11; i++) ring.Put(i, 0, -50, Ble);
        var counters = new BeaconCounters();
        ring.MoveCounts(counters);
        Assert.Equal(3, counters.DroppedSightings);

        var sighting = new Sighting();
        for (uint i = 1; i <= 8; i++)
        {
            Assert.True(ring.TryTake(sighting));
            Assert.Equal(i, sighting.Address);
        }

        Assert.False(ring.TryTake(sighting));
        ring.MoveCounts(counters);
        Assert.Equal(3, counters.DroppedSightings);
    }

    [Fact]
    public void The_ring_wakes_the_loop_when_half_full()
    {
        var wake = new AutoResetEvent(false);
        var ring = new SightingRing(8, true, wake);
        for (uint i = 1; i <= 3; i++) ring.Put(i, 0, -50, Ble);
        Assert.False(wake.WaitOne(0));
        ring.Put(4, 0, -50, Ble);
        Assert.True(wake.WaitOne(0));
    }

    [Fact]
    public void An_event_without_an_address_is_counted_and_dropped_and_a_weak_one_is_not()
    {
        var ring = new SightingRing(8, true, new AutoResetEvent(false));
        ring.Put(0, 0, -99, Ble);
        ring.Put(5, 1, -99, Ble);
        ring.Put(6, 1, -300, Ble);
        var counters = new BeaconCounters();
        ring.MoveCounts(counters);
        Assert.Equal(1, counters.StaleEvents);

        var sighting = new Sighting();
        Assert.True(ring.TryTake(sighting));
        Assert.Equal((5ul, (sbyte)-99), (sighting.Address, sighting.RssiDbm));
        Assert.True(ring.TryTake(sighting));
        Assert.Equal(sbyte.MinValue, sighting.RssiDbm);
    }

    [Fact]
    public void Putting_and_taking_allocates_nothing()
    {
        var rig = new ReportRig();
        rig.Reports.Open(Ble, 0);
        rig.Ring.Put(1, 0, -50, Ble);
        rig.Reports.Drain(0);
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (uint i = 1; i <= 50; i++) rig.Ring.Put(i, 0, -50, Ble);
            rig.Reports.Drain(0);
        }));
    }

    [Fact]
    public void Random_crowds_come_out_as_they_went_in()
    {
        for (int seed = 1; seed <= 60; seed++)
        {
            var random = new Random(seed);
            var rig = new ReportRig();
            var expected = new List<(byte Radio, long Open, ulong Address, byte Type, sbyte Rssi)>();
            long now = 1_000;
            for (int window = 0; window < 60; window++)
            {
                byte radio = random.Next(6) == 0 ? WiFi : Ble;
                int crowd = random.Next(3) switch { 0 => 0, 1 => random.Next(30), _ => random.Next(700) };
                long open = now;
                rig.Reports.Open(radio, now);
                for (int i = 0; i < crowd; i++)
                {
                    ulong address = (ulong)random.NextInt64(1, 1L << 48);
                    var heard = (radio, open, address, (byte)random.Next(3), (sbyte)random.Next(-128, 128));
                    expected.Add(heard);
                    rig.Ring.Put(heard.Item3, heard.Item4, heard.Item5, radio);
                    if (random.Next(50) == 0 || i % 100 == 99)
                    {
                        now += 3;
                        rig.Reports.Drain(now);
                    }
                }

                now += 9_000;
                rig.Reports.Close(now);
                now += 1_000;
            }

            rig.Reports.Cut(now);
            Assert.Equal(expected.Order(), rig.Recorded().Order());
            Assert.Equal(expected.Count, rig.Counters.SightingsRecorded);
            Assert.Equal(0, rig.Counters.DroppedSightings);
        }
    }

    [Fact]
    public void A_window_is_as_long_as_it_was_open_and_empty_ones_are_told()
    {
        var rig = new ReportRig();
        rig.Reports.Open(Ble, 1_000);
        rig.Reports.Close(9_999);
        rig.Reports.Cut(10_000);
        byte[] record = Assert.Single(rig.Records());
        var report = new ReportReader();
        Assert.Equal(WireError.None, report.Read(record));
        Assert.Equal((1, 0), (report.WindowCount, report.SightingCount));
        Assert.Equal((1_000L, 8_999u), (report.Windows[0].OpenMs, report.Windows[0].DurationMs));
    }

    [Fact]
    public void What_was_heard_outside_of_its_window_is_stale()
    {
        var rig = new ReportRig();
        rig.Ring.Put(1, 0, -50, Ble);
        rig.Reports.Drain(0);
        rig.Reports.Open(Ble, 0);
        rig.Ring.Put(2, 2, -50, WiFi);
        rig.Ring.Put(3, 0, -50, Ble);
        rig.Reports.Close(9_000);
        rig.Reports.Cut(9_000);
        Assert.Equal(2, rig.Counters.StaleEvents);
        Assert.Equal(3ul, Assert.Single(rig.Recorded()).Address);
    }

    [Fact]
    public void A_record_that_the_flash_does_not_take_counts_its_sightings_as_dropped()
    {
        var rig = new ReportRig();
        rig.Files.Capacity = 0;
        rig.Reports.Open(Ble, 0);
        rig.Ring.Put(1, 0, -50, Ble);
        rig.Reports.Close(9_000);
        rig.Reports.Cut(9_000);
        Assert.Equal(
            (0L, 1L, 1L),
            (rig.Counters.SightingsRecorded, rig.Counters.DroppedSightings, rig.Counters.DroppedRecords));
    }

    [Fact]
    public void What_an_advertisement_says_is_reported_as_the_policy_wants()
    {
        byte[] plain = Convert.FromHexString("020106");
        byte[] eid = Convert.FromHexString("0303AAFE0D16AAFE30EF0102030405060708");
        var rig = new ReportRig();
        AddressExtra[] usual = Extras(rig);
        Assert.Equal(
            [
                new AddressExtra(WireRadio.Ble, 2, ReportExtra.Recognised, (ulong)RecognisedAs.EddystoneEid),
                new AddressExtra(WireRadio.Ble, 2, ReportExtra.Eid, 0x0102030405060708),
            ],
            usual);

        rig = new ReportRig();
        rig.Policy.Extras = -1;
        Assert.Equal(
            [
                new AddressExtra(WireRadio.Ble, 1, ReportExtra.AdvertisementType, 3),
                new AddressExtra(WireRadio.Ble, 2, ReportExtra.AdvertisementType, 0),
                new AddressExtra(WireRadio.Ble, 2, ReportExtra.TxPower, 0xEF),
                .. usual,
            ],
            Extras(rig));

        rig = new ReportRig();
        rig.Policy.Extras = 0;
        Assert.Empty(Extras(rig));

        AddressExtra[] Extras(ReportRig rig)
        {
            rig.Reports.Open(Ble, 0);
            rig.Ring.Put(1, 0, -50, Ble, 3, plain, plain.Length);
            rig.Ring.Put(2, 0, -50, Ble, 0, eid, eid.Length);
            rig.Reports.Close(9_000);
            rig.Reports.Cut(9_000);
            var report = new ReportReader();
            Assert.Equal(WireError.None, report.Read(Assert.Single(rig.Records())));
            Assert.Equal(2, report.SightingCount);
            return report.Extras.ToArray();
        }
    }

    [Fact]
    public void A_fingerprint_is_that_of_the_payload_under_the_key_of_the_day()
    {
        byte[] key = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];
        byte[] payload = [.. Enumerable.Range(0, 20).Select(i => (byte)(200 - i))];
        ushort day = (ushort)(TestService.Now / 86_400_000);
        var secrets = new SecretStore();
        secrets.Take(SecretId.PseudonymKey, [(byte)day, (byte)(day >> 8), .. key]);
        var clock = new SimClock();
        clock.SetUtc(TestService.Now);
        var coder = new AddressCoder(false, new DotNetCrypto(), secrets, clock);
        Assert.True(coder.Refresh());
        var sighting = new Sighting { PayloadLength = payload.Length };
        payload.CopyTo(sighting.Payload, 0);

        using var aes = System.Security.Cryptography.Aes.Create();
        aes.Key = key;
        byte[] message = [3, 20, .. payload, .. new byte[10]];
        byte[] last = aes.EncryptCbc(message, new byte[16], System.Security.Cryptography.PaddingMode.None)[16..];
        Assert.Equal(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(last), coder.Fingerprint(sighting));
    }

    [Fact]
    public void A_filter_leaves_sightings_out_of_records_and_counts_them()
    {
        var rig = new ReportRig();
        rig.Policy.RssiFloorDbm = -70;
        rig.Reports.Open(Ble, 0);
        rig.Ring.Put(1, 0, -71, Ble);
        rig.Ring.Put(2, 0, -70, Ble);
        rig.Reports.Close(9_000);
        rig.Reports.Cut(9_000);
        Assert.Equal(2ul, Assert.Single(rig.Recorded()).Address);
        Assert.Equal((1L, 0L), (rig.Counters.FilteredByRssi, rig.Counters.DroppedSightings));
    }

    [Fact]
    public void A_whole_beacon_reports_exactly_what_its_radio_delivered()
    {
        using var rig = new BeaconRig();
        var random = new Random(5);
        for (ulong i = 1; i <= 20; i++) rig.Radio.AccessPoints.Add((0x0A0000000000 + i, -40 - (int)i));
        rig.Radio.Hear(Enumerable.Range(0, 40_000)
            .Select(_ => new Heard(random.Next(600_000), (ulong)random.NextInt64(1, 900), 1, random.Next(-100, -30)))
            .OrderBy(h => h.AtMs));
        rig.RunFor(600_000);
        rig.Loop.RequestFlush();
        rig.RunFor(60_000);

        Assert.True(rig.Radio.Delivered.Count > 20_000);
        Assert.Equal(rig.Radio.Delivered.Order(), rig.StoredSightings().Order());
        Assert.Equal(0, rig.Counters.QueueDepth);
        Assert.Equal(rig.Radio.Delivered.Count, rig.Counters.SightingsRecorded);
        int done = rig.Radio.Done.Count;
        rig.RunFor(60_000);
        Assert.Equal(done, rig.Radio.Done.Count);
    }

    [Fact]
    public void Pseudonyms_hide_addresses_and_follow_the_day()
    {
        byte[] today = [.. Enumerable.Repeat((byte)0x11, 16)];
        byte[] tomorrow = [.. Enumerable.Repeat((byte)0x22, 16)];
        ushort day = (ushort)(TestService.Now / 86_400_000);
        using var rig = new BeaconRig("privacy=pseudonym\nwifi_scan_live_every_ms=0\ncycle_stretch_max=1");
        rig.Service.Secrets =
        [
            (2, [(byte)day, (byte)(day >> 8), .. today]), (2, [(byte)(day + 1), (byte)((day + 1) >> 8), .. tomorrow]),
        ];
        rig.Service.LifetimeS = 1_000_000;
        rig.Radio.Hear(
            [new Heard(15_000, 0x112233445566, 1, -60), new Heard(86_400_000 + 15_000, 0x112233445566, 1, -60)]);
        rig.RunFor(86_500_000);

        (ulong Address, int Rssi)[] stored = [.. rig.StoredSightings()];
        Assert.Equal([Of(today), Of(tomorrow)], stored.Select(s => s.Address));

        static ulong Of(byte[] key)
        {
            byte[] output = new byte[16];
            new DotNetCrypto().AesEncryptBlock(
                key, [1, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0], output);
            return BitConverter.ToUInt64([.. output[..6], 0, 0]);
        }
    }

    [Fact]
    public void A_pseudonym_key_never_reaches_flash()
    {
        byte[] key = [.. Enumerable.Range(0x61, 16).Select(i => (byte)i)];
        ushort day = (ushort)(TestService.Now / 86_400_000);
        using var rig = new BeaconRig("privacy=pseudonym");
        rig.Service.Secrets = [(2, [(byte)day, (byte)(day >> 8), .. key]), EidTests.Secret(10, 0)];
        rig.RunFor(600_000);
        Assert.True(rig.Counters.Attested && rig.Files.Content.Count > 0 && rig.Values.All.Count > 1);
        Assert.All(
            [.. rig.Files.Content.Values, .. rig.Values.All],
            stored => Assert.True(stored.AsSpan().IndexOf(key) < 0, "the tenant's key is on flash"));
    }

    [Fact]
    public void A_pseudonym_key_serves_seven_days_past_its_own_and_no_longer()
    {
        ushort day = (ushort)(TestService.Now / 86_400_000);
        using var rig = new BeaconRig(
            "privacy=pseudonym\nwifi_scan_every_ms=0\nwifi_scan_live_every_ms=0\ncycle_stretch_max=1");
        rig.Service.Secrets = [(2, [(byte)day, (byte)(day >> 8), .. new byte[16]])];
        rig.RunFor(60_000);
        rig.Service.SwallowsAll = true;
        rig.Clock.Advance(7 * 86_400_000L);
        rig.RunFor(60_000);
        int scans = rig.Radio.Done.Count;
        Assert.True(scans >= 10);
        rig.Clock.Advance(86_400_000L);
        rig.RunFor(60_000);
        Assert.InRange(rig.Radio.Done.Count, scans, scans + 1);
    }

    /// <summary>Ring, builder and queue without a radio.</summary>
    private sealed class ReportRig
    {
        private readonly BeaconConfig config = new();

        internal ReportRig()
        {
            Ring = new SightingRing(DeviceLimits.RingSightings, true, new AutoResetEvent(false));
            var queue = new RecordQueue(Files, Counters, 1_000);
            queue.StartBoot(1);
            var coder = new AddressCoder(true, new DotNetCrypto(), new SecretStore(), new SimClock());
            Reports = new ReportBuilder(
                Ring, coder, queue, new SimClock(), Counters, config, new Surroundings(),
                new byte[WireLimits.MaxRecordBytes]);
        }

        internal FilterPolicy Policy => config.Filter;

        internal SimFiles Files { get; } = new();

        internal BeaconCounters Counters { get; } = new();

        internal SightingRing Ring { get; }

        internal ReportBuilder Reports { get; }

        internal IEnumerable<byte[]> Records() => Files.Records().Select(f => f.Record);

        internal List<(byte Radio, long Open, ulong Address, byte Type, sbyte Rssi)> Recorded()
        {
            var all = new List<(byte Radio, long Open, ulong Address, byte Type, sbyte Rssi)>();
            foreach (byte[] record in Records())
            {
                var report = new ReportReader();
                Assert.Equal(WireError.None, report.Read(record));
                for (int i = 0; i < report.SightingCount; i++)
                {
                    LumenLink.Protocol.Sighting s = report[i];
                    ReportWindow window = report.Windows[s.Window];
                    all.Add(((byte)window.Radio, window.OpenMs, s.Address, (byte)s.AddressType, s.RssiDbm));
                }
            }

            return all;
        }
    }
}
