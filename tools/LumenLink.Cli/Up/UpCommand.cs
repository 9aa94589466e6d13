using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using LumenLink.Cli.Provisioning;
using LumenLink.Simulator;

namespace LumenLink.Cli.Up;

/// <summary>
/// The main job in one command: the rendezvous service and a fleet of simulated
/// beacons as two processes, until the trace is through, the time is over, or Ctrl-C.
/// </summary>
internal sealed class UpCommand(UpOptions options, Action<string> say)
{
    private const string Audience = "lumenlink-dev";
    private const int ReportMs = 10_000;
    private const string ForeignBoard = "foreign-ca";
    private const string MainBoard = "program-main";
    private const string ChiplessBoard = "no-chip";

    private readonly RunFolder folder = new(options.Data);

    /// <summary>Runs; the process's exit status.</summary>
    public async Task<int> RunAsync()
    {
        IReadOnlyList<BoardPlan> boards = PlanBoards();
        CheckPorts();
        ProgramPaths programs = ProgramPaths.Find();
        MakeBoards(boards);
        File.Delete(folder.FleetReport);

        var supervisor = new ServiceSupervisor(options, folder, programs, say);
        await supervisor.PrepareAsync();
        using var stopService = new CancellationTokenSource();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task service = supervisor.RunAsync(ready, stopService.Token);
        var fleet = new FleetSupervisor(options, folder, programs, say);
        try
        {
            await ready.Task;
            say($"service: {options.Address} (dashboard), "
                + $"{options.Address}openapi/v1.json, MQTT 127.0.0.1:{options.MqttPort}");
            say($"follow one sighting: lumen trace latest --service {options.Address}");
            await RunFleetAsync(fleet, boards, service);
        }
        finally
        {
            await stopService.CancelAsync();
            await service;
        }

        await ReportAsync(fleet.Restarts);
        return ExitStatus.Done;
    }

    private IReadOnlyList<BoardPlan> PlanBoards()
    {
        if (options.Trace is null)
        {
            return [.. Enumerable.Range(1, options.Beacons).Select(i =>
                new BoardPlan("beacon-" + i.ToString("D4", CultureInfo.InvariantCulture))),
                new BoardPlan(MainBoard, RunsMain: true), new BoardPlan(ForeignBoard, Foreign: true),
                new BoardPlan(ChiplessBoard, HasFlashKey: true)];
        }

        TraceFile trace = TraceFile.Read(options.Trace);
        say($"trace: {trace.Lines.Count} sightings by {trace.Receivers.Count} receivers");
        return [.. trace.Receivers.Select(receiver => new BoardPlan(receiver))];
    }

    private void CheckPorts()
    {
        foreach (int port in (int[])[options.Port, options.MqttPort, options.MetricsPort])
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
            }
            catch (SocketException)
            {
                throw new UpException(
                    $"port {port} is in use: "
                    + "end what listens there, or choose three free ports in a row with --port P");
            }
        }
    }

    private void MakeBoards(IReadOnlyList<BoardPlan> boards)
    {
        var settings = new BoardSettings(
            FormattableString.Invariant($"mqtt://127.0.0.1:{options.BoardsBrokerPort}"), Audience, options.RawAddresses,
            ReportMs, ScansWifi: options.Trace is null);
        var factory = new BoardFactory(folder, OperatorPki.OpenOrCreate(folder), settings);
        int made = factory.Make(boards);
        say($"boards: {boards.Count}, {made} of them made now, in {folder.Path}");
    }

    private async Task RunFleetAsync(FleetSupervisor fleet, IReadOnlyList<BoardPlan> boards, Task service)
    {
        using var stop = new CancellationTokenSource();
        if (options.For is { } seconds)
            stop.CancelAfter(TimeSpan.FromSeconds(seconds));
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await fleet.RunAsync(boards, service, stop.Token);

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            say("stopping: the fleet sends what it has");
            stop.Cancel();
        }
    }

    private async Task ReportAsync(int fleetRestarts)
    {
        RunReport report = await RunReport.ComposeAsync(folder, fleetRestarts);
        foreach (string line in report.Summary())
            say(line);
        if (options.Json is not null)
        {
            await File.WriteAllTextAsync(options.Json, report.ToJson());
            say($"report: {options.Json}");
        }
    }
}
