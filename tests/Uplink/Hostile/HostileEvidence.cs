using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using LumenLink.Protocol;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>The figures of an attack.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Figures">What was there and what came of it.</param>
/// <param name="Tricks">What the attacker did, by direction.</param>
/// <param name="Verdicts">Rows of the service's audit of attestations, by outcome.</param>
/// <param name="Wrong">What does not hold; empty.</param>
internal sealed record HostileEvidence(
    ulong Seed, IReadOnlyDictionary<string, double> Figures, IReadOnlyDictionary<string, double> Tricks,
    IReadOnlyDictionary<string, double> Verdicts, IReadOnlyList<string> Wrong)
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>Of a run that has ended.</summary>
    public static HostileEvidence Of(HostileRun run, ulong seed, IReadOnlyList<string> wrong) => new(
        seed,
        new SortedDictionary<string, double>(StringComparer.Ordinal)
        {
            ["boards"] = run.Boards.Length,
            ["boots"] = run.Boards.Sum(board => board.Board.Board.Boots),
            ["calm_minutes"] = Math.Round(run.CalmedIn?.TotalMinutes ?? -1, 1),
            ["commands"] = run.Stored.Count("commands"),
            ["downlink_refused"] = run.Boards.Sum(board => board.Total("DownlinkRefused")),
            ["frames_of_boards"] = run.Broker.Genuine.Count(one => one.IsUp),
            ["frames_of_service"] = run.Broker.Genuine.Count(one => !one.IsUp),
            ["records_durable"] = run.Boards.Sum(board => board.Ledger.Durable),
            ["records_stored"] = run.Boards.Sum(board => board.Ledger.Stored),
            ["session_keys_seen"] = run.Keys.SessionsSeen,
            ["sightings_stored"] = run.Boards.Sum(board => board.Ledger.Sightings),
            ["transcript_bytes"] = run.Broker.Transcript.Length,
            ["wall_seconds"] = Math.Round(run.Took.TotalSeconds, 1),
        },
        run.Broker.Counts.All.ToDictionary(pair => pair.Key, pair => (double)pair.Value),
        run.Rows(
            "SELECT outcome, count(*) FROM attestations GROUP BY outcome ORDER BY outcome",
            row => (Outcome: (AttestationOutcome)row.GetInt64(0), Count: row.GetInt64(1)))
            .ToDictionary(row => row.Outcome.ToString(), row => (double)row.Count),
        wrong);

    /// <summary>In one line.</summary>
    public override string ToString() => $"HOSTILE seed={Seed} " + string.Join(
        ' ', Figures.Concat(Tricks).Concat(Verdicts).Select(figure =>
            string.Create(CultureInfo.InvariantCulture, $"{figure.Key.Replace(' ', '_')}={figure.Value}")));

    /// <summary>As a file of docs/evidence.</summary>
    public static void Write(string file, string commit, string command, IReadOnlyList<HostileEvidence> runs)
    {
        var evidence = new
        {
            commit,
            command,
            machine = new
            {
                processors = Environment.ProcessorCount,
                architecture = RuntimeInformation.OSArchitecture.ToString(),
                runtime = RuntimeInformation.FrameworkDescription,
            },
            seeds = runs.Select(run => run.Seed),
            sums = Sum(runs.Select(run => run.Figures)),
            tricks = Sum(runs.Select(run => run.Tricks)),
            verdicts = Sum(runs.Select(run => run.Verdicts)),
            longest_calm_minutes = runs.Max(run => run.Figures["calm_minutes"]),
            wrong = runs.SelectMany(run => run.Wrong.Select(wrong => $"seed {run.Seed}: {wrong}")),
        };
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, JsonSerializer.Serialize(evidence, Layout) + "\n");
    }

    private static SortedDictionary<string, double> Sum(IEnumerable<IReadOnlyDictionary<string, double>> all) => new(
        all.SelectMany(one => one).GroupBy(pair => pair.Key)
            .ToDictionary(group => group.Key, group => Math.Round(group.Sum(pair => pair.Value), 1)),
        StringComparer.Ordinal);
}
