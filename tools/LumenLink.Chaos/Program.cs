using System.CommandLine;
using System.Runtime.InteropServices;
using LumenLink.Chaos;
using LumenLink.Chaos.Servers;
using LumenLink.Cli.Up;
using Npgsql;

const int Misused = 2;
const int StoppedByHand = 130;

var minutes = new Option<double>("--minutes") { Description = "how long", DefaultValueFactory = _ => 3 };
var seed = new Option<ulong>("--seed") { Description = "equal seeds give equal plans", DefaultValueFactory = _ => 1 };
var beacons = new Option<int>("--beacons") { Description = "beacons in the fleet", DefaultValueFactory = _ => 60 };
var speed = new Option<double>("--speed") { Description = "board seconds per second", DefaultValueFactory = _ => 10 };
var service = new Option<string?>("--service") { Description = "LumenLink.Rendezvous.dll of the build to run" };
var ownMounts = new Option<bool>("--own-mounts") { Description = "this process has mounts of its own and may mount" };

var baseline = new Option<string>("--baseline")
{
    Description = "LumenLink.Rendezvous.dll of the older build",
    Required = true,
};

var upgrade = new Command("upgrade", "Replaces an older build of the service, replica by replica, under load.")
{
    baseline, minutes, beacons, speed, service,
};
upgrade.SetAction(parsed => RunAsync(
    OptionsOf(parsed, ownsMounts: false),
    (options, log, folder, stop) => new UpgradeRun(options, parsed.GetValue(baseline)!, log).RunAsync(folder, stop)));
var root = new RootCommand("Faults under load, and whether every receipted record is stored once.")
{
    minutes, seed, beacons, speed, service, ownMounts, upgrade,
};
root.SetAction(parsed => RunAsync(
    OptionsOf(parsed, parsed.GetValue(ownMounts)),
    (options, log, folder, stop) => new ChaosRun(options, log).RunAsync(folder, stop)));
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

ChaosOptions OptionsOf(ParseResult parsed, bool ownsMounts) => new(
    TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed), parsed.GetValue(beacons),
    parsed.GetValue(speed), ownsMounts, parsed.GetValue(service));

static async Task<int> RunAsync(
    ChaosOptions options, Func<ChaosOptions, RunLog, string, CancellationToken, Task<bool?>> run)
{
    if (options.Problem() is { } problem)
    {
        await Console.Error.WriteLineAsync("error: " + problem);
        return Misused;
    }

    using var stop = new CancellationTokenSource();
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    string folder = Directory.CreateTempSubdirectory("lumenlink-chaos-").FullName;
    bool? isGood = false;
    try
    {
        isGood = await run(options, new RunLog(Console.Out), folder, stop.Token);
    }
    catch (Exception error) when (error is ChaosException or UpException or NpgsqlException or IOException)
    {
        await Console.Error.WriteLineAsync($"error: {error.Message}\nlogs: {folder}");
    }

    if (isGood != false) Directory.Delete(folder, recursive: true);
    return isGood switch { true => 0, false => 1, null => StoppedByHand };

    void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}
