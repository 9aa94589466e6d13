using System.CommandLine;
using LumenLink.Simulator;

namespace LumenLink.Cli.Up;

/// <summary>lumen up on the command line.</summary>
internal static class UpCommandLine
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
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
                parsed.GetValue(privacy) == "raw", parsed.GetValue(data)!, parsed.GetValue(port),
                parsed.GetValue(json));
            try
            {
                if (options.Problem() is not { } misuse)
                    return await new UpCommand(options, Console.WriteLine).RunAsync();
                await Console.Error.WriteLineAsync("error: " + misuse);
                return ExitStatus.Misused;
            }
            catch (Exception error) when (error is UpException or TraceException or IOException
                or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync("error: " + error.Message);
                return ExitStatus.Failed;
            }
        });
        return up;
    }
}
