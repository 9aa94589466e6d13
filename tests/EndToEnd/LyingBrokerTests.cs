using System.Text.Json;
using LumenLink.Cli.Up;

namespace LumenLink.Tests.EndToEnd;

/// <summary>A broker's acknowledgement is worth nothing: only the service's receipt settles a record.</summary>
public sealed class LyingBrokerTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task ABrokerThatAcknowledgesEverythingAndDeliversNothingForAMinuteLosesNothing()
    {
        string folder = UpRun.NewFolder();
        try
        {
            string trace = Traces.Generate(folder);
            string json = Path.Combine(folder, "out.json");
            int port = UpRun.FreePorts();
            await using LyingProxy proxy = new(port + 1);
            List<string> lines = [];
            var replaying = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            UpOptions options = new(1, trace, 20, null, true, folder, port, json) { BoardsBrokerPort = proxy.Port };
            Task<int> run = new UpCommand(options, Hear).RunAsync();

            await await Task.WhenAny(replaying.Task, run);
            using (var over = new CancellationTokenSource(Minute))
            {
                var minute = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                over.Token.Register(minute.SetResult);
                await Task.WhenAny(minute.Task, run);
            }

            Assert.False(run.IsCompleted, "the run ended while nothing was receipted\n" + Heard());
            Assert.True(proxy.Acknowledged > 0, "nothing was sent while the broker lied\n" + Heard());
            proxy.IsLying = false;

            Assert.Equal(0, await run);
            using JsonDocument report = JsonDocument.Parse(await File.ReadAllBytesAsync(json));
            ReplayTests.AssertEqualities(report, Heard);
            ReplayTests.AssertChecked(trace, json);

            void Hear(string line)
            {
                lock (lines)
                    lines.Add(line);
                if (!line.StartsWith("fleet: replaying", StringComparison.Ordinal))
                    return;
                proxy.IsLying = true;
                replaying.TrySetResult();
            }

            string Heard()
            {
                lock (lines)
                    return string.Join('\n', lines);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
