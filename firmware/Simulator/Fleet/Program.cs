using System.CommandLine;
using System.Runtime.InteropServices;
using LumenLink.Simulator.Fleet;

var data = new Option<string>("--data") { Description = "run folder", Required = true };
var board = new Option<string[]>("--board") { Description = "board to power on; may be given again" };
var trace = new Option<string?>("--trace") { Description = "trace to replay" };
var speed = new Option<double>("--speed") { Description = "board seconds per second", DefaultValueFactory = _ => 1 };
var report = new Option<string>("--report") { Description = "file for the fleet's report", Required = true };
var supervised = new Option<bool>("--supervised") { Description = "stop when standard input says stop, or ends" };
var realMain = new Option<string?>("--real-main")
{
    Description = "further board that runs Program.Main on real threads",
};
var seed = new Option<ulong>("--seed") { Description = "equal seeds give equal crowds", DefaultValueFactory = _ => 1 };
var trusted = new Option<string?>("--trusted") { Description = "PEM file of what the boards trust over TLS" };
var keepsBooks = new Option<bool>("--keep-books") { Description = "write down what leaves the boards' queues" };

var run = new Command("run", "Power on simulated beacons that run the real firmware.")
{
    data, board, trace, speed, report, supervised, realMain, seed, trusted, keepsBooks,
};
run.SetAction(async parsed =>
{
    var options = new FleetOptions(
        parsed.GetValue(data)!, parsed.GetValue(board) ?? [], parsed.GetValue(trace), parsed.GetValue(speed),
        parsed.GetValue(report)!, parsed.GetValue(supervised), parsed.GetValue(realMain), parsed.GetValue(seed),
        parsed.GetValue(trusted), parsed.GetValue(keepsBooks));
    using var stop = new CancellationTokenSource();
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
    {
        context.Cancel = true;
        if (!options.Supervised)
            stop.Cancel();
    });
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
    {
        context.Cancel = true;
        stop.Cancel();
    });
    if (options.Supervised)
    {
        // A line or the end of input: either way whoever started this wants it to end.
        new Thread(() =>
        {
            Console.In.ReadLine();
            stop.Cancel();
        })
        {
            IsBackground = true,
            Name = "supervisor",
        }.Start();
    }

    using var fleet = new FleetRun(options, line => Console.WriteLine("fleet: " + line));
    await fleet.RunAsync(stop.Token);
    return 0;
});

var root = new RootCommand("Simulated LumenLink beacons.") { run };
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
