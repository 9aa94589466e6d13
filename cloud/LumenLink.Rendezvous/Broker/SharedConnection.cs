using System.Buffers;
using System.Threading.Channels;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace LumenLink.Rendezvous.Broker;

/// <summary>
/// One connection to a broker beside the service, with a client of its own: an acknowledgement that comes too late
/// cannot reach the next connection, where its number may mean another message.
/// </summary>
/// <remarks>
/// Messages are handled side by side and acknowledged in the order in which they came, as MQTT 5 has it (section 4.6):
/// one that waits for the store has those behind it wait too, which wait for the same store, and no longer than
/// <see cref="SharedBrokerPolicy.HoldUndecided"/>.
/// </remarks>
internal sealed class SharedConnection : IAsyncDisposable
{
    private readonly IMqttClient client;
    private readonly MqttClientOptions options;
    private readonly string group;
    private readonly SharedIntake intake;
    private readonly IBrokerControl control;
    private readonly LumenMetrics metrics;
    private readonly CancellationTokenSource over = new();
    private readonly TaskCompletionSource<MqttClientDisconnectReason> ended =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<(MqttApplicationMessageReceivedEventArgs Message, Task Decided)> unacknowledged =
        Channel.CreateUnbounded<(MqttApplicationMessageReceivedEventArgs, Task)>();
    private readonly SemaphoreSlim downlinks = new(SharedBrokerPolicy.MaxDownlinks);
    private readonly SemaphoreSlim turns = new(SharedBrokerPolicy.InFlight);
    private Task acknowledging = Task.CompletedTask;
    private Task controlling = Task.CompletedTask;
    private TaskCompletionSource? emptied;
    private int held;
    private int open;
    private long taken;

    public SharedConnection(
        IMqttClient client, MqttClientOptions options, string group, SharedIntake intake, IBrokerControl control,
        LumenMetrics metrics)
    {
        this.client = client;
        this.options = options;
        this.group = group;
        this.intake = intake;
        this.control = control;
        this.metrics = metrics;
        client.ApplicationMessageReceivedAsync += OnMessageAsync;
        client.DisconnectedAsync += args =>
        {
            ended.TrySetResult(args.Reason);
            return Task.CompletedTask;
        };
    }

    /// <summary>Completes when the connection is over, with the reason of who ended it.</summary>
    public Task<MqttClientDisconnectReason> Ended => ended.Task;

    private string[] Filters => [Shared(MqttTopics.AllUp), Shared(MqttTopics.AllStatusHints)];

    /// <summary>Connects and subscribes.</summary>
    /// <returns>True if the broker kept what was not acknowledged before.</returns>
    /// <exception cref="MqttCommunicationException">It did not come about.</exception>
    public async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        MqttClientConnectResult result = await client.ConnectAsync(options, cancellationToken);
        if (result.ResultCode != MqttClientConnectResultCode.Success)
            throw new MqttCommunicationException($"The broker refuses the service: {result.ResultCode}.");
        acknowledging = AcknowledgeAsync();
        MqttClientSubscribeOptions subscribe = new()
        {
            TopicFilters =
            [
                .. Filters.Concat(control.AnswerTopic is { } topic ? [topic] : [])
                    .Select(filter => new MqttTopicFilter
                    {
                        Topic = filter,
                        QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
                    }),
            ],
        };
        MqttClientSubscribeResult granted = await client.SubscribeAsync(subscribe, cancellationToken);
        foreach (MqttClientSubscribeResultItem item in granted.Items.Take(Filters.Length))
        {
            if (item.ResultCode != MqttClientSubscribeResultCode.GrantedQoS1)
                throw new MqttCommunicationException($"The broker refuses a subscription: {item.ResultCode}.");
        }

        controlling = control.RunAsync(PublishAsync, over.Token);
        return result.IsSessionPresent;
    }

    /// <summary>Sends a frame down; never throws.</summary>
    public async Task SendAsync(BeaconId beacon, ReadOnlyMemory<byte> frame)
    {
        try
        {
            await downlinks.WaitAsync(over.Token);
            try
            {
                await PublishAsync(MqttTopics.Down(beacon.ToString()), frame.ToArray(), over.Token);
            }
            finally
            {
                downlinks.Release();
            }
        }
        catch (Exception)
        {
            // The beacon asks again for what it misses.
            metrics.BrokerDownlinksLost.Inc();
        }
    }

    /// <summary>
    /// Leaves the group, so that the others get everything from now on, and finishes what it was given. What is not
    /// finished in time is left to the session, and to the beacons.
    /// </summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        MqttClientUnsubscribeOptions unsubscribe = new() { TopicFilters = [.. Filters] };
        await client.UnsubscribeAsync(unsubscribe, cancellationToken);
        long before;
        do
        {
            // The broker answers in order: when nothing came before the answer to a ping, nothing is left there.
            before = Interlocked.Read(ref taken);
            await WhenNothingIsHeldAsync(cancellationToken);
            await client.PingAsync(cancellationToken);
        }
        while (Interlocked.Read(ref taken) != before || Volatile.Read(ref held) > 0);
        await client.DisconnectAsync(new MqttClientDisconnectOptions(), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        client.Dispose();
        unacknowledged.Writer.TryComplete();
        foreach (Task task in new[] { acknowledging, controlling })
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        metrics.BrokerFramesHeld.Set(0);
    }

    private string Shared(string filter) => $"$share/{group}/{filter}";

    private async Task PublishAsync(string topic, byte[] payload, CancellationToken cancellationToken)
    {
        MqttApplicationMessage message = new()
        {
            Topic = topic,
            PayloadSegment = payload,
            QualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce,
        };
        MqttClientPublishResult result = await client.PublishAsync(message, cancellationToken);
        if (!result.IsSuccess)
            throw new MqttCommunicationException($"The broker refuses a publish: {result.ReasonCode}.");
    }

    private Task OnMessageAsync(MqttApplicationMessageReceivedEventArgs args)
    {
        MqttApplicationMessage message = args.ApplicationMessage;
        args.AutoAcknowledge = false;
        if (message.Topic == control.AnswerTopic)
            control.OnAnswer(message.Payload.ToArray());
        else if (message.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce)
            intake.RefuseDelivery(); // nothing bounds how many the broker sends of these
        if (message.QualityOfServiceLevel == MqttQualityOfServiceLevel.AtMostOnce)
            return Task.CompletedTask;
        Interlocked.Increment(ref taken);
        if (message.Dup)
            metrics.BrokerRedelivered.Inc();
        Interlocked.Increment(ref held);
        int unanswered = Interlocked.Increment(ref open);
        if (unanswered > SharedBrokerPolicy.InFlight)
            metrics.BrokerFramesOver.Inc();
        if (unanswered > SharedBrokerPolicy.MaxWaiting)
        {
            // More than there is room for: a broker that breaks the rules so far is none to go on with.
            ended.TrySetResult(MqttClientDisconnectReason.ReceiveMaximumExceeded);
            return Task.CompletedTask;
        }

        metrics.BrokerFramesHeld.Set(Volatile.Read(ref held));
        Task decided = message.Topic == control.AnswerTopic
            ? Task.CompletedTask
            : TakeInTurnAsync(message);
        unacknowledged.Writer.TryWrite((args, decided));
        return Task.CompletedTask;
    }

    /// <summary>As many at a time as the broker may send; what it sends beyond waits, in order.</summary>
    private async Task TakeInTurnAsync(MqttApplicationMessage message)
    {
        await turns.WaitAsync(over.Token).ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await intake.TakeAsync(message, SendAsync, over.Token);
        }
        finally
        {
            turns.Release();
        }
    }

    private async Task AcknowledgeAsync()
    {
        try
        {
            await foreach ((MqttApplicationMessageReceivedEventArgs message, Task decided)
                in unacknowledged.Reader.ReadAllAsync(over.Token))
            {
                await decided;

                // The broker sends the next one at this acknowledgement, which may be here before the call returns.
                Interlocked.Decrement(ref open);
                await message.AcknowledgeAsync(over.Token);
                metrics.BrokerFramesHeld.Set(Interlocked.Decrement(ref held));
                if (Volatile.Read(ref held) == 0)
                    Interlocked.Exchange(ref emptied, null)?.TrySetResult();
            }
        }
        catch (Exception)
        {
            // The connection is over, or must be: without acknowledgements nothing comes any more.
            ended.TrySetResult(MqttClientDisconnectReason.UnspecifiedError);
        }
    }

    private async Task WhenNothingIsHeldAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Exchange(ref emptied, waiting);
        if (Volatile.Read(ref held) > 0)
            await waiting.Task.WaitAsync(cancellationToken);
    }
}
