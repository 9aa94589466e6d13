using System.Globalization;
using LumenLink.Bench.Baselines;
using LumenLink.Bench.Input;
using LumenLink.Protocol;

namespace LumenLink.Bench.Size;

/// <summary>Bytes per sighting of every format for the same reports, beside the entropy of those reports.</summary>
internal static class WireSizeBenchmark
{
    private const double BitsPerByte = 8;

    /// <summary>Measures, prints the table and the line.</summary>
    public static void Run(ReportInput input, ReportShape shape, TextWriter output)
    {
        if (input.SightingCount == 0) throw new BenchException($"There is no sighting in {input.Name}.");
        var lumenLink = new LumenLinkCoder(shape);
        var iBeacon = new OpenMqttGatewayJson(true);
        var unknownDevice = new OpenMqttGatewayJson(false);
        var json = new JsonArrays();
        var cbor = new CborArrays();
        var messagePack = new MessagePackColumns();
        var protobuf = new ProtobufColumns();
        var memoryPack = new MemoryPackColumns();
        ISightingFormat[] formats =
            [lumenLink, iBeacon, unknownDevice, json, memoryPack, cbor, messagePack, protobuf];
        SelfCheck.Run(formats, input.Reports);

        double sightings = input.SightingCount;
        EntropyBound bound = EntropyBound.Of(input.Reports);
        double entropy = bound.Bits / BitsPerByte / sightings;
        Dictionary<ISightingFormat, double> size = formats.ToDictionary(
            format => format,
            format => input.Reports.Sum(report => (long)format.Encode(report).Sum(message => message.Size))
                / sightings);
        double body = input.Reports.Sum(
            report => (long)lumenLink.Encode(report).Sum(message => LumenLinkCoder.BodyLengthOf(message.Payload)))
            / sightings;
        int longer = MqttTopics.TopicLength - Receiver.Topic.Length;
        double full = size[lumenLink]
            + (input.Reports.Sum(report => (long)lumenLink.Encode(report).Count * longer) / sightings);
        double sightingsPerReport = sightings / input.Reports.Count;

        Describe(input, shape, sightingsPerReport, output);
        Row(output, "", "bytes/sighting", "x entropy", "x LumenLink");
        IEnumerable<(string Name, double Bytes)> rows =
            formats.Select(format => (format.Name + ", PUBLISH", size[format]))
                .Append(("LumenLink, PUBLISH with the full topic of other brokers", full))
                .Append(("LumenLink, report body", body)).Append(("entropy of these sightings", entropy));
        foreach ((string name, double bytes) in rows)
            Row(output, name, Number(bytes), Number(bytes / entropy), Number(bytes / size[lumenLink]));
        Describe(bound, sightings, output);
        output.WriteLine(BenchLine.Of(
            "wire-size", ("lumenlink", size[lumenLink]), ("body", body), ("json", size[iBeacon]),
            ("json_array", size[json]), ("cbor", size[cbor]), ("messagepack", size[messagePack]),
            ("protobuf", size[protobuf]), ("entropy", entropy), ("sightings_per_report", sightingsPerReport),
            ("overhead_per_report", (size[lumenLink] - body) * sightingsPerReport)));
    }

    private static void Describe(ReportInput input, ReportShape shape, double perReport, TextWriter output)
    {
        double seconds = shape.WindowMs / 1000.0;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{input.Name}: {input.SightingCount} sightings by {input.ReceiverCount} receivers, "
            + $"{input.Reports.Count} reports of {shape.Windows} windows of {seconds} s"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{(double)input.NewAddresses / input.SightingCount:P1} of the sightings from addresses new in it, "
            + $"{perReport:F1} sightings a report; every format gave back what it was given"));
        output.WriteLine();
    }

    private static void Describe(EntropyBound bound, double sightings, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"entropy, bits per sighting: addresses {bound.AddressBits / sightings:F2}, presence "
            + $"{bound.PresenceBits / sightings:F2}, first strengths {bound.FirstRssiBits / sightings:F2}, "
            + $"their changes {bound.DeltaRssiBits / sightings:F2}"));
        output.WriteLine("json in the line below is OpenMQTTGateway's message for an iBeacon.");
    }

    private static void Row(TextWriter output, string name, params string[] columns) =>
        output.WriteLine(name.PadRight(56) + string.Concat(columns.Select(column => column.PadLeft(16))));

    private static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
