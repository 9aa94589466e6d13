using System.CommandLine;
using System.Globalization;
using LumenLink.Tests.Uplink.Week;

// The long form of WeekTests: see tools/week.sh.
Option<double> days = new("--days") { Description = "virtual days", DefaultValueFactory = _ => 7 };
Option<ulong> seed = new("--seed")
{
    Description = "decides about everything",
    DefaultValueFactory = _ => WeekOptions.Long.Seed,
};
Option<int> boards = new("--boards")
{
    Description = "simulated beacons",
    DefaultValueFactory = _ => WeekOptions.Long.Boards,
};
Option<string?> evidence = new("--evidence") { Description = "file for the figures" };
Option<string> commit = new("--commit") { Description = "what is run", DefaultValueFactory = _ => "" };

RootCommand week = new("A simulated week of beacons and service.") { days, seed, boards, evidence, commit };
week.SetAction(async parsed =>
{
    double length = Math.Max(parsed.GetValue(days), WeekOptions.Short.Length.TotalDays);
    WeekOptions options = WeekOptions.Long with
    {
        Length = TimeSpan.FromDays(length),
        Seed = parsed.GetValue(seed),
        Boards = Math.Max(1, parsed.GetValue(boards)),
        LookEvery = WeekOptions.Long.LookEvery * Math.Min(1, length / WeekOptions.Long.Length.TotalDays),
    };
    await using WeekRun run = await WeekRun.RunAsync(options, Console.WriteLine);
    List<string> wrong = WeekChecks.Of(run, options);
    wrong.ForEach(Console.WriteLine);
    Console.WriteLine(WeekEvidence.Line(run, options));
    if (parsed.GetValue(evidence) is { } file)
    {
        string command = string.Create(CultureInfo.InvariantCulture,
            $"tools/week.sh --days {length:0.###} --seed {options.Seed} --boards {options.Boards}");
        WeekEvidence.Write(file, parsed.GetValue(commit)!, command, run, options, wrong);
    }

    return wrong.Count == 0 ? 0 : 1;
});
return await week.Parse(args).InvokeAsync();
