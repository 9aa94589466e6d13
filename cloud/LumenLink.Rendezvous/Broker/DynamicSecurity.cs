using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Broker;

/// <summary>
/// Has Mosquitto end the connections of revoked beacons, through the topics of its dynamic-security plugin: a disabled
/// client of the beacon's name, which ends every connection under that name, on whichever listener, each time it is
/// asked for. Where the plugin judges the listener of the beacons it refuses the name from then on, too.
/// </summary>
internal sealed class DynamicSecurity(
    LumenMetrics metrics, TimeProvider time, ILogger<DynamicSecurity> logger) : IBrokerControl, IDisposable
{
    private const string CommandTopic = "$CONTROL/dynamic-security/v1";
    private const string ExistsAlready = "Client already exists";

    private readonly Lock gate = new();
    private readonly HashSet<BeaconId> pending = [];
    private readonly SemaphoreSlim asked = new(0, 1);
    private readonly Channel<byte[]> answers = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private long number;
    private volatile bool canDisconnect;

    /// <inheritdoc/>
    public bool CanDisconnect => canDisconnect;

    /// <inheritdoc/>
    public string AnswerTopic => CommandTopic + "/response";

    /// <inheritdoc/>
    public void OnAnswer(byte[] payload) => answers.Writer.TryWrite(payload);

    /// <inheritdoc/>
    public Task DisconnectAsync(BeaconId beacon, IngestOutcome reason)
    {
        lock (gate)
        {
            pending.Add(beacon);
            metrics.BrokerRevocationsPending.Set(pending.Count);
            if (asked.CurrentCount == 0)
                asked.Release();
        }

        logger.Disconnected(beacon, reason);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task RunAsync(
        Func<string, byte[], CancellationToken, Task> publish, CancellationToken cancellationToken)
    {
        BackOff pause = new(
            SharedBrokerPolicy.ReconnectFirst, SharedBrokerPolicy.ReconnectMax, isJittered: false, time);
        while (true)
        {
            // Without anybody to tell of, the broker is asked whether it would listen.
            BeaconId[] beacons = Take();
            if (await AskAsync(beacons, publish, cancellationToken))
            {
                foreach (BeaconId beacon in beacons)
                    logger.DisconnectedAtBroker(beacon);
                pause.Reset();
                await asked.WaitAsync(cancellationToken);
                continue;
            }

            await pause.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => asked.Dispose();

    private BeaconId[] Take()
    {
        lock (gate)
        {
            asked.Wait(0, CancellationToken.None); // whoever asked until now is among them
            BeaconId[] taken = [.. pending.Take(SharedBrokerPolicy.RevokedAtOnce)];
            pending.ExceptWith(taken);
            metrics.BrokerRevocationsPending.Set(pending.Count);
            if (pending.Count > 0 && asked.CurrentCount == 0)
                asked.Release();
            return taken;
        }
    }

    private async Task<bool> AskAsync(
        BeaconId[] beacons, Func<string, byte[], CancellationToken, Task> publish,
        CancellationToken cancellationToken)
    {
        string problem = "it did not answer";
        Exception? cause = null;
        try
        {
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(SharedBrokerPolicy.AnswerWithin);
            string question = (++number).ToString(CultureInfo.InvariantCulture);
            await publish(CommandTopic, Write(beacons, question), limit.Token);
            problem = await AnswerAsync(question, limit.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            cause = exception;
        }
        finally
        {
            if (problem.Length > 0)
                PutBack(beacons);
        }

        canDisconnect = problem.Length == 0;
        if (!canDisconnect)
            logger.NotDisconnectedAtBroker(problem, cause);
        return canDisconnect;
    }

    private void PutBack(BeaconId[] beacons)
    {
        lock (gate)
        {
            pending.UnionWith(beacons);
            metrics.BrokerRevocationsPending.Set(pending.Count);
        }
    }

    /// <summary>The answer to a question; empty when nothing in it is an error.</summary>
    private async Task<string> AnswerAsync(string question, CancellationToken cancellationToken)
    {
        while (true)
        {
            using JsonDocument answer = JsonDocument.Parse(await answers.Reader.ReadAsync(cancellationToken));
            JsonElement[] ours =
            [
                .. answer.RootElement.GetProperty("responses").EnumerateArray()
                    .Where(one => Text(one, "correlationData") == question),
            ];
            if (ours.Length > 0)
                return ours.All(IsGood) ? "" : "it answers with an error";
        }
    }

    private static bool IsGood(JsonElement one) => Text(one, "error") is "" or ExistsAlready;

    private static string Text(JsonElement one, string name) =>
        one.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";

    private static byte[] Write(BeaconId[] beacons, string question)
    {
        List<Dictionary<string, string>> commands = [];
        foreach (BeaconId beacon in beacons)
        {
            commands.Add(Command("createClient", question, beacon));
            commands.Add(Command("disableClient", question, beacon));
        }

        if (commands.Count == 0)
            commands.Add(Command("getDefaultACLAccess", question));
        return JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, List<Dictionary<string, string>>> { ["commands"] = commands });
    }

    private static Dictionary<string, string> Command(string name, string question, BeaconId? beacon = null)
    {
        Dictionary<string, string> command = new() { ["command"] = name, ["correlationData"] = question };
        if (beacon is { } of)
            command.Add("username", of.ToString());
        return command;
    }
}
