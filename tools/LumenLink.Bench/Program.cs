using System.CommandLine;
using System.Globalization;
using LumenLink.Bench;
using LumenLink.Bench.Attest;
using LumenLink.Bench.Decode;
using LumenLink.Bench.Device;
using LumenLink.Bench.Fleet;
using LumenLink.Bench.Ingest;
using LumenLink.Bench.Resolve;
using LumenLink.Bench.Scale;
using LumenLink.Bench.Scaling;
using LumenLink.Bench.Size;
using LumenLink.Load;
using LumenLink.Protocol;
using LumenLink.Simulator;

const int BadUse = 2;
var trace = new Option<string?>("--trace")
{
    Description = "recorded sightings: unix-seconds,receiver,address,rssi-dbm a line; else a seeded synthetic crowd",
};
Option<int> window = Seconds("--window", "seconds of a scan window", 10);
Option<int> report = Seconds("--report", "seconds of a report", 60);
var quick = new Option<bool>("--quick")
{
    Description = "half a minute with an own loop in place of BenchmarkDotNet's minutes",
};

var wireSize = new Command("wire-size", "Bytes per sighting on the wire, beside other formats and the entropy.")
{
    trace, window, report,
};
wireSize.SetAction(parsed =>
{
    ReportShape shape = ShapeOf(parsed.GetValue(window), parsed.GetValue(report));
    ReportInput input = parsed.GetValue(trace) is { } path
        ? ReportInput.FromTrace(path, shape)
        : ReportInput.FromCrowd(shape);
    WireSizeBenchmark.Run(input, shape, Console.Out);
});
var wireDecode = new Command("wire-decode", "Time and memory of decoding, beside other formats and the HMAC.")
{
    quick,
};
wireDecode.SetAction(parsed => WireDecodeBenchmark.Run(parsed.GetValue(quick), Console.Out));
var device = new Command("device", "What the firmware's own code allocates for a report, and what it holds.");
device.SetAction(_ => DeviceBenchmark.Run(Console.Out));
var beacons = new Option<int>("--beacons")
{
    Description = "simulated beacons",
    DefaultValueFactory = _ => FleetBenchmark.MaxBeacons,
};
var speed = new Option<double>("--speed")
{
    Description = "board seconds per second: below 1 the radios bring less work, the sessions stay",
    DefaultValueFactory = _ => 1,
};
Option<int> steady = Seconds("--for", "seconds to measure once all beacons are attested", 30);
Option<int> within = Seconds("--within", "seconds that attesting may take", 600);
var fleet = new Command("fleet", "Beacons with real sessions in one process, and what they cost.")
{
    beacons, speed, steady, within,
};
fleet.SetAction(parsed =>
{
    int count = parsed.GetValue(beacons);
    if (count is < 1 or > FleetBenchmark.MaxBeacons)
        throw new BenchException($"--beacons takes 1 to {FleetBenchmark.MaxBeacons}.");
    FleetBenchmark.Run(
        count,
        parsed.GetValue(speed),
        TimeSpan.FromSeconds(parsed.GetValue(steady)),
        TimeSpan.FromSeconds(parsed.GetValue(within)),
        Console.Out);
});

var stallBeacons = new Option<int>("--beacons")
{
    Description = "simulated beacons",
    DefaultValueFactory = _ => 1000,
};
Option<int> stallFor = Seconds("--stall", "seconds that the database stands still", 60);
var stall = new Command("stall", "A database that stands still under beacons: memory, connections, resends, losses.")
{
    stallBeacons, stallFor, within,
};
stall.SetAction((parsed, _) =>
{
    int count = parsed.GetValue(stallBeacons);
    if (count is < 1 or > FleetBenchmark.MaxBeacons)
        throw new BenchException($"--beacons takes 1 to {FleetBenchmark.MaxBeacons}.");
    return StallBenchmark.RunAsync(
        count,
        TimeSpan.FromSeconds(parsed.GetValue(stallFor)),
        TimeSpan.FromSeconds(parsed.GetValue(within)),
        Console.Out);
});

var attest = new Command("attest", "Verdicts a second on one core, beside the bare operations of P-256.");
attest.SetAction((_, _) => AttestBenchmark.RunAsync(Console.Out));

var ingestBeacons = new Option<int>("--beacons")
{
    Description = "beacons that send at the same time",
    DefaultValueFactory = _ => IngestBenchmark.UsualBeacons,
};
var sightings = new Option<int>("--sightings")
{
    Description = "sightings to send, about",
    DefaultValueFactory = _ => IngestBenchmark.UsualSightings,
};
var ingest = new Command("ingest", "Sightings a second from publish to committed rows, beside a bare COPY and JSON.")
{
    trace, window, report, ingestBeacons, sightings,
};
ingest.SetAction((parsed, _) =>
{
    ReportShape shape = ShapeOf(parsed.GetValue(window), parsed.GetValue(report));
    (int count, int wanted) = (parsed.GetValue(ingestBeacons), parsed.GetValue(sightings));
    if (count is < 1 or > IngestBenchmark.MaxBeacons || wanted is < 1 or > IngestBenchmark.MaxSightings)
    {
        throw new BenchException(
            $"--beacons takes 1 to {IngestBenchmark.MaxBeacons}, --sightings 1 to {IngestBenchmark.MaxSightings}.");
    }

    ReportInput input = parsed.GetValue(trace) is { } path
        ? ReportInput.FromTrace(path, shape)
        : ReportInput.FromCrowd(shape);
    return IngestBenchmark.RunAsync(input, shape, count, wanted, Console.Out);
});

var presence = new Command("presence", "What knowing each beacon's last commit costs, in commits and beside them.")
{
    ingestBeacons,
};
presence.SetAction((parsed, _) => PresenceBenchmark.RunAsync(parsed.GetValue(ingestBeacons), Console.Out));

var sizeBeacons = new Option<string>("--beacons")
{
    Description = "numbers of connected beacons, between commas; empty for none",
    DefaultValueFactory = _ => "10,100,1000,10000",
};
var sizeRows = new Option<string>("--rows")
{
    Description = "numbers of stored sightings, between commas; empty for none",
    DefaultValueFactory = _ => "1000000,10000000,50000000,200000000",
};
var engine = new Option<string>("--engine")
{
    Description = "the store: postgresql or sqlite",
    DefaultValueFactory = _ => "postgresql",
};
engine.AcceptOnlyFromAmong("postgresql", "sqlite");
var rate = new Option<int>("--rate")
{
    Description = "sightings a second that are offered at every size",
    DefaultValueFactory = _ => 20_000,
};
Option<int> sizeSeconds = Seconds("--for", "seconds to measure at each size", 60);
var size = new Command("size", "Cost of a sighting at an equal rate, against connected beacons and stored rows.")
{
    trace, window, report, sizeBeacons, sizeRows, engine, rate, sizeSeconds,
};
size.SetAction((parsed, _) =>
{
    ReportShape shape = ShapeOf(parsed.GetValue(window), parsed.GetValue(report));
    long[] counts = ScaleOptions.Numbers("--beacons", parsed.GetValue(sizeBeacons)!, ScaleOptions.MaxBeacons);
    ScaleOptions options = new(
        [.. counts.Select(count => (int)count)],
        ScaleOptions.Numbers("--rows", parsed.GetValue(sizeRows)!, ScaleOptions.MaxRows),
        parsed.GetValue(engine) == "sqlite", parsed.GetValue(rate), parsed.GetValue(sizeSeconds));
    if (options.Rate < 1 || options.Seconds < 1)
        throw new BenchException("--rate and --for take 1 or more.");
    ReportInput input = parsed.GetValue(trace) is { } path
        ? ReportInput.FromTrace(path, shape)
        : ReportInput.FromCrowd(shape);
    return ScaleBenchmark.RunAsync(options, input, shape, Console.Out);
});

var runSightings = new Option<int>("--sightings")
{
    Description = "sightings of each measured run, about",
    DefaultValueFactory = _ => ScalingBenchmark.UsualSightings,
};
var scaling = new Command("scaling", "One and two replicas behind Mosquitto, and a simulation of larger fleets.")
{
    trace, window, report, runSightings,
};
scaling.SetAction((parsed, _) =>
{
    ReportShape shape = ShapeOf(parsed.GetValue(window), parsed.GetValue(report));
    int wanted = parsed.GetValue(runSightings);
    if (wanted is < 1 or > IngestBenchmark.MaxSightings)
        throw new BenchException($"--sightings takes 1 to {IngestBenchmark.MaxSightings}.");
    ReportInput input = parsed.GetValue(trace) is { } path
        ? ReportInput.FromTrace(path, shape)
        : ReportInput.FromCrowd(shape);
    return ScalingBenchmark.RunAsync(input, shape, ScalingBenchmark.UsualSenders, wanted, Console.Out);
});

var resolveBeacons = new Option<int>("--beacons")
{
    Description = "beacons of the fleet",
    DefaultValueFactory = _ => ResolveBenchmark.UsualBeacons,
};
var resolve = new Command("resolve", "Identifiers a second in memory and over HTTP, and making their table.")
{
    resolveBeacons,
};
resolve.SetAction((parsed, _) =>
{
    int count = parsed.GetValue(resolveBeacons);
    if (count is < 1 or > ResolveBenchmark.MaxBeacons)
        throw new BenchException($"--beacons takes 1 to {ResolveBenchmark.MaxBeacons}.");
    return ResolveBenchmark.RunAsync(count, Console.Out);
});
var database = new Argument<string>("database");
var resolveHost = new Command(ResolveProcess.Command, "The service that resolve calls.") { database };
resolveHost.Hidden = true;
resolveHost.SetAction((parsed, _) => ResolveHost.RunAsync(parsed.GetValue(database)!));

var root = new RootCommand("LumenLink's benchmarks.")
{
    wireSize, wireDecode, device, fleet, stall, attest, ingest, presence, size, scaling, resolve, resolveHost,
};
ParseResult command = root.Parse(args);
if (command.Errors.Count > 0)
{
    return Refuse(command.CommandResult.Command == root
        ? "Name a benchmark: wire-size, wire-decode, device, fleet, stall, attest, ingest, presence, size, scaling or "
            + "resolve."
        : command.Errors[0].Message);
}

try
{
    return await command.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception error) when (error is BenchException or LoadException or TraceException)
{
    return Refuse(error.Message);
}

static Option<int> Seconds(string name, string description, int usual) => new(name)
{
    Description = description,
    DefaultValueFactory = _ => usual,
    CustomParser = result =>
    {
        bool isNumber = int.TryParse(
            result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds);
        if (!isNumber) result.AddError($"{name} takes a whole number of seconds.");
        return seconds;
    },
};

static ReportShape ShapeOf(int windowSeconds, int reportSeconds)
{
    if (windowSeconds is < 1 or > 3600) throw new BenchException("--window takes 1 to 3600 seconds.");
    if (reportSeconds < windowSeconds || reportSeconds % windowSeconds != 0)
        throw new BenchException("--report takes a whole multiple of --window.");
    int windows = reportSeconds / windowSeconds;
    if (windows > WireLimits.MaxWindowsPerBlock)
        throw new BenchException($"--report takes at most {WireLimits.MaxWindowsPerBlock} windows.");
    return new ReportShape(1000 * windowSeconds, windows);
}

static int Refuse(string sentence)
{
    Console.Error.WriteLine("error: " + sentence);
    return BadUse;
}
