using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// Frames from the service as written by the shared code and with bytes of theirs changed, cut off or added; and
    /// the beacon's own: what is read, and which error is given.
    /// </summary>
    internal sealed class FrameCases
    {
        private const int Mutations = 40;

        private readonly Transcript transcript = new Transcript("frame");
        private readonly byte[] frame = new byte[WireLimits.MaxFrameBytes];
        private readonly byte[] bytes = new byte[WireLimits.MaxFrameBytes];
        private readonly ChallengeFrame challenge = new ChallengeFrame();
        private readonly AttestationResultFrame result = new AttestationResultFrame();
        private readonly AttestationRefusalFrame refusal = new AttestationRefusalFrame();
        private readonly ReceiptFrame receipt = new ReceiptFrame();
        private readonly ReceiptEntry entry = new ReceiptEntry();
        private readonly RecordHeader header = new RecordHeader();
        private readonly StatusBody status = new StatusBody();
        private Lcg random = new Lcg(0);

        internal void Run()
        {
            for (uint seed = 1; seed <= 6; seed++)
            {
                random = new Lcg(seed);
                Mutate(MakeChallenge());
                Mutate(MakeResult());
                Mutate(MakeRefusal());
                Mutate(MakeReceipt());
                Status();
                Posts();
            }
        }

        private int MakeChallenge()
        {
            random.Fill(challenge.DeviceNonce, WireSizes.Nonce);
            random.Fill(challenge.ServiceNonce, WireSizes.Nonce);
            random.Fill(challenge.EpochKey, WireSizes.PublicKey);
            random.Fill(challenge.Mac, WireSizes.Mac);
            challenge.IssuedUnixMs = 1790000000000L - random.Next();
            challenge.EpochId = (uint)random.Next();
            challenge.Certificate.KeyId = 0xF0000000u + (uint)random.Next();
            return challenge.Write(frame, 0);
        }

        private int MakeResult()
        {
            result.SessionId = 0x80000000u + (uint)random.Next();
            result.ServiceUnixMs = -1L - random.Next();
            result.LifetimeSeconds = (uint)random.Next();
            result.SecretCount = 2;
            result.Secrets[0].Id = SecretId.EidKey;
            result.Secrets[0].Length = WrappedSecret.EidKeySize;
            random.Fill(result.Secrets[0].Data, WrappedSecret.EidKeySize);
            result.Secrets[1].Id = SecretId.PseudonymKey;
            result.Secrets[1].Length = WrappedSecret.PseudonymKeySize;
            return result.Write(frame, 0);
        }

        private int MakeRefusal()
        {
            refusal.Outcome = AttestationOutcome.CouldNotCheck;
            refusal.RetryAfterSeconds = 0xFFFFFFFFu - (uint)random.Below(3);
            refusal.Signed = random.Below(2) == 0;
            random.Fill(refusal.Signature, WireSizes.Signature);
            return refusal.Write(frame, 0);
        }

        private int MakeReceipt()
        {
            transcript.Add(receipt.Begin(frame, 0, 1 + (uint)random.Next()));
            for (int i = 0; i < 1 + random.Below(8); i++)
            {
                entry.Reset(1 + (uint)random.Below(9), (uint)random.Below(1000));
                for (int j = random.Below(20); j > 0; j--)
                {
                    transcript.Add(entry.TrySettle(entry.SettledThrough + (uint)random.Below(300)));
                    transcript.Add(entry.TryRefuse((uint)random.Next(), RefusalReason.KindUnknown));
                }

                transcript.Add(receipt.TryAdd(entry));
            }

            receipt.GrantsShortTopic = random.Below(2) == 0;
            return receipt.Finish();
        }

        private void Mutate(int length)
        {
            transcript.Add(frame, 0, length);
            ReadAll(frame, length);
            for (int i = 0; i < Mutations; i++)
            {
                int count = length;
                for (int j = 0; j < bytes.Length; j++)
                {
                    bytes[j] = frame[j];
                }

                int at = random.Below(4) == 0 ? random.Below(12) : random.Below(length);
                bytes[at] = (byte)(random.Below(3) == 0 ? random.Next() : bytes[at] ^ (1 << random.Below(8)));
                count += random.Below(4) == 0 ? random.Below(9) - 4 : 0;
                ReadAll(bytes, random.Below(16) == 0 ? random.Below(length) : count);
            }

            transcript.EndCase();
        }

        private void ReadAll(byte[] buffer, int count)
        {
            transcript.Add((int)challenge.Read(buffer, 0, count));
            transcript.Add(challenge.IssuedUnixMs >> 3);
            transcript.Add(challenge.EpochId);
            transcript.Add(challenge.Certificate.KeyId);
            transcript.Add(challenge.Signature);
            transcript.Add((int)result.Read(buffer, 0, count));
            transcript.Add(result.ServiceUnixMs >> 3);
            transcript.Add(result.SessionId);
            transcript.Add(result.LifetimeSeconds);
            for (int i = 0; i < result.SecretCount; i++)
            {
                transcript.Add((int)result.Secrets[i].Id);
                transcript.Add(result.Secrets[i].Data, 0, result.Secrets[i].Length);
            }

            transcript.Add((int)refusal.Read(buffer, 0, count));
            transcript.Add((int)refusal.Outcome);
            transcript.Add(refusal.RetryAfterSeconds);
            transcript.Add(refusal.Signed);
            ReadReceipt(buffer, count);
        }

        private void ReadReceipt(byte[] buffer, int count)
        {
            WireError error = receipt.Read(buffer, 0, count);
            transcript.Add((int)error);
            transcript.Add(receipt.GrantsShortTopic);
            while (error == WireError.None && receipt.NextEntry())
            {
                transcript.Add(receipt.Entry.Boot);
                transcript.Add(receipt.Entry.SettledThrough);
                for (int i = 0; i < 40; i++)
                {
                    uint sequence = receipt.Entry.SettledThrough + (uint)(i * 9) - 20u;
                    transcript.Add(receipt.Entry.IsSettled(sequence));
                    transcript.Add((int)receipt.Entry.ReasonFor(sequence));
                }
            }
        }

        private void Status()
        {
            status.UptimeMs = (ulong)random.Next() << 20;
            status.HeapFreeBytes = (uint)random.Next();
            status.WifiRssiDbm = (sbyte)(random.Below(256) - 128);
            status.Details.RadioFaults = (uint)random.Below(2);
            status.Details.Connects = (uint)random.Below(3);
            status.Details.FilteredByRssi = (uint)random.Below(2);
            transcript.Add(status.FirmwareVersion.Set(random.Below(3) == 0 ? "1.0-\u00e4" : "0.1.0"));
            header.Sequence = (uint)random.Next();
            header.SetTime((ulong)random.Next() << (8 * random.Below(4)), random.Below(2) * 1790000000000L);
            transcript.Add(header.ClockSet);
            transcript.Add(header.TimeMs);
            int length = status.WriteRecord(bytes, random.Below(5), header);
            transcript.Add(length);
            transcript.Add(bytes, 0, 200);
            for (int i = 0; i < Mutations; i++)
            {
                bytes[random.Below(14)] = (byte)random.Next();
                transcript.Add((int)header.Read(bytes, 0, random.Below(4) == 0 ? random.Below(99) : length));
                transcript.Add(header.TimeMs >> 1);
                transcript.Add((int)header.Kind);
                transcript.Add(header.Sequence);
            }

            transcript.EndCase();
        }

        private void Posts()
        {
            int at = 0;
            for (int i = 0; i < 6 && at >= 0; i++)
            {
                at = FrameList.Append(bytes, at, frame, random.Below(400));
                transcript.Add(at);
            }

            transcript.Add((int)FrameList.Check(bytes, 900));
            transcript.EndCase();
        }
    }
}
