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
        private readonly byte[] addresses = new byte[Addresses * WireSizes.Address];
        private readonly byte[] heard = new byte[Windows * Addresses];
        private readonly sbyte[] signals = new sbyte[Windows * Addresses];
        private readonly int[] ends = new int[Windows];

        internal TypicalReport()
        {
            Lcg random = new Lcg(1);
            int[] means = new int[Addresses];
            random.Fill(addresses, addresses.Length);
            for (int i = 0; i < Addresses; i++)
            {
                means[i] = -55 - random.Below(40);
            }

            for (int w = 0; w < Windows; w++)
            {
                for (int i = 0; i < Addresses; i++)
                {
                    if (random.Below(100) < 58)
                    {
                        heard[Count] = (byte)i;
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
            writer.Begin(record, 0, ReportAddressing.Raw, 0);
            int i = 0;
            for (int w = 0; w < Windows; w++)
            {
                writer.BeginWindow(Radio.Ble, (ulong)(w * WindowMs));
                int end = ends[w];
                while (i < end)
                {
                    writer.TryAddSighting(addresses, heard[i] * WireSizes.Address, AddressType.Random, signals[i]);
                    i++;
                }

                writer.EndWindow(WindowMs);
            }

            return writer.Finish(1, Windows * WindowMs, 0);
        }
    }
}
