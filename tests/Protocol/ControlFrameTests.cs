using CsCheck;
using LumenLink.Protocol;
using LumenLink.Tests.Protocol.VectorMaker;

namespace LumenLink.Tests.Protocol;

/// <summary>Section 12: commands, configurations and what becomes of them; and the diagnostics of section 4.</summary>
public sealed class ControlFrameTests
{
    private static readonly Exchange Exchange = new();

    private static readonly Gen<uint> Numbers = Gen.UInt[1, uint.MaxValue];

    private static readonly Gen<string> Lines = Gen.OneOf(Gen.Char[' ', '~'], Gen.Const('\n'))
        .Array[0, WireLimits.MaxConfigBytes].Select(characters => new string(characters));

    [Fact]
    public void A_command_says_what_was_put_into_it()
    {
        Gen.Select(Numbers, Numbers, Gen.Long[0, long.MaxValue], Gen.Byte, Gen.UShort)
            .Sample((session, id, expires, command, argument) =>
            {
                CommandFrame written = new()
                {
                    SessionId = session,
                    CommandId = id,
                    ExpiresUnixMs = expires,
                    Command = (BeaconCommand)command,
                    Argument = argument,
                };
                byte[] frame = new byte[CommandFrame.MinSize];
                Assert.Equal(frame.Length, written.Write(frame, 0));
                CommandFrame read = new();
                Assert.Equal(WireError.None, read.Read(frame, 0, frame.Length));
                Assert.Equal((session, id, expires), (read.SessionId, read.CommandId, read.ExpiresUnixMs));
                Assert.Equal(((BeaconCommand)command, argument), (read.Command, read.Argument));
            });
    }

    [Fact]
    public void An_acknowledgement_says_what_was_put_into_it()
    {
        Gen<string> details = Gen.Char[' ', '~'].Array[0, WireLimits.MaxAsciiBytes].Select(c => new string(c));
        Gen.Select(Numbers, Gen.Enum<ControlSubject>(), Numbers, Gen.Byte[1, 255], details)
            .Sample((session, subject, number, outcome, detail) =>
            {
                CommandAckFrame written = new()
                {
                    SessionId = session,
                    Subject = subject,
                    Number = number,
                    Outcome = (ControlOutcome)outcome,
                };
                Assert.True(written.Detail.Set(detail));
                byte[] frame = new byte[CommandAckFrame.MinSize + detail.Length];
                Assert.Equal(frame.Length, written.Write(frame, 0));
                CommandAckFrame read = new();
                Assert.Equal(WireError.None, read.Read(frame, 0, frame.Length));
                Assert.Equal((session, subject, number), (read.SessionId, read.Subject, read.Number));
                Assert.Equal(((ControlOutcome)outcome, detail), (read.Outcome, read.Detail.ToText()));
            });
    }

    [Fact]
    public void A_configuration_says_what_was_put_into_it_wherever_it_stands()
    {
        Gen.Select(Numbers, Numbers, Lines, Gen.Int[0, 20])
            .Sample(
                (session, version, text, at) =>
                {
                    byte[] frame = ControlVectors.Config(Exchange, session, version, text);
                    Assert.Equal(ConfigFrame.MinSize + text.Length, frame.Length);
                    byte[] buffer = new byte[at + frame.Length + 7];
                    frame.CopyTo(buffer, at);
                    ConfigFrame read = new();
                    Assert.Equal(WireError.None, read.Read(buffer, at, frame.Length));
                    Assert.Equal((session, version), (read.SessionId, read.Version));
                    Assert.Equal(
                        text, System.Text.Encoding.ASCII.GetString(read.Text, read.TextOffset, read.TextLength));
                    Assert.Equal(ServiceCertificate.UsageConfiguration, read.Certificate.Usage);
                    Assert.Equal(Exchange.Configuration.Public, read.Certificate.Key);
                    Assert.Equal(frame.AsSpan(ConfigFrame.SignatureOffset(frame.Length), 64).ToArray(), read.Signature);
                },
                iter: 30);
    }

    [Fact]
    public void The_writers_refuse_what_the_readers_would()
    {
        byte[] room = new byte[WireLimits.MaxFrameBytes];
        Assert.Equal(-(int)WireError.SessionMissing, new CommandFrame { CommandId = 1 }.Write(room, 0));
        Assert.Equal(-(int)WireError.ValueInvalid, new CommandFrame { SessionId = 1 }.Write(room, 0));
        CommandFrame command = new() { SessionId = 1, CommandId = 1, ExpiresUnixMs = -1 };
        Assert.Equal(-(int)WireError.ValueInvalid, command.Write(room, 0));
        command.ExpiresUnixMs = 0;
        Assert.Equal(-(int)WireError.NoRoom, command.Write(room, room.Length - CommandFrame.MinSize + 1));
        Assert.Equal(CommandFrame.MinSize, command.Write(room, room.Length - CommandFrame.MinSize));

        CommandAckFrame ack = new() { Number = 1 };
        Assert.Equal(-(int)WireError.SessionMissing, ack.Write(room, 0));
        ack.SessionId = 1;
        Assert.True(ack.Detail.Set("detail"));
        Assert.Equal(-(int)WireError.NoRoom, ack.Write(room, room.Length - CommandAckFrame.MinSize));
        Assert.Equal(CommandAckFrame.MinSize + 6, ack.Write(room, room.Length - CommandAckFrame.MinSize - 6));
        ack.Number = 0;
        Assert.Equal(-(int)WireError.ValueInvalid, ack.Write(room, 0));
        ack.Number = 1;
        ack.Subject = 0;
        Assert.Equal(-(int)WireError.ValueInvalid, ack.Write(room, 0));
        ack.Subject = ControlSubject.Command;
        ack.Outcome = 0;
        Assert.Equal(-(int)WireError.ValueInvalid, ack.Write(room, 0));
    }

    [Fact]
    public void A_configuration_is_written_only_if_it_could_be_read()
    {
        byte[] room = new byte[WireLimits.MaxFrameBytes];
        ConfigFrame config = new() { SessionId = 1, Version = 1, Text = [0x61, TextLines.LineFeed], TextLength = 2 };
        Assert.Equal(-(int)WireError.ValueInvalid, config.Write(room, 0)); // a certificate of the other usage
        config.Certificate.Usage = ServiceCertificate.UsageConfiguration;
        Assert.Equal(-(int)WireError.NoRoom, config.Write(room, room.Length - ConfigFrame.MinSize - 1));
        Assert.Equal(ConfigFrame.MinSize + 2, config.Write(room, room.Length - ConfigFrame.MinSize - 2));
        config.Text = [0x61, 0x0D];
        Assert.Equal(-(int)WireError.ValueInvalid, config.Write(room, 0));
        config.Text = FrameVectors.Repeat(0x61, WireLimits.MaxConfigBytes + 1);
        config.TextLength = config.Text.Length;
        Assert.Equal(-(int)WireError.LengthInvalid, config.Write(room, 0));
        config.TextLength = -1;
        Assert.Equal(-(int)WireError.LengthInvalid, config.Write(room, 0));
        config.TextLength = 0;
        config.Version = 0;
        Assert.Equal(-(int)WireError.ValueInvalid, config.Write(room, 0));
        config.Version = 1;
        config.SessionId = 0;
        Assert.Equal(-(int)WireError.SessionMissing, config.Write(room, 0));
    }

    /// <summary>The session that carries it is not signed; every bit of what it says, and for whom, is.</summary>
    [Fact]
    public void A_configuration_is_signed_once_and_for_its_beacon_alone()
    {
        byte[] frame = VectorFiles.Read("config").Vectors.Single(v => v.Name == "extension").Bytes;
        byte[] message = Exchange.ConfigMessage(frame, Exchange.BeaconId);
        int signature = ConfigFrame.SignatureOffset(frame.Length);
        Assert.Equal(signature - ConfigFrame.SignedFrom, ConfigFrame.SignedSize(frame.Length));
        for (int bit = 0; bit < frame.Length * 8; bit++)
        {
            int at = bit / 8;
            byte[] changed = frame.With(at, (byte)(frame[at] ^ (1 << (bit % 8))));
            bool isSigned = at >= FrameHeader.Size && at < signature;
            Assert.Equal(!isSigned, message.AsSpan().SequenceEqual(Exchange.ConfigMessage(changed, Exchange.BeaconId)));
        }

        for (int bit = 0; bit < WireSizes.BeaconId * 8; bit++)
        {
            byte[] other = Exchange.BeaconId;
            other[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(message, Exchange.ConfigMessage(frame, other));
        }
    }

    [Fact]
    public void A_certificate_of_one_usage_signs_nothing_of_the_other()
    {
        byte[] config = VectorFiles.Read("config").Vectors[0].Bytes;
        ServiceCertificate certificate = new();
        int at = ConfigFrame.SignatureOffset(config.Length) - ServiceCertificate.Size;
        Assert.Equal(WireError.None, certificate.Read(config, at, ServiceCertificate.Size));
        Assert.Equal(ServiceCertificate.UsageConfiguration, certificate.Usage);
        byte[] challenge = Exchange.Challenge;
        certificate.Write(challenge, 114);
        Assert.Equal(WireError.ValueInvalid, new ChallengeFrame().Read(challenge, 0, challenge.Length));
        byte[] refusal = Exchange.Refusal;
        certificate.Write(refusal, 28);
        Assert.Equal(WireError.ValueInvalid, new AttestationRefusalFrame().Read(refusal, 0, refusal.Length));
        foreach (byte usage in new byte[] { 0, 5, 255 })
        {
            byte[] bytes = config.With(at + 8, usage);
            Assert.Equal(WireError.ValueInvalid, certificate.Read(bytes, at, ServiceCertificate.Size));
        }
    }

    [Fact]
    public void Both_checks_of_lines_agree_on_every_byte()
    {
        for (int value = 0; value <= byte.MaxValue; value++)
        {
            byte[] text = [0x61, (byte)value, 0x0A];
            WireError expected = value is 0x0A or (>= 0x20 and <= 0x7E) ? WireError.None : WireError.ValueInvalid;
            Assert.Equal(expected, TextLines.Check(text, 0, text.Length));
            Assert.Equal(expected, TextLines.Check(text));
        }
    }

    [Theory]
    [InlineData("command", "ok", "   18    command = 1 Identify\n   19    argument = 30\n   21    tag = ")]
    [InlineData("command", "command_unknown", "   18    command = 99 (unknown)\n")]
    [InlineData("command-ack", "ok", "    6    subject = 2 Configuration\n    7    number = 5\n")]
    [InlineData("command-ack", "ok", "   11    outcome = 9 TextInvalid\n")]
    [InlineData("command-ack", "ok", "   13    detail = \"report_ms\"\n")]
    [InlineData("command-ack", "outcome_unknown", "   11    outcome = 99 (unknown)\n")]
    [InlineData("config", "ok", "   12    text = \"report_ms=30000\"\n   28    text = \"filter_rssi_floor=-90\"\n")]
    [InlineData("config", "ok", "    cert_usage = 2\n")]
    [InlineData("config", "text_1025", "   10    text_length = ! LengthInvalid\n")]
    [InlineData("config", "text_control_character", "   12    text = \"?eport_ms=30000\"\n")]
    [InlineData("records", "diagnostics", "    kind = 3 Diagnostics\n")]
    [InlineData("records", "diagnostics", "   17    line = \"firmware 0.1.0\"\n   32    line = \"heap_free_bytes 4")]
    [InlineData("records", "diagnostics_control_character", "   17    line = \"fir?ware 0.1.0\"\n")]
    public void Fields_are_printed_by_name_and_texts_by_lines(string file, string name, string part)
    {
        byte[] frame = VectorFiles.Read(file).Vectors.Single(v => v.Name == name).Bytes;
        Assert.Contains(part, FrameText.Describe(frame), StringComparison.Ordinal);
    }
}
