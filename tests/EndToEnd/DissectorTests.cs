using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LumenLink.Protocol;

namespace LumenLink.Tests.EndToEnd;

/// <summary>
/// tools/wireshark shows in tshark what the project's own decoders find, in golden frames and on loopback.
/// </summary>
public sealed class DissectorTests
{
    private const int LinkTypeUser0 = 147;

    private static readonly string Root = FindRoot();

    [TsharkFact]
    public async Task Golden_frames_are_shown_as_they_are_specified()
    {
        string capture = Path.Combine(UpRun.NewFolder(), "vectors.pcap");
        List<(string Name, string Error, string Refusal, int? Sightings)> expected = [];
        await using (FileStream file = File.Create(capture))
        {
            WriteHeader(file);
            foreach (string path in Directory.GetFiles(Path.Combine(Root, "tests", "vectors"), "*.json").Order())
            {
                if (Path.GetFileName(path) == "crypto.json") continue;
                using JsonDocument vectors = JsonDocument.Parse(await File.ReadAllBytesAsync(path));
                foreach (JsonElement vector in vectors.RootElement.GetProperty("vectors").EnumerateArray())
                    expected.Add(Add(file, Path.GetFileName(path), vector));
            }
        }

        string[] lines = await ShowAsync(
            capture, [], "lumenlink.error", "lumenlink.refusal", "lumenlink.rssi_dbm");
        Assert.Equal(expected.Count, lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            string[] fields = lines[i].Split('|');
            (string name, string error, string refusal, int? sightings) = expected[i];
            Assert.Equal((name, error), (name, fields[0]));
            Assert.Equal((name, refusal), (name, string.Join(',', Parts(fields[1]).Distinct())));
            if (sightings is { } count) Assert.Equal((name, count), (name, Parts(fields[2]).Length));
        }
    }

    [TsharkFact]
    public async Task Commands_configurations_and_diagnostics_are_shown_as_they_are_sent()
    {
        string capture = Path.Combine(UpRun.NewFolder(), "control.pcap");
        List<string> expected = [];
        await using (FileStream file = File.Create(capture))
        {
            WriteHeader(file);
            foreach (string name in new[] { "command", "command-ack", "config", "records" })
            {
                string path = Path.Combine(Root, "tests", "vectors", name + ".json");
                using JsonDocument vectors = JsonDocument.Parse(await File.ReadAllBytesAsync(path));
                foreach (JsonElement vector in vectors.RootElement.GetProperty("vectors").EnumerateArray())
                {
                    if (Fields(vector) is not { } fields) continue;
                    Add(file, name, vector);
                    expected.Add(fields);
                }
            }
        }

        string[] lines = await ShowAsync(
            capture, [], "lumenlink.command_id", "lumenlink.expires_unix_ms", "lumenlink.command",
            "lumenlink.argument", "lumenlink.subject", "lumenlink.number", "lumenlink.control_outcome",
            "lumenlink.config_version", "lumenlink.cert_usage", "lumenlink.text", "lumenlink.line");
        Assert.True(expected.Count > 15, $"{expected.Count} frames");
        Assert.Equal(expected, lines);
    }

    [TsharkFact]
    public async Task The_loopback_traffic_of_a_fleet_is_shown_as_the_service_reads_it()
    {
        int port = UpRun.FreePorts();
        string broker = (port + 1).ToString(CultureInfo.InvariantCulture);
        string capture = Path.Combine(UpRun.NewFolder(), "loopback.pcapng");
        using (Process tshark = Start(["-i", "lo", "-f", $"tcp port {broker}", "-w", capture]))
        {
            string? line;
            do line = await tshark.StandardError.ReadLineAsync();
            while (line is not null && !line.Contains("Capture started", StringComparison.Ordinal));
            Assert.NotNull(line);
            await using UpRun run = UpRun.StartAt(
                port, UpRun.NewFolder(), "--beacons", "3", "--speed", "5", "--for", "40");
            using JsonDocument report = await run.ReportAsync();
            UpRun.Interrupt(tshark);
            await tshark.StandardError.ReadToEndAsync();
            await tshark.WaitForExitAsync();
        }

        string[] packets = await ShowAsync(
            capture, ["-d", $"tcp.port=={broker},mqtt", "-Y", "mqtt.msg"], "mqtt.msg", "lumenlink.type",
            "lumenlink.error", "lumenlink.address", "lumenlink.rssi_dbm", "mqtt.topic");
        List<string> read = [];
        List<string> shown = [];
        HashSet<string> topics = [];
        int frames = 0;
        foreach (string[] fields in packets.Select(packet => packet.Split('|')))
        {
            byte[][] messages = [.. Parts(fields[0]).Select(Convert.FromHexString).Where(m => m[0] == 1)];
            Assert.Equal(string.Join(',', messages.Select(TypesOf)), fields[1]);
            Assert.Equal("", fields[2]);
            shown.AddRange(Parts(fields[3]).Zip(Parts(fields[4]), (address, dbm) => $"{address} {dbm}"));
            read.AddRange(messages.SelectMany(Sightings));
            topics.UnionWith(Parts(fields[5]));
            frames += messages.Length;
        }

        Assert.True(frames > 20, $"{frames} frames");
        Assert.NotEmpty(read);
        Assert.Equal(read.Order(), shown.Order());
        Assert.Contains("u", topics);
    }

    /// <summary>The types that are shown of a frame: an Evidence has a Hello inside.</summary>
    private static string TypesOf(byte[] frame) =>
        frame[1] == (byte)FrameType.Evidence ? "0x02,0x01" : $"0x{frame[1]:x2}";

    /// <summary>
    /// What is to be shown of a good frame as its decoder reads it, the fields of other frames empty; null of others.
    /// </summary>
    private static string? Fields(JsonElement vector)
    {
        byte[] bytes = Convert.FromHexString(vector.GetProperty("hex").GetString()!);
        if (vector.GetProperty("error").GetString() != nameof(WireError.None)) return null;
        CommandFrame command = new();
        CommandAckFrame ack = new();
        ConfigFrame config = new();
        if (command.Read(bytes, 0, bytes.Length) == WireError.None)
        {
            return Line(
                $"{command.CommandId}|{command.ExpiresUnixMs}|{(byte)command.Command}|{command.Argument}|||||||");
        }

        if (ack.Read(bytes, 0, bytes.Length) == WireError.None)
            return Line($"||||{(byte)ack.Subject}|{ack.Number}|{(byte)ack.Outcome}|||{ack.Detail.ToText()}|");
        if (config.Read(bytes, 0, bytes.Length) == WireError.None)
        {
            string text = Encoding.ASCII.GetString(config.Text, config.TextOffset, config.TextLength);
            return Line($"|||||||{config.Version}|{config.Certificate.Usage}|{Shown(text)}|");
        }

        if (!vector.TryGetProperty("diagnostics", out JsonElement diagnostics) || diagnostics.GetArrayLength() != 1)
            return null;
        return new string('|', 10) + Shown(diagnostics[0].GetString()!.Split(',', 3)[2]);

        static string Line(FormattableString line) => FormattableString.Invariant(line);
        static string Shown(string text) => text.TrimEnd('\n').Replace('\n', ',');
    }

    private static (string, string, string, int?) Add(FileStream file, string from, JsonElement vector)
    {
        byte[] bytes = Convert.FromHexString(vector.GetProperty("hex").GetString()!);
        Span<byte> header = stackalloc byte[16];
        header.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[12..], bytes.Length);
        file.Write(header);
        file.Write(bytes);
        string error = vector.GetProperty("error").GetString()!;

        // A good frame of another type: no matter to who shows any.
        if (error == nameof(WireError.TypeNotExpected)) error = FrameText.Check(bytes).ToString();
        return (
            $"{from} {vector.GetProperty("name").GetString()}", error == nameof(WireError.None) ? "" : error,
            vector.TryGetProperty("refusal", out JsonElement refusal) ? refusal.GetString() ?? "" : "",
            vector.TryGetProperty("sightings", out JsonElement sightings)
                && sightings.ValueKind == JsonValueKind.Number ? sightings.GetInt32() : null);
    }

    private static void WriteHeader(FileStream file)
    {
        Span<byte> header = stackalloc byte[24];
        header.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xA1B2C3D4);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 4);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 65535);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], LinkTypeUser0);
        file.Write(header);
    }

    private static List<string> Sightings(byte[] frame)
    {
        List<string> sightings = [];
        if (frame[1] != (byte)FrameType.Records) return sightings;
        Assert.Equal(WireError.None, RecordsFrameReader.Read(frame, out RecordsFrameReader reader));
        ReportReader report = new();
        foreach (RecordGroup group in reader)
        {
            foreach (RecordView record in group)
            {
                if (record.Kind != RecordKind.Report) continue;
                Assert.Equal(RefusalReason.None, record.Check(report, out _));
                for (int i = 0; i < report.SightingCount; i++)
                    sightings.Add($"{report[i].Address:x12} {report[i].RssiDbm}");
            }
        }

        return sightings;
    }

    private static string[] Parts(string field) => field.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A line a packet, its fields separated by bars.</summary>
    private static async Task<string[]> ShowAsync(string capture, string[] options, params string[] fields)
    {
        string script = Path.Combine(Root, "tools", "wireshark", "lumenlink.lua");
        using Process tshark = Start(
            ["-X", "lua_script:" + script, "-r", capture, .. options, "-T", "fields", "-E", "separator=|",
                .. fields.SelectMany(field => new[] { "-e", field })]);
        Task<string> errors = tshark.StandardError.ReadToEndAsync();
        string output = await tshark.StandardOutput.ReadToEndAsync();
        await tshark.WaitForExitAsync();
        Assert.True(tshark.ExitCode == 0, await errors);
        Assert.DoesNotContain("lua", (await errors).ToLowerInvariant(), StringComparison.Ordinal);
        return output.TrimEnd('\n').Split('\n');
    }

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo(TsharkFact.Program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LumenLink.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("not inside the repository");
    }
}

/// <summary>
/// Needs tshark (Debian package: tshark) and the right to capture. Skipped where there is none, unless
/// LUMENLINK_REQUIRE_TSHARK=1.
/// </summary>
public sealed class TsharkFact : FactAttribute
{
    public const string Program = "/usr/bin/tshark";

    public TsharkFact()
    {
        if (!File.Exists(Program) && Environment.GetEnvironmentVariable("LUMENLINK_REQUIRE_TSHARK") != "1")
            Skip = "tshark is not installed (Debian package: tshark)";
    }
}
