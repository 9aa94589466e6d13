using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// Reports of every shape that the writer takes: few and many addresses, signals that move and that jump, windows
    /// that jitter, extras, calls that it refuses, buffers that are too small.
    /// </summary>
    internal sealed class ReportCases
    {
        private const int Cases = 96;
        private const int MaxPool = 80;
        private const int ShortWindowMs = 60000;

        private readonly Transcript transcript = new Transcript("report");
        private readonly ReportWriter writer = new ReportWriter();
        private readonly byte[] buffer = new byte[WireLimits.MaxRecordBytes + 16];
        private readonly ulong[] pool = new ulong[MaxPool];
        private readonly int[] means = new int[MaxPool];
        private Lcg random = new Lcg(0);
        private ulong ticks;
        private int poolSize;
        private int spread;

        internal void Run()
        {
            for (uint seed = 1; seed <= Cases; seed++)
            {
                random = new Lcg(seed);
                OneReport();
                transcript.EndCase();
            }
        }

        private void OneReport()
        {
            poolSize = 1 + random.Below(random.Below(4) == 0 ? MaxPool : 16);
            spread = random.Below(8) == 0 ? 256 : 1 + random.Below(12);
            for (int i = 0; i < poolSize; i++)
            {
                pool[i] = ((ulong)random.Next() << 24) | (uint)random.Next();
                pool[i] |= random.Below(8) == 0 ? 0xABCD000000000000UL : 0;
                means[i] = -20 - random.Below(80);
            }

            bool isRaw = random.Below(2) == 0;
            int offset = random.Below(17);
            byte[] target = random.Below(8) == 0 ? new byte[20 + random.Below(300)] : buffer;
            ushort day = (ushort)(random.Below(3) == 0 ? 0 : random.Below(65536));
            ReportAddressing addressing = isRaw ? ReportAddressing.Raw : ReportAddressing.Pseudonym;
            transcript.Add(writer.Begin(target, offset, addressing, day));
            ticks = (ulong)random.Below(1 << 20);
            int windows = random.Below(36);
            int jitter = random.Below(3) == 0 ? 1 : 1 + random.Below(400);
            for (int w = 0; w < windows; w++)
            {
                Window(jitter);
            }

            long epoch = random.Below(2) == 0 ? 0 : 1790000000000L + random.Next();
            ulong capture = ticks + (ulong)random.Below(random.Below(8) == 0 ? 1 << 24 : 5000);
            transcript.Add(writer.SightingCount);
            transcript.Add(writer.WindowCount);
            int length = writer.Finish((uint)(1 + random.Next()), capture, epoch);
            transcript.Add(length);
            if (length > 0)
            {
                transcript.Add(target, offset, length);
            }
        }

        private void Window(int jitter)
        {
            Radio radio = random.Below(4) == 0 ? Radio.WiFi : Radio.Ble;
            transcript.Add(writer.HasRoomForWindow);
            bool isOpen = writer.BeginWindow(radio, ticks);
            transcript.Add(isOpen);
            int sightings = random.Below(8) == 0 ? random.Below(poolSize * 2) : random.Below(poolSize + 1);
            for (int s = 0; s < sightings; s++)
            {
                int i = random.Below(poolSize);
                int dbm = means[i] + random.Below(spread) - (spread / 2);
                transcript.Add(writer.TryAddSighting(pool[i], (AddressType)random.Below(3), dbm));
                if (random.Below(6) == 0)
                {
                    ulong value = ((ulong)random.Next() << 40) | (uint)random.Next();
                    transcript.Add(writer.TryAddExtra((ReportExtra)random.Below(7), value));
                }
            }

            int durationMs = random.Below(64) == 0 ? random.Next() : 1 + random.Below(ShortWindowMs);
            durationMs = random.Below(4) == 0 ? durationMs : 8900 + random.Below(jitter);
            writer.EndWindow((uint)durationMs);
            ticks += (ulong)durationMs;
            ticks += (ulong)(random.Below(4) == 0 ? random.Below(1 << 20) : 1000 + random.Below(jitter));
            ticks -= random.Below(16) == 0 ? 2000UL : 0;
        }
    }
}
