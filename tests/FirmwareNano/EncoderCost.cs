using System;
using LumenLink.Beacon.Security;
using LumenLink.Protocol;
using nanoFramework.TestFramework;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// What the encoder costs beside a block of SHA-256 in managed code: one interpreter runs both, so that the ratio
    /// says of a board what it says of a PC. `tools/bench.sh device` shows it; nothing passes or fails by time.
    /// </summary>
    [TestClass]
    public class EncoderCost
    {
        private const int Rounds = 40;
        private const int PerRound = 16;
        private const int BlockSize = 64;
        private const int NsPerTick = 100;

        /// <summary>
        /// Prints the best of some rounds, in which both take turns: what else the machine does meets both alike.
        /// </summary>
        [TestMethod]
        public static void Is_measured_beside_a_block_of_sha_256()
        {
            TypicalReport report = new TypicalReport();
            NanoClock clock = new NanoClock();
            Sha256 sha = new Sha256();
            byte[] record = new byte[WireLimits.MaxRecordBytes];
            byte[] message = new byte[PerRound * BlockSize];
            long reportTicks = long.MaxValue;
            long blockTicks = long.MaxValue;
            int length = 0;
            for (int round = 0; round < Rounds; round++)
            {
                long start = clock.NowTicks;
                for (int i = 0; i < PerRound; i++)
                {
                    length = report.Encode(record);
                }

                long between = clock.NowTicks;
                sha.Update(message, 0, message.Length);
                long end = clock.NowTicks;
                reportTicks = between - start < reportTicks ? between - start : reportTicks;
                blockTicks = end - between < blockTicks ? end - between : blockTicks;
            }

            Assert.IsTrue(length > 0);
            Console.WriteLine(
                "cost sightings=" + report.Count.ToString()
                + " report_ns=" + (reportTicks * NsPerTick / PerRound).ToString()
                + " sighting_ns=" + (reportTicks * NsPerTick / PerRound / report.Count).ToString()
                + " block_ns=" + (blockTicks * NsPerTick / PerRound).ToString());
        }
    }
}
