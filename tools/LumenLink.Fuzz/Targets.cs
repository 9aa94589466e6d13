using System.Text;
using System.Text.RegularExpressions;
using LumenLink.Protocol;

namespace LumenLink.Fuzz;

/// <summary>
/// What is fuzzed: each decoder, and through it the pretty-printer. A target returns for any bytes; an exception is a
/// finding, and so is a decoder and a printer that disagree.
/// </summary>
internal static partial class Targets
{
    private const int ReportTimeMs = 20_000_000;

    private static ReportReader? reports;

    /// <summary>All targets by name.</summary>
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>
    {
        ["hello"] = bytes => Frame(bytes, FrameType.Hello, new HelloFrame().Read),
        ["evidence"] = bytes => Frame(bytes, FrameType.Evidence, new EvidenceFrame().Read),
        ["challenge"] = bytes => Frame(bytes, FrameType.Challenge, new ChallengeFrame().Read),
        ["attestation-result"] =
            bytes => Frame(bytes, FrameType.AttestationResult, new AttestationResultFrame().Read),
        ["attestation-refusal"] =
            bytes => Frame(bytes, FrameType.AttestationRefusal, new AttestationRefusalFrame().Read),
        ["command"] = bytes => Frame(bytes, FrameType.Command, new CommandFrame().Read),
        ["config"] = bytes => Frame(bytes, FrameType.Config, ReadConfig),
        ["command-ack"] = bytes => Frame(bytes, FrameType.CommandAck, new CommandAckFrame().Read),
        ["receipt"] = bytes => Frame(bytes, FrameType.Receipt, ReadReceipt),
        ["records"] = bytes => Frame(bytes, FrameType.Records, ReadRecords),
        ["report"] = Report,
        ["status"] = Status,
        ["diagnostics"] = Lines,
        ["token"] = Token,
        ["topic"] = Topic,
        ["text"] = bytes => Printed(bytes),
    };

    /// <summary>Made when it is used: instrumented code cannot run before afl-fuzz is there.</summary>
    private static ReportReader Reports => reports ??= new();

    private delegate WireError Decoder(byte[] buffer, int offset, int count);

    /// <summary>The decoder of a type and the printer must agree on every frame of that type.</summary>
    private static void Frame(byte[] bytes, FrameType type, Decoder decoder)
    {
        WireError read = decoder(bytes, 0, bytes.Length);
        bool printed = Printed(bytes);
        bool isOfType = FrameHeader.Expect(type, bytes) == WireError.None;
        Agree(isOfType || read != WireError.None, "a frame of another type was accepted");
        if (isOfType && type != FrameType.Records)
            Agree(printed == (read == WireError.None), $"the decoder says {read}, the printer the contrary");
        else if (isOfType && printed)
            Agree(read == WireError.None, $"the printer accepts what the decoder refuses: {read}");
    }

    /// <summary>True if the printer calls the bytes valid; it must then not show a break.</summary>
    private static bool Printed(byte[] bytes)
    {
        string text = FrameText.Describe(bytes);
        bool isValid = text.StartsWith("valid, ", StringComparison.Ordinal);
        Agree(!isValid || !Break().IsMatch(text), "a valid frame is shown to break");
        return isValid;
    }

    /// <summary>A text in a frame cannot pass for a break: it stands behind the "=" of its field.</summary>
    [GeneratedRegex(@"^ *\d+    [\w ]+ = ! ", RegexOptions.Multiline)]
    private static partial Regex Break();

    /// <summary>The text and what is signed lie inside the frame.</summary>
    private static WireError ReadConfig(byte[] buffer, int offset, int count)
    {
        ConfigFrame config = new();
        WireError error = config.Read(buffer, offset, count);
        if (error != WireError.None) return error;
        Agree(config.TextLength <= WireLimits.MaxConfigBytes, "a text is too long");
        Lines(buffer.AsSpan(config.TextOffset, config.TextLength).ToArray());
        byte[] message = new byte[SignedMessages.ConfigPrefixSize + count];
        int length = SignedMessages.Config(message, 0, new byte[WireSizes.BeaconId], buffer, offset, count);
        Agree(
            message.AsSpan(SignedMessages.ConfigPrefixSize, length - SignedMessages.ConfigPrefixSize)
                .SequenceEqual(buffer.AsSpan(offset..ConfigFrame.SignatureOffset(count))[FrameHeader.Size..]),
            "what is signed is not what is sent");
        return error;
    }

    /// <summary>The device's check of a text and the service's.</summary>
    private static void Lines(byte[] bytes) =>
        Agree(TextLines.Check(bytes) == TextLines.Check(bytes, 0, bytes.Length), "two checks of a text disagree");

    private static WireError ReadReceipt(byte[] buffer, int offset, int count)
    {
        ReceiptFrame receipt = new();
        WireError error = receipt.Read(buffer, offset, count);
        int entries = 0;
        while (error == WireError.None && receipt.NextEntry())
        {
            entries++;
            receipt.Entry.IsSettled(receipt.Entry.SettledThrough + 1);
            receipt.Entry.ReasonFor(receipt.Entry.SettledThrough);
        }

        Agree(error != WireError.None || entries == receipt.EntryCount, "entries were lost");
        return error;
    }

    private static WireError ReadRecords(byte[] buffer, int offset, int count)
    {
        WireError error = RecordsFrameReader.Read(buffer.AsSpan(offset, count), out RecordsFrameReader reader);
        if (error != WireError.None) return error;
        int records = 0;
        foreach (RecordGroup group in reader)
        {
            foreach (RecordView record in group)
            {
                records++;
                if (record.Check(Reports, out _) == RefusalReason.None && record.Kind == RecordKind.Report)
                    Sane(Reports);
            }
        }

        Agree(records == reader.RecordCount, "records were lost");
        return error;
    }

    /// <summary>The first byte says whether the clock is set, the others are the body.</summary>
    private static void Report(byte[] bytes)
    {
        int length = Math.Min(Math.Max(bytes.Length - 1, 0), RecordHeader.MaxBodySize);
        byte[] record = new byte[RecordHeader.Size + length];
        RecordHeader header = new() { Sequence = 1, Kind = RecordKind.Report, BodyLength = length };
        header.SetTime(ReportTimeMs, bytes.Length > 0 && (bytes[0] & 1) != 0 ? 1_790_000_000_000 : 0);
        header.Write(record, 0);
        bytes.AsSpan(bytes.Length - length, length).CopyTo(record.AsSpan(RecordHeader.Size));
        if (Reports.Read(record) == WireError.None) Sane(Reports);
    }

    private static void Sane(ReportReader report)
    {
        for (int i = 0; i < report.SightingCount; i++)
        {
            Sighting one = report[i];
            Agree(one.Address >> 48 == 0 && one.Window < report.WindowCount, "a sighting is outside of its report");
            Agree(one.AddressType <= AddressType.NotKnown, "an address has no type");
        }

        foreach (ReportWindow window in report.Windows)
        {
            Agree(
                window.OpenMs >= 0 && window.OpenMs + window.DurationMs <= report.TimeMs,
                "a window is outside of its time");
        }
    }

    private static void Status(byte[] bytes)
    {
        if (StatusReader.Read(bytes, out StatusReader status) == WireError.None)
            Agree(status.FirmwareVersion.Length <= WireLimits.MaxAsciiBytes, "a version is too long");
    }

    private static void Token(byte[] bytes)
    {
        ConnectionToken token = new();
        token.Read(bytes, 0, bytes.Length);
        token.ReadText(Encoding.Latin1.GetString(bytes));
    }

    private static void Topic(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        byte[] id = new byte[WireSizes.BeaconId];
        TopicKind kind = MqttTopics.Parse(text, id, 0);
        string again = kind switch
        {
            TopicKind.Up => MqttTopics.Up(MqttTopics.IdText(id, 0)),
            TopicKind.Down => MqttTopics.Down(MqttTopics.IdText(id, 0)),
            TopicKind.StatusHint => MqttTopics.StatusHint(MqttTopics.IdText(id, 0)),
            _ => text,
        };
        Agree(again == text, "a topic has two texts");
    }

    private static void Agree(bool condition, string words)
    {
        if (!condition) throw new InvalidOperationException(words);
    }
}
