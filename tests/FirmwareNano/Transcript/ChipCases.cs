using LumenLink.Beacon.Security;
using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// The driver of the secure element at a bus that answers with noise, with answers whose CRC is right, or not at
    /// all: what it sends, CRC included, and what it makes of the answers.
    /// </summary>
    internal sealed class ChipCases
    {
        private readonly Transcript transcript = new Transcript("chip");

        internal void Run()
        {
            for (uint seed = 1; seed <= 24; seed++)
            {
                Atecc608 chip = new Atecc608(new NoisyBus(new Lcg(seed), transcript), new NanoClock());
                byte[] bytes = new byte[WireSizes.PublicKey];
                byte[] more = new byte[WireSizes.Signature];
                transcript.Add((int)chip.ReadSerial(bytes, 0));
                transcript.Add((int)chip.Random(bytes, 0));
                transcript.Add((int)chip.IncrementBootCounter(out uint count));
                transcript.Add(count);
                transcript.Add((int)chip.Sign(bytes, more, 0));
                transcript.Add((int)chip.Verify(bytes, 0, more, more, 0));
                transcript.Add((int)chip.GenerateEphemeral(bytes, 0));
                chip.Sleep();
                transcript.Add(bytes);
                transcript.Add(more);
                transcript.EndCase();
            }
        }

        private sealed class NoisyBus : II2cBus
        {
            private readonly Lcg random;
            private readonly Transcript transcript;

            internal NoisyBus(Lcg noise, Transcript to)
            {
                random = noise;
                transcript = to;
            }

            /// <inheritdoc/>
            public bool Write(byte address7, byte[] data, int count)
            {
                transcript.Add((int)address7);
                transcript.Add(data, 0, count);
                return random.Below(32) != 0;
            }

            /// <inheritdoc/>
            public bool Read(byte address7, byte[] buffer, int count)
            {
                random.Fill(buffer, count);
                int kind = random.Below(16);
                buffer[0] = (byte)(kind == 0 ? random.Below(80) : kind < 4 ? 4 : count);
                buffer[1] = (byte)(kind < 2 || count > 4 ? buffer[1] : kind == 2 ? 0 : 0x11);
                int covered = buffer[0] - 2;
                if (kind > 0 && covered > 1 && buffer[0] <= count)
                {
                    int crc = Crc(buffer, covered);
                    buffer[covered] = (byte)crc;
                    buffer[covered + 1] = (byte)(crc >> 8);
                }

                return random.Below(16) != 0;
            }

            /// <summary>As the chip's data sheet has it: polynomial 0x8005, bits lowest first.</summary>
            private static int Crc(byte[] bytes, int count)
            {
                int crc = 0;
                for (int i = 0; i < 8 * count; i++)
                {
                    int bit = (bytes[i / 8] >> (i % 8)) & 1;
                    crc = ((crc << 1) & 0xFFFF) ^ ((bit ^ (crc >> 15)) * 0x8005);
                }

                return crc;
            }
        }
    }
}
