using System.Text;
using System.Text.Json;
using LumenLink.Rendezvous.Broker;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Tests.Rendezvous.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace LumenLink.Tests.Rendezvous.Broker;

/// <summary>What Mosquitto's plugin is asked, and what its answers do.</summary>
public sealed class DynamicSecurityTests : IDisposable
{
    private readonly SteppedTime time = new();
    private readonly LumenMetrics metrics = new(Metrics.NewCustomRegistry());
    private readonly CancellationTokenSource end = new();
    private readonly DynamicSecurity control;
    private readonly List<string> asked = [];
    private readonly Queue<TaskCompletionSource> waiting = [];
    private string error = "";

    public DynamicSecurityTests() =>
        control = new DynamicSecurity(metrics, time, NullLogger<DynamicSecurity>.Instance);

    public void Dispose()
    {
        end.Dispose();
        control.Dispose();
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("Client already exists", true)]
    [InlineData("Internal error", false)]
    public async Task An_error_is_asked_again_and_a_name_that_is_there_is_none(string answer, bool isGood)
    {
        TestBeacon beacon = new();
        error = answer;
        await control.DisconnectAsync(beacon.Id, IngestOutcome.Revoked);
        Task again = time.NextTimer(SharedBrokerPolicy.ReconnectFirst);
        Task first = NextQuestion();
        Task run = control.RunAsync(PublishAsync, end.Token);
        await first;
        if (!isGood)
        {
            await again;
            Assert.Equal((false, 1), (control.CanDisconnect, metrics.BrokerRevocationsPending.Value));
            error = "";
            Task second = NextQuestion();
            time.Advance(SharedBrokerPolicy.ReconnectFirst);
            await second;
        }

        // Two more beacons: when the last is asked of, the answers to those before were taken.
        foreach (string other in (string[])["other", "last"])
        {
            Task next = NextQuestion();
            await control.DisconnectAsync(new TestBeacon(other).Id, IngestOutcome.Revoked);
            await next;
        }

        Assert.True(control.CanDisconnect);
        Assert.All(asked.SkipLast(2), question => Assert.Contains(beacon.IdText, question, StringComparison.Ordinal));
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.InRange(metrics.BrokerRevocationsPending.Value, 0, 1);
    }

    [Fact]
    public async Task What_is_no_answer_is_no_good_one()
    {
        Task again = time.NextTimer(SharedBrokerPolicy.ReconnectFirst);
        Task run = control.RunAsync(
            (_, _, _) =>
            {
                control.OnAnswer("{\"responses\":7"u8.ToArray());
                return Task.CompletedTask;
            },
            end.Token);
        await again;
        Assert.False(control.CanDisconnect);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private Task NextQuestion()
    {
        TaskCompletionSource question = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (asked)
            waiting.Enqueue(question);
        return question.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Answers each command as Mosquitto does.</summary>
    private Task PublishAsync(string topic, byte[] payload, CancellationToken cancellationToken)
    {
        using JsonDocument question = JsonDocument.Parse(payload);
        IEnumerable<string> answers = question.RootElement.GetProperty("commands").EnumerateArray()
            .Select(command => JsonSerializer.Serialize(new Dictionary<string, string>
            {
                ["command"] = command.GetProperty("command").GetString()!,
                ["correlationData"] = command.GetProperty("correlationData").GetString()!,
                [error.Length > 0 ? "error" : "none"] = error,
            }));
        control.OnAnswer(Encoding.UTF8.GetBytes($"{{\"responses\":[{string.Join(',', answers)}]}}"));
        lock (asked)
        {
            asked.Add(Encoding.UTF8.GetString(payload));
            if (waiting.TryDequeue(out TaskCompletionSource? one))
                one.SetResult();
        }

        return Task.CompletedTask;
    }
}
