using System.CommandLine;
using LumenLink.Cli.Audit;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Backup;
using LumenLink.Cli.Beacon;
using LumenLink.Cli.Decode;
using LumenLink.Cli.Enroll;
using LumenLink.Cli.Keys;
using LumenLink.Cli.Load;
using LumenLink.Cli.Policy;
using LumenLink.Cli.Provisioning;
using LumenLink.Cli.Release;
using LumenLink.Cli.Up;
using LumenLink.Simulator;

var beacons = new Option<int>("--beacons")
{
    Description = "beacons in the synthetic crowd; a trace brings its own",
    DefaultValueFactory = _ => 12,
};
var trace = new Option<string?>("--trace")
{
    Description = "recorded sightings to replay: unix-seconds,receiver,address,rssi-dbm a line",
};
var speed = new Option<double>("--speed")
{
    Description = "board seconds per second",
    DefaultValueFactory = _ => 1,
};
var forSeconds = new Option<int?>("--for")
{
    Description = "seconds to run; else until the trace is through or Ctrl-C",
};
var privacy = new Option<string>("--privacy")
{
    Description = "what leaves the boards: raw addresses or keyed pseudonyms",
    DefaultValueFactory = _ => "pseudonym",
};
privacy.AcceptOnlyFromAmong("raw", "pseudonym");
var data = new Option<string>("--data")
{
    Description = "folder of the run: boards, keys, database, logs, pid files",
    DefaultValueFactory = _ => ".data",
};
var port = new Option<int>("--port")
{
    Description = "HTTP port; MQTT takes the next one, metrics the one after",
    DefaultValueFactory = _ => 8080,
};
var json = new Option<string?>("--json") { Description = "file for the run's report" };

var up = new Command("up", "Start the rendezvous service and a fleet of simulated beacons.")
{
    beacons, trace, speed, forSeconds, privacy, data, port, json,
};
up.SetAction(async parsed =>
{
    var options = new UpOptions(
        parsed.GetValue(beacons), parsed.GetValue(trace), parsed.GetValue(speed), parsed.GetValue(forSeconds),
        parsed.GetValue(privacy) == "raw", parsed.GetValue(data)!, parsed.GetValue(port), parsed.GetValue(json));
    try
    {
        if (options.Problem() is { } problem)
            throw new UpException(problem);
        return await new UpCommand(options, Console.WriteLine).RunAsync();
    }
    catch (Exception error) when (error is UpException or TraceException or IOException or UnauthorizedAccessException)
    {
        await Console.Error.WriteLineAsync("error: " + error.Message);
        return 1;
    }
});

var keys = new KeyOptions(Console.OpenStandardInput, Environment.GetEnvironmentVariable, SecretPrompt.Ask);
var root = new RootCommand("lumen: the command line of LumenLink.")
{
    up, DecodeCommand.Create(Console.OpenStandardInput),
    BeaconCommands.Create(() => new SocketsHttpHandler(), Environment.GetEnvironmentVariable, TimeProvider.System),
    AuditCommands.Create(() => new SocketsHttpHandler(), Environment.GetEnvironmentVariable, TimeProvider.System),
    BackupCommands.CreateBackup(Environment.GetEnvironmentVariable),
    BackupCommands.CreateRestore(Environment.GetEnvironmentVariable),
    KeysCommands.Create(keys, TimeProvider.System),
    PackCommand.Create(TimeProvider.System),
    EnrollCommands.Create(
        () => new SocketsHttpHandler(), Environment.GetEnvironmentVariable, keys, TimeProvider.System),
    ProvisionCommand.Create(Console.OpenStandardInput, Environment.GetEnvironmentVariable),
    AuthorityCommands.Create(keys, TimeProvider.System),
    ReleaseCommands.Create(keys, TimeProvider.System),
    PolicyCommands.Create(() => new SocketsHttpHandler(), Environment.GetEnvironmentVariable),
    LoadCommand.Create(
        () => new SocketsHttpHandler(), Environment.GetEnvironmentVariable, keys, TimeProvider.System),
};
// Ctrl-C is the command's own to handle: the fleet sends what it has first.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
