using LumenLink.Protocol;
using nanoFramework.TestFramework;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// The device's encoder makes the golden frames, byte for byte but for the tag: the virtual device has no HMAC. For
    /// nanoFramework's launcher, which calls them without an object; the simulator's tests run the same assembly.
    /// </summary>
    [TestClass]
    public class EncoderTests
    {
        /// <summary>Two boots, three windows of both radios, pseudonyms with and without their day, a status.</summary>
        [TestMethod]
        public static void Records_of_two_boots_are_the_golden_frame()
        {
            EncoderRig rig = new EncoderRig();
            rig.Begin();
            rig.Group(EncoderRig.Boot - 1, 40);
            rig.Add(rig.Report(41, 1, 3));
            rig.Group(EncoderRig.Boot, 1);
            rig.Add(rig.Report(1, 2, 5));
            rig.Add(rig.Status(2));
            rig.EndsAs(GoldenFrames.RecordsOk);
        }

        /// <summary>As many windows as a report takes, none of which heard anything.</summary>
        [TestMethod]
        public static void The_longest_report_is_the_golden_frame()
        {
            EncoderRig rig = new EncoderRig();
            Assert.IsTrue(rig.Reports.Begin(rig.Record, 0, ReportAddressing.Raw, 0));
            for (int w = 0; w < 2 * WireLimits.MaxWindowsPerBlock; w++)
            {
                Assert.IsTrue(rig.Reports.BeginWindow(w % 2 == 0 ? Radio.Ble : Radio.WiFi, (ulong)(10000 * w)));
                rig.Reports.EndWindow(w % 2 == 0 ? 7000u : 2000u);
            }

            int length = rig.Reports.Finish(1, 400000, 0);
            rig.Begin();
            rig.Group(1, 1);
            rig.Add(length);
            rig.EndsAs(GoldenFrames.RecordsMaxWindows);
        }

        /// <summary>Addresses, windows and signals until the record is full.</summary>
        [TestMethod]
        public static void The_fullest_report_is_the_golden_frame()
        {
            EncoderRig rig = new EncoderRig();
            Assert.IsTrue(rig.Reports.Begin(rig.Record, 0, ReportAddressing.Pseudonym, EncoderRig.KeyDay));
            for (int w = 0; rig.Reports.BeginWindow(w % 4 == 3 ? Radio.WiFi : Radio.Ble, (ulong)(10000 * w)); w++)
            {
                bool fits = true;
                for (int s = 0; fits && s < WireLimits.MaxAddressesPerBlock; s++)
                {
                    ulong address = (ulong)s * 0x03A1B2C3D4E5UL;
                    int dbm = -128 + (((s * 37) + (w * 101)) % 256);
                    fits = rig.Reports.TryAddSighting(address, (AddressType)(s % 3), dbm);
                }

                rig.Reports.EndWindow(9000);
            }

            int length = rig.Reports.Finish(1, 400000, EncoderRig.EpochUnixMs);
            rig.Begin();
            rig.Group(WireLimits.MaxBoot, 1);
            rig.Add(length);
            rig.EndsAs(GoldenFrames.RecordsMaxSightings);
        }

        /// <summary>A receipt settles what it names, and grants the short topic only where it says so.</summary>
        [TestMethod]
        public static void The_golden_receipts_are_read()
        {
            ReceiptFrame receipt = new ReceiptFrame();
            byte[] bytes = Transcript.FromHex(GoldenFrames.ReceiptShortTopic);
            Assert.AreEqual((int)WireError.None, (int)receipt.Read(bytes, 0, bytes.Length));
            Assert.IsTrue(receipt.GrantsShortTopic);
            Assert.IsTrue(receipt.NextEntry());
            Assert.AreEqual((int)(EncoderRig.Boot - 1), (int)(long)receipt.Entry.Boot);
            Assert.IsTrue(receipt.Entry.IsSettled(41) && !receipt.Entry.IsSettled(42));
            Assert.IsTrue(receipt.NextEntry());
            Assert.AreEqual((int)RefusalReason.KindUnknown, (int)receipt.Entry.ReasonFor(11));
            Assert.IsTrue(receipt.Entry.IsSettled(12) && !receipt.Entry.IsSettled(13));
            Assert.IsTrue(!receipt.NextEntry());
        }
    }
}
