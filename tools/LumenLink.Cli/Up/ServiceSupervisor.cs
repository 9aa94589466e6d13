using LumenLink.Cli.Provisioning;

namespace LumenLink.Cli.Up;

/// <summary>Keeps the rendezvous service running: starts it again when it dies, and says so.</summary>
internal sealed class ServiceSupervisor(UpOptions options, RunFolder folder, ProgramPaths programs, Action<string> say)
{
    /// <summary>The line the service prints once it serves.</summary>
    private const string ReadyLine = "ready ";

    /// <summary>Deaths without having been ready in between, after which starting again is pointless.</summary>
    private const int MaxFailedStarts = 3;

    /// <summary>Prepares the database and the registry.</summary>
    /// <exception cref="UpException">A step failed; the message says which and where its log is.</exception>
    public async Task PrepareAsync()
    {
        await StepAsync("migrate", "preparing the database");

        // No board is enrolled whose CA is not pinned. That of the foreign one is retired as soon as it is.
        File.Copy(folder.ForeignCaCertificate, folder.ForeignCaPinned, overwrite: true);
        try
        {
            await StepAsync("enrol", "enrolling the beacons", folder.Enrolments);
        }
        finally
        {
            File.Delete(folder.ForeignCaPinned);
        }
    }

    /// <summary>Runs the service until cancelled.</summary>
    /// <param name="ready">Completed when it serves for the first time.</param>
    /// <param name="stop">Ends it, gracefully.</param>
    public async Task RunAsync(TaskCompletionSource ready, CancellationToken stop)
    {
        int failedStarts = 0;
        while (!stop.IsCancellationRequested)
        {
            bool served = false;
            await using ManagedProcess service = ManagedProcess.Start(
                programs.Service, ["serve", "--supervised", "1", .. Arguments()],
                folder.ServicePid, folder.ServiceLog, line =>
                {
                    if (!line.StartsWith(ReadyLine, StringComparison.Ordinal))
                        return;
                    served = true;
                    ready.TrySetResult();
                });
            int exitCode;
            try
            {
                exitCode = await service.WaitAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            failedStarts = served ? 0 : failedStarts + 1;
            if (failedStarts >= MaxFailedStarts)
            {
                var error = new UpException($"the service does not start; its log: {folder.ServiceLog}");
                ready.TrySetException(error);
                throw error;
            }

            say($"service: died (exit code {exitCode}), starting it again");
        }
    }

    private async Task StepAsync(string command, string words, params string[] more)
    {
        say($"service: {words}");
        await using ManagedProcess step = ManagedProcess.Start(
            programs.Service, [command, .. more, .. Arguments()], folder.ServicePid, folder.ServiceLog, _ => { });
        int exitCode = await step.WaitAsync();
        if (exitCode != 0)
            throw new UpException($"{words} failed (exit code {exitCode}); the log: {folder.ServiceLog}");
    }

    private string[] Arguments() =>
    [
        "--data", folder.Path,
        "--http-port", Invariant(options.Port),
        "--mqtt-port", Invariant(options.MqttPort),
        "--metrics-port", Invariant(options.MetricsPort),
        "--public-urls", $"{options.Address},mqtt://127.0.0.1:{Invariant(options.MqttPort)}",
    ];

    private static string Invariant(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
