using LumenLink.Protocol;
using nanoFramework.TestFramework;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// The device's encoder makes the golden frames, byte for byte but for the tag: the virtual device has no HMAC. For
    /// nanoFramework's test runner; the simulator's tests run the same assembly.
    /// </summary>
    [TestClass]
    public class EncoderTests
    {
        private const uint Boot = 7;
        private const long EpochUnixMs = 1790000000000;
        private const ushort KeyDay = 20782;

        private readonly byte[] record = new byte[WireLimits.MaxRecordBytes];
        private readonly byte[] frame = new byte[WireLimits.MaxFrameBytes];
        private readonly ReportWriter reports = new ReportWriter();
        private readonly RecordsFrameWriter frames = new RecordsFrameWriter();

        /// <summary>Two boots, three windows of both radios, pseudonyms with and without their day, a status.</summary>
        [TestMethod]
        public void Records_of_two_boots_are_the_golden_frame()
        {
            Begin();
            Group(Boot - 1, 40);
            Add(Report(41, 1, 3));
            Group(Boot, 1);
            Add(Report(1, 2, 5));
            Add(Status(2));
            EndsAs(GoldenFrames.RecordsOk);
        }

        /// <summary>As many windows as a report takes, none of which heard anything.</summary>
        [TestMethod]
        public void The_longest_report_is_the_golden_frame()
        {
            Assert.IsTrue(reports.Begin(record, 0, ReportAddressing.Raw, 0));
            for (int w = 0; w < 2 * WireLimits.MaxWindowsPerBlock; w++)
            {
                Assert.IsTrue(reports.BeginWindow(w % 2 == 0 ? Radio.Ble : Radio.WiFi, (ulong)(10000 * w)));
                reports.EndWindow(w % 2 == 0 ? 7000u : 2000u);
            }

            int length = reports.Finish(1, 400000, 0);
            Begin();
            Group(1, 1);
            Add(length);
            EndsAs(GoldenFrames.RecordsMaxWindows);
        }

        /// <summary>Addresses, windows and signals until the record is full.</summary>
        [TestMethod]
        public void The_fullest_report_is_the_golden_frame()
        {
            Assert.IsTrue(reports.Begin(record, 0, ReportAddressing.Pseudonym, KeyDay));
            for (int w = 0; reports.BeginWindow(w % 4 == 3 ? Radio.WiFi : Radio.Ble, (ulong)(10000 * w)); w++)
            {
                bool fits = true;
                for (int s = 0; fits && s < WireLimits.MaxAddressesPerBlock; s++)
                {
                    ulong address = (ulong)s * 0x03A1B2C3D4E5UL;
                    fits = reports.TryAddSighting(address, (AddressType)(s % 3), -128 + (((s * 37) + (w * 101)) % 256));
                }

                reports.EndWindow(9000);
            }

            int length = reports.Finish(1, 400000, EpochUnixMs);
            Begin();
            Group(WireLimits.MaxBoot, 1);
            Add(length);
            EndsAs(GoldenFrames.RecordsMaxSightings);
        }

        /// <summary>A receipt settles what it names, and grants the short topic only where it says so.</summary>
        [TestMethod]
        public void The_golden_receipts_are_read()
        {
            ReceiptFrame receipt = new ReceiptFrame();
            byte[] bytes = FromHex(GoldenFrames.ReceiptShortTopic);
            Assert.AreEqual((int)WireError.None, (int)receipt.Read(bytes, 0, bytes.Length));
            Assert.IsTrue(receipt.GrantsShortTopic);
            Assert.IsTrue(receipt.NextEntry());
            Assert.AreEqual((int)(Boot - 1), (int)receipt.Entry.Boot);
            Assert.IsTrue(receipt.Entry.IsSettled(41) && !receipt.Entry.IsSettled(42));
            Assert.IsTrue(receipt.NextEntry());
            Assert.AreEqual((int)RefusalReason.KindUnknown, (int)receipt.Entry.ReasonFor(11));
            Assert.IsTrue(receipt.Entry.IsSettled(12) && !receipt.Entry.IsSettled(13));
            Assert.IsTrue(!receipt.NextEntry());
        }

        private int Report(uint sequence, int windows, int sightings)
        {
            Assert.IsTrue(reports.Begin(record, 0, ReportAddressing.Pseudonym, KeyDay));
            for (int w = 0; w < windows; w++)
            {
                Assert.IsTrue(reports.BeginWindow(w % 2 == 0 ? Radio.Ble : Radio.WiFi, (ulong)(10000 * w)));
                for (int s = 0; s < sightings; s++)
                {
                    ulong address = 0xA1B2C3D40000UL + ((ulong)s << 20);
                    Assert.IsTrue(reports.TryAddSighting(address, (AddressType)(s % 3), -30 - (7 * s) - w));
                }

                reports.EndWindow(5000);
            }

            return reports.Finish(sequence, (ulong)(10000 * windows) + 2345, EpochUnixMs);
        }

        private int Status(uint sequence)
        {
            StatusBody body = new StatusBody();
            body.UptimeMs = 60000;
            body.BootReason = BootReason.Power;
            body.HeapFreeBytes = 43210;
            body.QueueRecords = 3;
            body.QueueBytes = 900;
            body.DroppedRecords = 1;
            body.DroppedSightings = 2;
            body.StaleEvents = 4;
            body.WifiRssiDbm = -61;
            Assert.IsTrue(body.FirmwareVersion.Set("0.1.0"));
            RecordHeader header = new RecordHeader();
            header.Sequence = sequence;
            header.SetTime(60000, 0);
            return body.WriteRecord(record, 0, header);
        }

        private void Begin()
        {
            Assert.IsTrue(frames.Begin(frame, 0, frame.Length, 0x11223344, Boot));
        }

        private void Group(uint boot, uint floor)
        {
            Assert.IsTrue(frames.BeginGroup(boot, floor));
        }

        private void Add(int length)
        {
            Assert.IsTrue(length > 0);
            Assert.IsTrue(frames.TryAddRecord(record, 0, length));
        }

        private void EndsAs(string golden)
        {
            byte[] expected = FromHex(golden);
            Assert.AreEqual(expected.Length, frames.Finish());
            for (int i = 0; i < FrameTag.Offset(expected.Length); i++)
            {
                Assert.AreEqual(expected[i], frame[i], "at byte " + i.ToString());
            }
        }

        internal static byte[] FromHex(string hex)
        {
            byte[] bytes = new byte[hex.Length / 2];
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)((Digit(hex[2 * i]) << 4) | Digit(hex[(2 * i) + 1]));
            }

            return bytes;
        }

        private static int Digit(char digit)
        {
            return digit <= '9' ? digit - '0' : digit - 'a' + 10;
        }
    }
}
