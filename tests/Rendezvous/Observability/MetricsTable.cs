using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using LumenLink.Rendezvous.Observability;
using LumenLink.Tests.Shared;
using Prometheus;

namespace LumenLink.Tests.Rendezvous.Observability;

/// <summary>A row of docs/metrics.md.</summary>
internal sealed record MetricRow(string Name, string Type, string Label, string Values, string Meaning);

/// <summary>The table of docs/metrics.md and the text that the service shows.</summary>
internal static partial class MetricsTable
{
    private static readonly Type[] Enums =
        [.. typeof(LumenMetrics).Assembly.GetTypes().Concat(typeof(LumenLink.Protocol.WireError).Assembly.GetTypes())
            .Where(type => type.IsEnum)];

    /// <summary>Rows, by the name of their metric.</summary>
    public static IReadOnlyDictionary<string, MetricRow> Read()
    {
        Dictionary<string, MetricRow> rows = [];
        foreach (string line in File.ReadLines(Path.Combine(RepositoryFolder.Find(), "docs", "metrics.md")))
        {
            if (!line.StartsWith("| `lumenlink_", StringComparison.Ordinal))
                continue;
            string[] cells = [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];
            string[] label = cells[2].Replace("`", "", StringComparison.Ordinal).Split(": ");
            rows.Add(
                cells[0].Trim('`'),
                new MetricRow(cells[0].Trim('`'), cells[1], label[0], label.Length > 1 ? label[1] : "", cells[3]));
        }

        return rows;
    }

    /// <summary>Every value that a label may have, from the enums that the row names and words beside them.</summary>
    public static HashSet<string> ValuesOf(MetricRow row) =>
    [
        .. row.Values.Split(", ").SelectMany(name =>
            Enums.SingleOrDefault(type => type.Name == name) is { } type ? Enum.GetNames(type) : [name]),
    ];

    /// <summary>What the service shows.</summary>
    public static async Task<string> ExportAsync(CollectorRegistry registry)
    {
        using MemoryStream text = new();
        await registry.CollectAndExportAsTextAsync(text);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Names, types and meanings that it declares.</summary>
    public static IEnumerable<(string Name, string Type, string Help)> Declared(string text) =>
        Declaration().Matches(text)
            .Select(match => (match.Groups[1].Value, match.Groups[3].Value, match.Groups[2].Value));

    /// <summary>Series: a metric's name, and its labels and their values but those of buckets.</summary>
    public static HashSet<(string Metric, string Label, string Value)> Series(string text)
    {
        HashSet<(string, string, string)> series = [];
        foreach (Match match in Sample().Matches(text))
        {
            string name = Suffix().Replace(match.Groups[1].Value, "");
            (string, string)[] labels =
            [
                .. Label().Matches(match.Groups[2].Value)
                    .Select(label => (label.Groups[1].Value, label.Groups[2].Value))
                    .Where(label => label.Item1 != "le"),
            ];
            Assert.True(labels.Length <= 1, match.Value);
            series.Add(labels.Length == 0 ? (name, "", "") : (name, labels[0].Item1, labels[0].Item2));
        }

        return series;
    }

    /// <summary>Label names of every metric, as the code has them.</summary>
    public static Dictionary<string, string> LabelsInCode(LumenMetrics metrics) =>
        CollectorsOf(metrics).Concat(CollectorsOf(metrics.Pipeline)).Concat(CollectorsOf(metrics.Resolve))
            .Concat(CollectorsOf(metrics.Webhooks))
            .Concat(CollectorsOf(metrics.Replicas))
            .ToDictionary(collector => collector.Name, collector => string.Join(',', collector.LabelNames.ToArray()));

    private static IEnumerable<Collector> CollectorsOf(object owner) => owner.GetType()
        .GetFields(BindingFlags.Instance | BindingFlags.NonPublic)
        .Select(field => field.GetValue(owner)).OfType<Collector>();

    [GeneratedRegex(@"^# HELP (\w+) (.*)\n# TYPE \1 (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^(lumenlink_\w+)(?:\{(.*)\})? \S+$", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Label();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
