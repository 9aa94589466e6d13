using System.Security.Cryptography;
using System.Text;
using LumenLink.Protocol;
using static LumenLink.Tests.Protocol.VectorMaker.Mutation;

namespace LumenLink.Tests.Protocol.VectorMaker;

/// <summary>Commands, configurations, and what becomes of them.</summary>
internal static class ControlVectors
{
    private const uint Most = uint.MaxValue;

    public static VectorFile Command(Exchange exchange)
    {
        byte[] key = exchange.Keys.DownKey.ToArray();
        byte[] ok = Write(new CommandFrame
        {
            SessionId = Exchange.SessionId,
            CommandId = 41,
            ExpiresUnixMs = Exchange.IssuedUnixMs + 600_000,
            Command = BeaconCommand.Identify,
            Argument = 30,
        }.Write).Seal(key);
        byte[] min = Write(new CommandFrame { SessionId = 1, CommandId = 1 }.Write).Seal(key);
        byte[] full = Write(new CommandFrame
        {
            SessionId = Most,
            CommandId = Most,
            ExpiresUnixMs = long.MaxValue,
            Command = (BeaconCommand)255,
            Argument = ushort.MaxValue,
        }.Write);
        int tag = FrameTag.Offset(ok.Length);
        byte[] filling = FrameVectors.Filling(WireLimits.MaxFrameBytes - full.Length);
        return new VectorFile(nameof(FrameType.Command), "README section 12; key is the down key",
        [
            Sealed("ok", ok, key),
            Sealed("min", min, key),
            Sealed("max", full.Insert(tag, filling).Seal(key), key),
            Sealed("reboot", ok.With(18, (byte)BeaconCommand.Reboot, 0).Seal(key), key),
            Sealed("send_diagnostics", ok.With(18, (byte)BeaconCommand.SendDiagnostics, 0).Seal(key), key),
            Sealed("command_unknown", ok.With(18, 99).Seal(key), key),
            .. Common(ok, key),
            Bad("too_long", full.Insert(tag, [.. filling, 9, 0]), WireError.TooLong),
            Wrong("not_a_command", ok.With(1, (byte)FrameType.Config), key, WireError.TypeNotExpected),
            Wrong("command_id_zero", ok.With(6, 0, 0, 0, 0), key, WireError.ValueInvalid),
            Wrong("expires_negative", ok.With(17, 0x80), key, WireError.ValueInvalid),
        ]);
    }

    public static VectorFile CommandAck(Exchange exchange)
    {
        byte[] key = exchange.Keys.UpKey.ToArray();
        CommandAckFrame frame = new()
        {
            SessionId = Exchange.SessionId,
            Subject = ControlSubject.Configuration,
            Number = 5,
            Outcome = ControlOutcome.TextInvalid,
        };
        Assert.True(frame.Detail.Set("report_ms"));
        byte[] ok = Write(frame.Write).Seal(key);
        byte[] min = Write(new CommandAckFrame { SessionId = 1, Number = 1 }.Write).Seal(key);
        frame = new() { SessionId = Most, Subject = frame.Subject, Number = Most, Outcome = (ControlOutcome)255 };
        Assert.True(frame.Detail.Set(new string('~', WireLimits.MaxAsciiBytes)));
        byte[] full = Write(frame.Write);
        int tag = FrameTag.Offset(full.Length);
        byte[] filling = FrameVectors.Filling(WireLimits.MaxFrameBytes - full.Length);
        return new VectorFile(nameof(FrameType.CommandAck), "README section 12; key is the up key",
        [
            Sealed("ok", ok, key),
            Sealed("min", min, key),
            Sealed("max", full.Insert(tag, filling).Seal(key), key),
            Sealed("outcome_unknown", min.With(11, 99).Seal(key), key),
            .. Common(ok, key),
            Bad("too_long", full.Insert(tag, [.. filling, 9, 0]), WireError.TooLong),
            Wrong("not_an_acknowledgement", ok.With(1, (byte)FrameType.Records), key, WireError.TypeNotExpected),
            Wrong("subject_zero", ok.With(6, 0), key, WireError.ValueInvalid),
            Wrong("subject_3", ok.With(6, 3), key, WireError.ValueInvalid),
            Wrong("number_zero", ok.With(7, 0, 0, 0, 0), key, WireError.ValueInvalid),
            Wrong("outcome_zero", ok.With(11, 0), key, WireError.ValueInvalid),
            Wrong("detail_33", full.With(12, 33).Insert(tag, 0x7E), key, WireError.LengthInvalid),
            Wrong("detail_behind_end", min.With(12, 1), key, WireError.TooShort),
            Wrong("detail_not_ascii", ok.With(13, TextLines.LineFeed), key, WireError.ValueInvalid),
        ]);
    }

    public static VectorFile Config(Exchange exchange)
    {
        const string note = "README section 12; key is the down key. cert_key is configuration_public of crypto.json; "
            + "signed_sha256 is the hash of the message that is signed, for the beacon_id there; signature says if the "
            + "frame's is over it";
        byte[] key = exchange.Keys.DownKey.ToArray();
        byte[] ok = Config(exchange, Exchange.SessionId, 5, "report_ms=30000\nfilter_rssi_floor=-90\n");
        byte[] min = Config(exchange, 1, 1, "");
        byte[] full = Config(exchange, Most, Most, new string('~', WireLimits.MaxConfigBytes - 1) + "\n");
        int certificate = ok.Length - ConfigFrame.SignatureFromEnd - ServiceCertificate.Size;
        int signature = ConfigFrame.SignatureOffset(full.Length);
        byte[] filling = FrameVectors.Filling(WireLimits.MaxFrameBytes - full.Length);
        Vector Good(string name, byte[] frame) => Signed(Sealed(name, frame.Seal(key), key), exchange);
        Vector Known(string name, byte[] frame) => Good(name, exchange.SignConfig(frame, exchange.BeaconId));
        return new VectorFile(nameof(FrameType.Config), note,
        [
            Known("ok", ok),
            Known("min", min),
            Known("max", full.Insert(signature, filling)),
            Known("extension", ok.Insert(ConfigFrame.SignatureOffset(ok.Length), FrameVectors.Extension)),
            Good("other_session", ok.With(2, 1, 2, 3, 4)),
            Good("other_version", ok.With(6, 6)),
            Good("other_beacon", exchange.SignConfig(ok, Exchange.Seeded("another beacon", WireSizes.BeaconId))),
            Good("signature_changed", ok.With(ok.Length - 9, (byte)(ok[^9] ^ 1))),
            .. Common(ok, key, ConfigFrame.SignatureOffset(ok.Length)).Where(v => v.Name != "extension"),
            Bad("too_long", full.Insert(signature, [.. filling, 9, 0]), WireError.TooLong),
            Wrong("not_a_config", ok.With(1, (byte)FrameType.Receipt), key, WireError.TypeNotExpected),
            Wrong("config_version_zero", ok.With(6, 0), key, WireError.ValueInvalid),
            Wrong("text_1025", full.With(10, 1).Insert(12, 0x61), key, WireError.LengthInvalid),
            Wrong("text_behind_end", min.With(10, 1), key, WireError.TooShort),
            Wrong("text_control_character", ok.With(12, 0x1F), key, WireError.ValueInvalid),
            Wrong("text_carriage_return", ok.With(27, 0x0D), key, WireError.ValueInvalid),
            Wrong("text_not_ascii", ok.With(12, 0xE9), key, WireError.ValueInvalid),
            Wrong("cert_usage_1", ok.With(certificate + 8, 1), key, WireError.ValueInvalid),
            Wrong("cert_usage_3", ok.With(certificate + 8, 3), key, WireError.ValueInvalid),
        ]);
    }

    public static byte[] Config(Exchange exchange, uint session, uint version, string text)
    {
        ConfigFrame config = new()
        {
            SessionId = session,
            Version = version,
            Text = Encoding.ASCII.GetBytes(text),
            TextLength = text.Length,
        };
        exchange.FillCertificate(
            config.Certificate, exchange.Configuration, ServiceCertificate.UsageConfiguration);
        return exchange.SignConfig(Write(config.Write), exchange.BeaconId);
    }

    /// <summary>What every sealed frame has; extensions end before <paramref name="end"/>, or the tag.</summary>
    private static Vector[] Common(byte[] ok, byte[] key, int? end = null)
    {
        int tag = FrameTag.Offset(ok.Length);
        return
        [
            Sealed("extension", ok.Insert(end ?? tag, FrameVectors.Extension).Seal(key), key),
            Sealed("bad_tag", ok.With(tag, (byte)(ok[tag] ^ 1)), key) with { Verify = "TagMismatch" },
            Bad("truncated", ok[..^1], WireError.TooShort),
            Bad("header_alone", ok[..FrameHeader.Size], WireError.TooShort),
            Wrong("session_missing", ok.With(2, 0, 0, 0, 0), key, WireError.SessionMissing),
            Wrong("extension_broken", ok.Insert(end ?? tag, FrameVectors.BrokenExtension), key,
                WireError.ExtensionMalformed),
            Wrong("extension_without_length", ok.Insert(end ?? tag, 0xEE), key, WireError.ExtensionMalformed),
        ];
    }

    private static Vector Signed(Vector vector, Exchange exchange)
    {
        byte[] frame = vector.Bytes;
        byte[] message = Exchange.ConfigMessage(frame, exchange.BeaconId);
        int at = ConfigFrame.SignatureOffset(frame.Length);
        bool isGood = TestKey.Verify(exchange.Configuration.Public, message, frame[at..(at + WireSizes.Signature)]);
        return vector with
        {
            SignedSha256 = Convert.ToHexStringLower(SHA256.HashData(message)),
            Signature = isGood ? "ok" : "wrong",
        };
    }

    private static Vector Wrong(string name, byte[] frame, byte[] key, WireError error) =>
        Sealed(name, frame.Seal(key), key, error);

    private static byte[] Write(Func<byte[], int, int> write)
    {
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        return buffer[..write(buffer, 0)];
    }
}
