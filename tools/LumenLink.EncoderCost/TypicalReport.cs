using LumenLink.Protocol;

namespace LumenLink.EncoderCost
{
    /// <summary>
    /// A report as the simulator's crowd gives them: six windows, twelve addresses, each heard in most windows.
    /// </summary>
    internal sealed class TypicalReport
    {
        private const int Windows = 6;
        private const int Addresses = 12;
        private const int WindowMs = 10000;
        private const int HeardPercent = 58;

        private readonly ReportWriter writer = new ReportWriter();
        private readonly ulong[] heard = new ulong[Windows * Addresses];
        private readonly sbyte[] signals = new sbyte[Windows * Addresses];
        private readonly int[] ends = new int[Windows];

        private uint state = 1;

        internal TypicalReport()
        {
            ulong[] addresses = new ulong[Addresses];
            int[] means = new int[Addresses];
            for (int i = 0; i < Addresses; i++)
            {
                addresses[i] = ((ulong)Below(1 << 24) << 24) | (uint)Below(1 << 24);
                means[i] = -55 - Below(40);
            }

            for (int w = 0; w < Windows; w++)
            {
                for (int i = 0; i < Addresses; i++)
                {
                    if (Below(100) < HeardPercent)
                    {
                        heard[Count] = addresses[i];
                        signals[Count] = (sbyte)(means[i] + Below(5) + Below(5) - 4);
                        Count++;
                    }
                }

                ends[w] = Count;
            }
        }

        /// <summary>Sightings of the report.</summary>
        internal int Count { get; private set; }

        /// <summary>Encodes it into a record; returns the record's bytes.</summary>
        internal int Encode(byte[] record)
        {
            ReportWriter to = writer;
            ulong[] from = heard;
            sbyte[] dbm = signals;
            to.Begin(record, 0, ReportAddressing.Raw, 0);
            int i = 0;
            for (int w = 0; w < Windows; w++)
            {
                to.BeginWindow(Radio.Ble, (ulong)(w * WindowMs));
                for (int end = ends[w]; i < end; i++)
                {
                    to.TryAddSighting(from[i], AddressType.Random, dbm[i]);
                }

                to.EndWindow(WindowMs);
            }

            return to.Finish(1, Windows * WindowMs, 0);
        }

        private int Below(int limit)
        {
            state = unchecked((state * 1664525u) + 1013904223u);
            return (int)(long)(state >> 8) % limit;
        }
    }
}
