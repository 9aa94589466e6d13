using System;
using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.EncoderCost
{
    /// <summary>
    /// What the encoder costs beside a block of SHA-256 in managed code: one interpreter runs both, so that the ratio
    /// says of a board what it says of a PC.
    /// </summary>
    public static class Program
    {
        private const int Rounds = 40;
        private const int PerRound = 16;
        private const int BlockSize = 64;
        private const int NsPerTick = 100;

        /// <summary>
        /// Prints the best of some rounds, in which both take turns: what else the machine does meets both alike.
        /// </summary>
        public static void Main()
        {
            TypicalReport report = new TypicalReport();
            CostClock clock = new CostClock();
            Sha256 sha = new Sha256();
            byte[] record = new byte[WireLimits.MaxRecordBytes];
            byte[] message = new byte[PerRound * BlockSize];
            long reportTicks = long.MaxValue;
            long blockTicks = long.MaxValue;
            for (int round = 0; round < Rounds; round++)
            {
                long start = clock.NowTicks;
                for (int i = 0; i < PerRound; i++)
                {
                    report.Encode(record);
                }

                long between = clock.NowTicks;
                sha.Update(message, 0, message.Length);
                long end = clock.NowTicks;
                reportTicks = between - start < reportTicks ? between - start : reportTicks;
                blockTicks = end - between < blockTicks ? end - between : blockTicks;
            }

            Console.WriteLine(
                "cost sightings=" + report.Count.ToString()
                + " report_ns=" + (reportTicks * NsPerTick / PerRound).ToString()
                + " block_ns=" + (blockTicks * NsPerTick / PerRound).ToString());
        }

        /// <summary>Encodes one report; returns its sightings.</summary>
        public static int EncodeReport()
        {
            TypicalReport report = new TypicalReport();
            report.Encode(new byte[WireLimits.MaxRecordBytes]);
            return report.Count;
        }

        /// <summary>Hashes one block.</summary>
        public static void HashBlock()
        {
            new Sha256().Update(new byte[BlockSize], 0, BlockSize);
        }
    }
}
