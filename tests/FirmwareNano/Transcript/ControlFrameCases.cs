using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// Frames of control: the golden ones and written ones with values at their edges, each also with bytes changed,
    /// cut off or added.
    /// </summary>
    internal sealed class ControlFrameCases
    {
        private const int Mutations = 60;

        private readonly Transcript transcript = new Transcript("control-frame");
        private readonly byte[] frame = new byte[WireLimits.MaxFrameBytes];
        private readonly byte[] bytes = new byte[WireLimits.MaxFrameBytes];
        private readonly CommandFrame command = new CommandFrame();
        private readonly ConfigFrame config = new ConfigFrame();
        private readonly CommandAckFrame ack = new CommandAckFrame();
        private Lcg random = new Lcg(0);

        internal void Run()
        {
            for (uint seed = 1; seed <= 3; seed++)
            {
                random = new Lcg(seed);
                Mutate(Take(GoldenFrames.CommandOk));
                Mutate(Take(GoldenFrames.ConfigOk));
                Mutate(Take(GoldenFrames.CommandAckOk));
                Mutate(MakeCommand());
                Mutate(MakeConfig());
                Mutate(MakeAck());
            }
        }

        private int Take(string hex)
        {
            byte[] golden = Transcript.FromHex(hex);
            ByteWriter.Bytes(frame, 0, golden);
            return golden.Length;
        }

        private int MakeCommand()
        {
            command.SessionId = 0x80000000u + (uint)random.Next();
            command.CommandId = 0xFFFFFFFFu - (uint)random.Below(3);
            command.ExpiresUnixMs = random.Below(2) == 0 ? long.MaxValue : 1790000000000L + random.Next();
            command.Command = (BeaconCommand)random.Below(256);
            command.Argument = (ushort)random.Below(65536);
            return command.Write(frame, 0);
        }

        private int MakeConfig()
        {
            config.SessionId = 0xFFFFFFFFu;
            config.Version = 0x80000000u + (uint)random.Below(3);
            config.Text = bytes;
            config.TextOffset = random.Below(9);
            config.TextLength = random.Below(WireLimits.MaxConfigBytes + 1);
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)(random.Below(20) == 0 ? TextLines.LineFeed : 0x20 + random.Below(95));
            }

            config.Certificate.Usage = ServiceCertificate.UsageConfiguration;
            config.Certificate.Version = 0xFFFFFFFFu;
            random.Fill(config.Certificate.Key, WireSizes.PublicKey);
            random.Fill(config.Signature, WireSizes.Signature);
            return config.Write(frame, 0);
        }

        private int MakeAck()
        {
            ack.SessionId = 1;
            ack.Subject = ControlSubject.Command;
            ack.Number = 0xFFFFFFFFu - (uint)random.Below(3);
            ack.Outcome = (ControlOutcome)(1 + random.Below(255));
            transcript.Add(ack.Detail.Set("report_ms and what is longer than 32 characters"));
            transcript.Add(ack.Detail.Set("filter_change_db"));
            return ack.Write(frame, 0);
        }

        private void Mutate(int length)
        {
            transcript.Add(length);
            transcript.Add(frame, 0, length);
            ReadAll(frame, length);
            for (int i = 0; i < Mutations; i++)
            {
                ByteWriter.Bytes(bytes, 0, frame, 0, length + 8);
                int at = random.Below(3) == 0 ? random.Below(24) : random.Below(length);
                bytes[at] = (byte)(random.Below(3) == 0 ? random.Next() : bytes[at] ^ (1 << random.Below(8)));
                int count = length + (random.Below(4) == 0 ? random.Below(9) - 4 : 0);
                ReadAll(bytes, random.Below(16) == 0 ? random.Below(length) : count);
            }

            transcript.EndCase();
        }

        private void ReadAll(byte[] buffer, int count)
        {
            transcript.Add((int)command.Read(buffer, 0, count));
            transcript.Add(command.CommandId);
            transcript.Add(command.ExpiresUnixMs >> 1);
            transcript.Add((int)command.Command + command.Argument);
            transcript.Add((int)config.Read(buffer, 0, count));
            transcript.Add(config.Version);
            transcript.Add(config.TextOffset + config.TextLength);
            transcript.Add(config.Certificate.KeyId);
            transcript.Add(config.Signature);
            transcript.Add((int)ack.Read(buffer, 0, count));
            transcript.Add(ack.Number);
            transcript.Add((int)ack.Subject + (int)ack.Outcome);
            transcript.Add(ack.Detail.Bytes, 0, ack.Detail.Length);
        }
    }
}
