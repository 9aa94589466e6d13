using System.CommandLine;
using System.Globalization;
using LumenLink.Tests.Uplink.Hostile;
using LumenLink.Tests.Uplink.Week;

// The long forms of WeekTests and HostileBrokerTests: see tools/week.sh and tools/hostile.sh.
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

Option<int> seeds = new("--seeds") { Description = "attacks, one after the other", DefaultValueFactory = _ => 8 };
Option<double> hours = new("--hours")
{
    Description = "virtual hours of each",
    DefaultValueFactory = _ => HostileOptions.LongLength.TotalHours,
};
Command hostile = new("hostile", "Attackers who have the brokers.") { seeds, hours, evidence, commit };
hostile.SetAction(async parsed =>
{
    TimeSpan length = TimeSpan.FromHours(Math.Max(1, parsed.GetValue(hours)));
    int count = Math.Max(1, parsed.GetValue(seeds));
    List<HostileEvidence> runs = [];
    for (ulong one = 1; one <= (ulong)count; one++)
    {
        await using HostileRun run = await HostileRun.RunAsync(new HostileOptions(one, length));
        List<string> wrong = HostileChecks.Of(run);
        wrong.ForEach(Console.WriteLine);
        runs.Add(HostileEvidence.Of(run, one, wrong));
        Console.WriteLine(runs[^1]);
    }

    if (parsed.GetValue(evidence) is { } file)
    {
        string command = string.Create(
            CultureInfo.InvariantCulture, $"tools/hostile.sh --seeds {count} --hours {length.TotalHours:0.###}");
        HostileEvidence.Write(file, parsed.GetValue(commit)!, command, runs);
    }

    return runs.All(run => run.Wrong.Count == 0) ? 0 : 1;
});
week.Subcommands.Add(hostile);
return await week.Parse(args).InvokeAsync();
