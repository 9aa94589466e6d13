using System;
using System.Collections.Generic;
using System.Text;

namespace LumenLink.Protocol
{
    /// <summary>A field as it was decoded.</summary>
    /// <param name="Offset">Its first byte; of what bits say, the byte behind them.</param>
    /// <param name="Length">Its bytes; 0 for what bits of the field before say.</param>
    /// <param name="Name">Name in README.</param>
    /// <param name="Value">Its value for people; begins with "!" where the bytes break.</param>
    public readonly record struct FrameField(int Offset, int Length, string Name, string Value);

    /// <summary>
    /// Prints frames for people: a line per field with its offset, and where and why a bad frame breaks.
    /// </summary>
    public static class FrameText
    {
        /// <summary>
        /// Describes any bytes, valid frame or not; never throws. The first line is the decoder's verdict; a line
        /// with "!" marks where the structure breaks. Tags and signatures are printed, not checked.
        /// </summary>
        public static string Describe(ReadOnlySpan<byte> frame)
        {
            StringBuilder text = new();
            WireError verdict = Check(frame);
            text.Append(verdict == WireError.None ? "valid" : $"invalid: {verdict}");
            text.Append(", ").Append(frame.Length).Append(" bytes\n");
            if (verdict is WireError.VersionUnknown || frame.Length > WireLimits.MaxFrameBytes)
            {
                return text.ToString();
            }

            FramePrinter printer = new(frame, text);
            printer.Number("version", 1);
            FrameType type = (FrameType)printer.Named<FrameType>("type");
            printer.Number("session_id", 4);
            PrintFields(ref printer, type);
            return text.ToString();
        }

        /// <summary>
        /// The fields of one record without a frame around it, as <see cref="Describe"/> shows them; never throws.
        /// </summary>
        public static IReadOnlyList<FrameField> DescribeRecord(ReadOnlySpan<byte> record)
        {
            List<FrameField> fields = [];
            FramePrinter printer = new(record, new StringBuilder(), fields);
            RecordsText.Record(ref printer);
            return fields;
        }

        /// <summary>
        /// The verdict of the type's decoder on the structure of a frame; for Records also of its records' headers
        /// and bodies, which a service refuses by receipt.
        /// </summary>
        public static WireError Check(ReadOnlySpan<byte> frame)
        {
            FrameHeader header = new();
            WireError error = header.Read(frame);
            if (error != WireError.None)
            {
                return error;
            }

            return header.Type switch
            {
                FrameType.Hello => new HelloFrame().Read(frame.ToArray(), 0, frame.Length),
                FrameType.Challenge => new ChallengeFrame().Read(frame.ToArray(), 0, frame.Length),
                FrameType.Evidence => new EvidenceFrame().Read(frame.ToArray(), 0, frame.Length),
                FrameType.AttestationResult => new AttestationResultFrame().Read(frame.ToArray(), 0, frame.Length),
                FrameType.AttestationRefusal => new AttestationRefusalFrame().Read(frame.ToArray(), 0, frame.Length),
                FrameType.Receipt => new ReceiptFrame().Read(frame.ToArray(), 0, frame.Length),
                FrameType.Records => CheckRecords(frame),
                FrameType.CommandAck => new CommandAckFrame().Read(frame.ToArray(), 0, frame.Length),
                FrameType.Config => new ConfigFrame().Read(frame.ToArray(), 0, frame.Length),
                FrameType.Command => new CommandFrame().Read(frame.ToArray(), 0, frame.Length),
                _ => WireError.TypeUnknown,
            };
        }

        private static WireError CheckRecords(ReadOnlySpan<byte> frame)
        {
            WireError error = RecordsFrameReader.Read(frame, out RecordsFrameReader reader);
            if (error != WireError.None)
            {
                return error;
            }

            ReportReader reports = new();
            foreach (RecordGroup group in reader)
            {
                foreach (RecordView record in group)
                {
                    if (record.Check(reports, out error) == RefusalReason.BodyMalformed)
                    {
                        return error;
                    }
                }
            }

            return WireError.None;
        }

        private static void PrintFields(ref FramePrinter printer, FrameType type)
        {
            switch (type)
            {
                case FrameType.Hello:
                    HelloFields(ref printer);
                    printer.Extensions();
                    break;
                case FrameType.Challenge:
                    ChallengeFields(ref printer);
                    break;
                case FrameType.Evidence:
                    EvidenceFields(ref printer);
                    break;
                case FrameType.AttestationResult:
                    ResultFields(ref printer);
                    break;
                case FrameType.AttestationRefusal:
                    RefusalFields(ref printer);
                    break;
                case FrameType.Records:
                    RecordsText.Fields(ref printer);
                    break;
                case FrameType.Receipt:
                    ReceiptFields(ref printer);
                    break;
                case FrameType.CommandAck:
                case FrameType.Config:
                case FrameType.Command:
                    ControlText.Fields(ref printer, type);
                    break;
                default:
                    printer.Bytes("not decoded", printer.Left);
                    break;
            }
        }

        private static void HelloFields(ref FramePrinter printer)
        {
            printer.Bytes("device_nonce", WireSizes.Nonce);
            printer.Bytes("key_hash", WireSizes.Hash);
            printer.Number("version_min", 1);
            printer.Number("version_max", 1);
            printer.Number("hardware_model", 2);
        }

        private static void ChallengeFields(ref FramePrinter printer)
        {
            printer.Reserve(ChallengeFrame.MacFromEnd);
            printer.Bytes("device_nonce", WireSizes.Nonce);
            printer.Bytes("service_nonce", WireSizes.Nonce);
            printer.Signed("issued_unix_ms", 8);
            printer.Number("epoch_id", 4);
            printer.Bytes("epoch_key", WireSizes.PublicKey);
            CertificateFields(ref printer);
            printer.Extensions();
            printer.Release();
            printer.Bytes("mac", WireSizes.Mac);
            printer.Bytes("signature", WireSizes.Signature);
        }

        internal static void CertificateFields(ref FramePrinter printer)
        {
            printer.Number("cert_key_id", 4);
            printer.Number("cert_version", 4);
            printer.Number("cert_usage", 1);
            printer.Number("cert_root_id", 4);
            printer.Bytes("cert_key", WireSizes.PublicKey);
            printer.Bytes("cert_signature", WireSizes.Signature);
        }

        private static void EvidenceFields(ref FramePrinter printer)
        {
            printer.Reserve(EvidenceFrame.SignatureFromEnd);
            int helloLength = printer.Count(
                "hello_length", 1, HelloFrame.FixedSize, WireLimits.MaxHelloBytes, WireError.LengthInvalid);
            printer.Bytes("hello", helloLength);
            printer.Bytes("service_nonce", WireSizes.Nonce);
            printer.Signed("issued_unix_ms", 8);
            printer.Number("epoch_id", 4);
            printer.Bytes("challenge_hash", WireSizes.Hash);
            printer.Bytes("mac", WireSizes.Mac);
            printer.Bytes("ephemeral_key", WireSizes.PublicKey);
            printer.Number("boot", 4);
            printer.Number("uptime_ms", 8);
            printer.Number("hardware_model", 2);
            int claimCount = printer.Count("claim_count", 1, 0, WireLimits.MaxClaims, WireError.CountInvalid);
            for (int i = 0; i < claimCount && !printer.Stopped; i++)
            {
                byte id = printer.Named<ClaimId>("claim");
                int length = (int)printer.Number("length", 1);
                if (id is >= (byte)ClaimId.SwName and <= (byte)ClaimId.Target)
                {
                    printer.Ascii("data", length);
                }
                else
                {
                    printer.Bytes("data", length);
                }
            }

            printer.Extensions();
            printer.Release();
            printer.Bytes("signature", WireSizes.Signature);
        }

        private static void ResultFields(ref FramePrinter printer)
        {
            printer.Reserve(FrameTag.Size);
            printer.Signed("service_unix_ms", 8);
            printer.Number("lifetime_s", 4);
            int secretCount = printer.Count("secret_count", 1, 0, WireLimits.MaxSecrets, WireError.CountInvalid);
            for (int i = 0; i < secretCount && !printer.Stopped; i++)
            {
                printer.Named<SecretId>("secret");
                int length = printer.Count("length", 1, 0, WireLimits.MaxSecretBytes, WireError.LengthInvalid);
                printer.Bytes("data", length);
            }

            Sealed(ref printer);
        }

        private static void RefusalFields(ref FramePrinter printer)
        {
            printer.Bytes("device_nonce", WireSizes.Nonce);
            printer.Named<AttestationOutcome>("outcome");
            printer.Number("retry_after_s", 4);
            int signed = printer.Count("signed", 1, 0, 1, WireError.ValueInvalid);
            if (printer.Stopped || signed == 0)
            {
                if (!printer.Stopped && printer.Left > 0)
                {
                    printer.Stop("end", WireError.TooLong);
                }

                return;
            }

            printer.Reserve(AttestationRefusalFrame.SignatureFromEnd);
            CertificateFields(ref printer);
            printer.Extensions();
            printer.Release();
            printer.Bytes("signature", WireSizes.Signature);
        }

        private static void ReceiptFields(ref FramePrinter printer)
        {
            printer.Reserve(FrameTag.Size);
            int entryCount = printer.Count("entry_count", 1, 1, WireLimits.MaxGroups, WireError.CountInvalid);
            for (int i = 0; i < entryCount && !printer.Stopped; i++)
            {
                printer.Title("entry");
                printer.Number("boot", 4);
                printer.Number("settled_through", 4);
                int length = printer.Count(
                    "bitmap_length", 1, 0, WireLimits.MaxBitmapBytes, WireError.LengthInvalid);
                printer.Bytes("bitmap", length);
                int refusedCount = printer.Count("refused_count", 1, 0, WireLimits.MaxRefused, WireError.CountInvalid);
                for (int j = 0; j < refusedCount && !printer.Stopped; j++)
                {
                    printer.Number("sequence", 4);
                    printer.Named<RefusalReason>("reason");
                }
            }

            Sealed(ref printer);
        }

        internal static void Sealed(ref FramePrinter printer)
        {
            printer.Extensions();
            printer.Release();
            printer.Bytes("tag", FrameTag.Size);
        }
    }
}
