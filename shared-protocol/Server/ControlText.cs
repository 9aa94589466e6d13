namespace LumenLink.Protocol
{
    /// <summary>The fields of Config, Command and CommandAck, a line each (README section 12).</summary>
    internal static class ControlText
    {
        internal static void Fields(ref FramePrinter printer, FrameType type)
        {
            printer.Reserve(type == FrameType.Config ? ConfigFrame.SignatureFromEnd : FrameTag.Size);
            switch (type)
            {
                case FrameType.Command:
                    printer.Number("command_id", 4);
                    printer.Signed("expires_unix_ms", 8);
                    printer.Named<BeaconCommand>("command");
                    printer.Number("argument", 2);
                    break;
                case FrameType.CommandAck:
                    printer.Named<ControlSubject>("subject");
                    printer.Number("number", 4);
                    printer.Named<ControlOutcome>("outcome");
                    printer.Ascii("detail", printer.Count(
                        "detail_length", 1, 0, WireLimits.MaxAsciiBytes, WireError.LengthInvalid));
                    break;
                default:
                    printer.Number("config_version", 4);
                    printer.Lines("text", printer.Count(
                        "text_length", 2, 0, WireLimits.MaxConfigBytes, WireError.LengthInvalid));
                    FrameText.CertificateFields(ref printer);
                    break;
            }

            printer.Extensions();
            printer.Release();
            if (type == FrameType.Config)
            {
                printer.Bytes("signature", WireSizes.Signature);
            }

            printer.Bytes("tag", FrameTag.Size);
        }
    }
}
