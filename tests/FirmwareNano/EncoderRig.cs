using LumenLink.Protocol;
using nanoFramework.TestFramework;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>A frame in the making. The launcher calls tests without an object of their class.</summary>
    internal sealed class EncoderRig
    {
        internal const uint Boot = 7;
        internal const long EpochUnixMs = 1790000000000;
        internal const ushort KeyDay = 20782;

        internal readonly byte[] Record = new byte[WireLimits.MaxRecordBytes];
        internal readonly ReportWriter Reports = new ReportWriter();
        private readonly byte[] frame = new byte[WireLimits.MaxFrameBytes];
        private readonly RecordsFrameWriter frames = new RecordsFrameWriter();

        internal int Report(uint sequence, int windows, int sightings)
        {
            Assert.IsTrue(Reports.Begin(Record, 0, ReportAddressing.Pseudonym, KeyDay));
            for (int w = 0; w < windows; w++)
            {
                Assert.IsTrue(Reports.BeginWindow(w % 2 == 0 ? Radio.Ble : Radio.WiFi, (ulong)(10000 * w)));
                for (int s = 0; s < sightings; s++)
                {
                    ulong address = 0xA1B2C3D40000UL + ((ulong)s << 20);
                    Assert.IsTrue(Reports.TryAddSighting(address, (AddressType)(s % 3), -30 - (7 * s) - w));
                }

                Reports.EndWindow(5000);
            }

            return Reports.Finish(sequence, (ulong)(10000 * windows) + 2345, EpochUnixMs);
        }

        internal int Status(uint sequence)
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
            return body.WriteRecord(Record, 0, header);
        }

        internal void Begin()
        {
            Assert.IsTrue(frames.Begin(frame, 0, frame.Length, 0x11223344, Boot));
        }

        internal void Group(uint boot, uint floor)
        {
            Assert.IsTrue(frames.BeginGroup(boot, floor));
        }

        internal void Add(int length)
        {
            Assert.IsTrue(length > 0);
            Assert.IsTrue(frames.TryAddRecord(Record, 0, length));
        }

        internal void EndsAs(string golden)
        {
            byte[] expected = Transcript.FromHex(golden);
            Assert.AreEqual(expected.Length, frames.Finish());
            for (int i = 0; i < FrameTag.Offset(expected.Length); i++)
            {
                Assert.AreEqual(expected[i], frame[i], "at byte " + i.ToString());
            }
        }
    }
}
