using System.CommandLine;
using System.Runtime.InteropServices;
using LumenLink.Chaos;
using LumenLink.Chaos.Servers;
using LumenLink.Cli.Up;
using Npgsql;

const int StoppedByHand = 130;

var minutes = new Option<double>("--minutes") { Description = "how long", DefaultValueFactory = _ => 3 };
var seed = new Option<ulong>("--seed") { Description = "equal seeds give equal plans", DefaultValueFactory = _ => 1 };
var beacons = new Option<int>("--beacons") { Description = "beacons in the fleet", DefaultValueFactory = _ => 60 };
var speed = new Option<double>("--speed") { Description = "board seconds per second", DefaultValueFactory = _ => 10 };
var service = new Option<string?>("--service") { Description = "LumenLink.Rendezvous.dll of the build to run" };
var ownMounts = new Option<bool>("--own-mounts") { Description = "this process has mounts of its own and may mount" };

var root = new RootCommand("Faults under load, and whether every receipted record is stored once.")
{
    minutes, seed, beacons, speed, service, ownMounts,
};
root.SetAction(async parsed =>
{
    var options = new ChaosOptions(
        TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed), parsed.GetValue(beacons),
        parsed.GetValue(speed), parsed.GetValue(ownMounts), parsed.GetValue(service));
    if (options.Problem() is { } problem)
    {
        await Console.Error.WriteLineAsync("error: " + problem);
        return 2;
    }

    using var stop = new CancellationTokenSource();
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    string folder = Directory.CreateTempSubdirectory("lumenlink-chaos-").FullName;
    bool? isGood = false;
    try
    {
        isGood = await new ChaosRun(options, Console.Out).RunAsync(folder, stop.Token);
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
});
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
