using System;
using LumenLink.Beacon.Security;
using LumenLink.Protocol;
using nanoFramework.TestFramework;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// What the encoder costs beside a block of SHA-256 in managed code: the same interpreter runs both, so that the
    /// ratio says of a board what it says of a PC. `tools/bench.sh device` prints it; nothing here passes or fails by
    /// time.
    /// </summary>
    [TestClass]
    public class EncoderCost
    {
        private const int Reports = 400;
        private const int Blocks = 400;
        private const int BlockSize = 64;

        /// <summary>Encodes typical reports and hashes blocks, each for some time, and prints both.</summary>
        [TestMethod]
        public static void Is_measured_beside_a_block_of_sha_256()
        {
            TypicalReport report = new TypicalReport();
            NanoClock clock = new NanoClock();
            byte[] record = new byte[WireLimits.MaxRecordBytes];
            long start = clock.NowUs;
            int length = 0;
            for (int i = 0; i < Reports; i++)
            {
                length = report.Encode(record);
            }

            long encodeUs = clock.NowUs - start;
            Assert.IsTrue(length > 0);

            byte[] message = new byte[Blocks * BlockSize];
            byte[] hash = new byte[Sha256.Size];
            Sha256 sha = new Sha256();
            start = clock.NowUs;
            sha.Update(message, 0, message.Length);
            long hashUs = clock.NowUs - start;
            sha.Finish(hash, 0);
            Console.WriteLine("COST sightings=" + report.Count.ToString() + " bytes=" + length.ToString() + " report_ns=" + (encodeUs * 1000 / Reports).ToString()
                + " sighting_ns=" + (encodeUs * 1000 / (Reports * report.Count)).ToString()
                + " block_ns=" + (hashUs * 1000 / Blocks).ToString());
        }
    }
}
