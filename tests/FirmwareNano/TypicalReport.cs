using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// A report as the simulator's crowd gives them: six windows, twelve addresses, each heard in most windows.
    /// </summary>
    internal sealed class TypicalReport
    {
        private const int Windows = 6;
        private const int Addresses = 12;
        private const int WindowMs = 10000;

        private readonly ReportWriter writer = new ReportWriter();
        private readonly ulong[] heard = new ulong[Windows * Addresses];
        private readonly sbyte[] signals = new sbyte[Windows * Addresses];
        private readonly int[] ends = new int[Windows];

        internal TypicalReport()
        {
            Lcg random = new Lcg(1);
            int[] means = new int[Addresses];
            ulong[] addresses = new ulong[Addresses];
            for (int i = 0; i < Addresses; i++)
            {
                addresses[i] = ((ulong)random.Next() << 24) | (uint)random.Next();
                means[i] = -55 - random.Below(40);
            }

            for (int w = 0; w < Windows; w++)
            {
                for (int i = 0; i < Addresses; i++)
                {
                    if (random.Below(100) < 58)
                    {
                        heard[Count] = addresses[i];
                        signals[Count] = (sbyte)(means[i] + random.Below(5) + random.Below(5) - 4);
                        Count++;
                    }
                }

                ends[w] = Count;
            }
        }

        internal int Count { get; private set; }

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
    }
}
