using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace LumenLink.Tests.Uplink.Week;

/// <summary>The figures of a week.</summary>
internal static class WeekEvidence
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, NewLine = "\n" };

    /// <summary>In one line.</summary>
    public static string Line(WeekRun run, WeekOptions options) => "WEEK " + string.Join(
        ' ', Figures(run, options).Select(figure =>
            string.Create(CultureInfo.InvariantCulture, $"{figure.Key}={figure.Value}")));

    /// <summary>As a file of docs/evidence.</summary>
    public static void Write(
        string file, string commit, string command, WeekRun run, WeekOptions options, IReadOnlyList<string> wrong)
    {
        var evidence = new
        {
            commit,
            seed = options.Seed,
            command,
            machine = new
            {
                processors = Environment.ProcessorCount,
                architecture = RuntimeInformation.OSArchitecture.ToString(),
                runtime = RuntimeInformation.FrameworkDescription,
            },
            figures = Figures(run, options),
            outages = run.Plan.Counts.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
            heap_mb = run.Looks.Select(look => Math.Round(look.HeapBytes / 1e6, 1)),
            tables = run.Looks.Count == 0 ? null : run.Looks[^1].Tables,
            wrong,
        };
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, JsonSerializer.Serialize(evidence, Layout) + "\n");
    }

    private static Dictionary<string, double> Figures(WeekRun run, WeekOptions options)
    {
        long missing = run.Boards.Sum(board => board.Ledger.Missing.LongCount());
        return new Dictionary<string, double>
        {
            ["boards"] = options.Boards,
            ["days"] = Math.Round(options.Length.TotalDays, 3),
            ["addresses"] = run.Stored.Addresses,
            ["records_durable"] = run.Boards.Sum(board => board.Ledger.Durable),
            ["records_stored"] = run.Boards.Sum(board => board.Ledger.Stored),
            ["records_dropped_by_bound"] = run.Boards.Sum(board => board.Ledger.Dropped.Count),
            ["records_missing"] = missing,
            ["records_stored_twice"] = run.Boards.Sum(board => board.Ledger.StoredTwice),
            ["sightings_stored"] = run.Boards.Sum(board => board.Ledger.Sightings),
            ["outages"] = run.Plan.Counts.Values.Sum(),
            ["power_cuts_in_flash_operations"] = run.Boards.Sum(board => board.Ledger.Cuts),
            ["boots"] = run.Boards.Sum(board => board.Board.Board.Boots),
            ["attestations"] = run.Boards.Sum(board => board.Total("Attestations")),
            ["connects"] = run.Boards.Sum(board => board.Total("Connects")),
            ["receipts_missed"] = run.Boards.Sum(board => board.Total("ReceiptsMissed")),
            ["wall_minutes"] = Math.Round(run.Took.TotalMinutes, 1),
        };
    }
}
