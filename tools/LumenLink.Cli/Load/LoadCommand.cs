using System.CommandLine;
using System.Runtime.InteropServices;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Beacon;
using LumenLink.Cli.Enroll;
using LumenLink.Cli.Provisioning;
using LumenLink.Cli.Up;
using LumenLink.Load;
using LumenLink.Load.Input;

namespace LumenLink.Cli.Load;

/// <summary>
/// lumen load: enrols beacons in software, attests them, and sends prepared frames at a rate; at the end it asks
/// whether every record with a receipt is there exactly once. Exit status: 0 all is receipted and there; 1 a record is
/// lost, twice, or not receipted, or the service refuses; 2 bad input. Ctrl-C ends the sending; what was sent is
/// checked all the same.
/// </summary>
internal sealed class LoadCommand
{
    private const int Done = ExitStatus.Done;
    private const int Failed = ExitStatus.Failed;
    private const int WindowMs = 10_000;
    private const int WindowsPerReport = 6;

    private readonly EnrollContext context;
    private readonly KeyOptions keys;
    private readonly TimeProvider time;

    private readonly Option<int> beacons = new("--beacons")
    {
        Description = "beacons to enrol and attest",
        HelpName = "N",
        DefaultValueFactory = _ => 16,
    };

    private readonly Option<double> rate = new("--rate")
    {
        Description = "frames a second of all beacons together; each carries one record",
        HelpName = "R",
        DefaultValueFactory = _ => 20,
    };

    private readonly Option<int> seconds = new("--for")
    {
        Description = "seconds to send",
        HelpName = "S",
        DefaultValueFactory = _ => 30,
    };

    private readonly Option<string> broker = new("--broker")
    {
        Description = "address of the broker, mqtt or mqtts",
        HelpName = "URL",
        DefaultValueFactory = _ => "mqtt://127.0.0.1:8081",
    };

    private readonly Option<string> audience = new("--audience")
    {
        Description = "the service's audience",
        HelpName = "NAME",
        DefaultValueFactory = _ => "lumenlink-dev",
    };

    private readonly Option<string> data = new("--data")
    {
        Description = "folder of a run of lumen up, whose CA issues and whose store is asked",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => ".data",
    };

    private readonly Option<string?> ca = new("--ca")
    {
        Description = "folder of the CA that issues, in place of the run's",
        HelpName = "FOLDER",
    };

    private readonly Option<string?> check = new("--check")
    {
        Description = "whom to ask at the end; else the store that DATABASE_URL or --data names, if there is one",
    };

    private readonly Option<bool> json = new("--json") { Description = "print the report as JSON" };

    private LoadCommand(EnrollContext context, KeyOptions keys, TimeProvider time)
    {
        this.context = context;
        this.keys = keys;
        this.time = time;
        check.AcceptOnlyFromAmong(LoadOptions.CheckStore, LoadOptions.CheckApi);
    }

    /// <summary>The command.</summary>
    /// <param name="handler">Carries calls to the service.</param>
    /// <param name="environment">Looks a variable up.</param>
    /// <param name="keys">Where a CA's keys and passphrases come from.</param>
    /// <param name="time">The clock of certificates.</param>
    internal static Command Create(
        Func<HttpMessageHandler> handler, Func<string, string?> environment, KeyOptions keys, TimeProvider time) =>
        new LoadCommand(new EnrollContext(handler, environment), keys, time).Make();

    private Command Make()
    {
        Command command = new(
            "load",
            "Send prepared frames of attested beacons to a service, and check what it stored. The admin token is taken "
            + $"from ${ServiceClient.TokenVariable}. Exit status: 0 every record is receipted and stored exactly once, "
            + "1 one is not or the service refuses, 2 bad input.")
        {
            beacons, rate, seconds, broker, audience, data, ca, check, context.Service, json,
        };
        keys.AddTo(command, hasRoot: false);
        return context.Of(command, "", async (parsed, client) =>
        {
            LoadOptions options = new(
                parsed.GetValue(beacons), parsed.GetValue(rate), parsed.GetValue(seconds), parsed.GetValue(broker)!,
                parsed.GetValue(audience)!, parsed.GetValue(data)!, parsed.GetValue(ca), parsed.GetValue(check));
            try
            {
                LoadReport report = await RunAsync(options, parsed, client);
                TextWriter output = parsed.InvocationConfiguration.Output;
                if (parsed.GetValue(json))
                    await output.WriteLineAsync(report.ToJson());
                else
                    await output.WriteLineAsync(string.Join('\n', report.Lines()));
                return report.IsGood ? Done : Failed;
            }
            catch (Exception problem) when (problem is LoadException or UpException or System.Data.Common.DbException)
            {
                throw new BeaconException(problem.Message, isInput: false);
            }
        });
    }

    private async Task<LoadReport> RunAsync(LoadOptions options, ParseResult parsed, ServiceClient client)
    {
        LoadTarget target = options.Target();
        RunFolder folder = new(options.Data);
        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        LoadBeacon[] fleet =
            [.. Enumerable.Range(1, options.Beacons).Select(number => new LoadBeacon($"load-{number}"))];
        LoadProgress progress = new(parsed.InvocationConfiguration.Error);
        try
        {
            using (LoadDesk desk = LoadDesk.Open(options, parsed, keys, client, time))
                await progress.RunAsync("enrolling", fleet.Length, step => desk.EnrollAsync(fleet, step, stop.Token));
            ReportShape shape = new(WindowMs, WindowsPerReport);
            await using LoadFleet attested = await progress.RunAsync(
                "attesting", fleet.Length, step => LoadFleet.AttestAsync(fleet, target, () => step(1), stop.Token));
            List<LoadLane> lanes = attested.Prepare(
                new FrameMaker(ReportInput.FromCrowd(shape), shape), options.Frames);
            LoadRun run = new(lanes, options.Rate);
            await progress.FollowAsync(run, options.Frames, stop.Token);
            LoadFinding finding = AsksStore(options, folder)
                ? await LoadCheck.AskStoreAsync(folder, lanes)
                : await LoadCheck.AskApiAsync(client, lanes);
            return LoadReport.Of(lanes, run, stop.IsCancellationRequested, finding);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new LoadException("Interrupted before anything was sent.");
        }
        finally
        {
            foreach (LoadBeacon beacon in fleet)
                beacon.Dispose();
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private static bool AsksStore(LoadOptions options, RunFolder folder) => options.Check is { } asked
        ? asked == LoadOptions.CheckStore
        : !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DATABASE_URL")) || File.Exists(folder.Database);
}
