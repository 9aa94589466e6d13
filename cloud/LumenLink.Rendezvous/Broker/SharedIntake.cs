using System.Buffers;
using System.Diagnostics;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;
using MQTTnet;

namespace LumenLink.Rendezvous.Broker;

/// <summary>
/// What comes from a broker beside the service. The topic only claims a beacon: Hello and Evidence are believed by
/// signature, everything else by the tag of the session, and forged topics make refusals and nothing else.
/// </summary>
internal sealed class SharedIntake(
    IFrameHandler frames, IRegistryStore registry, ClaimGate gate, IBrokerConnections connections,
    LumenMetrics metrics, LumenTraces traces, TimeProvider time, ILogger<SharedIntake> logger)
{
    /// <summary>
    /// Takes a message. Completes when its outcome is decided, by commit or refusal, and what goes down was sent: from
    /// then on it may be acknowledged.
    /// </summary>
    /// <param name="message">From the broker.</param>
    /// <param name="send">Sends a frame down; never throws.</param>
    /// <param name="cancellationToken">Ends the wait: nothing is decided then.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task TakeAsync(
        MqttApplicationMessage message, Func<BeaconId, ReadOnlyMemory<byte>, Task> send,
        CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        byte[] id = new byte[BeaconId.ByteCount];
        TopicKind kind = MqttTopics.Parse(message.Topic, id, 0);
        BeaconId beacon = BeaconId.FromBytes(id);
        if (message.Retain)
            RefuseDelivery();
        else if (kind == TopicKind.Up)
            await OnFrameAsync(beacon, message.Payload.ToArray(), send, cancellationToken);
        else if (kind == TopicKind.StatusHint)
            await OnStatusHintAsync(beacon, cancellationToken);
        else
            metrics.Frames(IngestOutcome.TopicNotOwn).Inc();
        metrics.Pipeline.PubackHold.Observe(time.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>Counts a message that did not come as frames do: at QoS 1 and not retained.</summary>
    public void RefuseDelivery() => metrics.Frames(IngestOutcome.DeliveryNotAllowed).Inc();

    private async Task OnFrameAsync(
        BeaconId beacon, byte[] frame, Func<BeaconId, ReadOnlyMemory<byte>, Task> send,
        CancellationToken cancellationToken)
    {
        if (!gate.Admits(beacon))
        {
            metrics.Frames(IngestOutcome.RateLimited).Inc();
            return;
        }

        using Activity? span = traces.StartReceive(beacon, frame.Length, FrameDoor.SharedMqtt);
        FrameAnswer answer = await DecideAsync(beacon, frame, cancellationToken);
        gate.Note(beacon, LumenTraces.Mark(span, answer.Outcome));
        using (traces.StartPart(LumenTraces.Receipt))
        {
            if (!answer.Reply.IsEmpty)
                await send(beacon, answer.Reply);
            foreach (ReadOnlyMemory<byte> behind in answer.Behind)
                await send(beacon, behind);
        }

        if (answer.EndConnection)
            await connections.DisconnectAsync(beacon, answer.Outcome);
        else if (answer.Outcome is IngestOutcome.SessionUnknown or IngestOutcome.SessionEnded
            or IngestOutcome.AttestationRefused)
            await LookAsync(beacon, cancellationToken);
    }

    /// <summary>What cannot be stored now is tried again, as long as it may be held.</summary>
    private async Task<FrameAnswer> DecideAsync(BeaconId beacon, byte[] frame, CancellationToken cancellationToken)
    {
        DateTimeOffset until = time.GetUtcNow() + SharedBrokerPolicy.HoldUndecided;
        BackOff pause = new(SharedBrokerPolicy.HoldFirst, SharedBrokerPolicy.HoldMax, isJittered: false, time);
        while (true)
        {
            FrameAnswer answer = await HandleAsync(beacon, frame, cancellationToken);
            if (IsDecided(answer))
                return answer;
            if (time.GetUtcNow() >= until)
            {
                metrics.BrokerFramesGivenUp.Inc();
                return answer;
            }

            await pause.WaitAsync(cancellationToken);
        }
    }

    private async Task<FrameAnswer> HandleAsync(BeaconId beacon, byte[] frame, CancellationToken cancellationToken)
    {
        FrameHeader header = new();
        bool isExchange = header.Read(frame) == WireError.None
            && header.Type is FrameType.Hello or FrameType.Evidence;
        if (!isExchange)
            return await frames.HandleAsync(beacon, frame, FrameDoor.SharedMqtt, cancellationToken);
        await gate.EnterAsync(cancellationToken);
        try
        {
            return await frames.HandleAsync(beacon, frame, FrameDoor.SharedMqtt, cancellationToken);
        }
        finally
        {
            gate.Leave();
        }
    }

    /// <summary>An answer decides: the beacon knows then that it is to come again.</summary>
    private static bool IsDecided(FrameAnswer answer) => !answer.Reply.IsEmpty || answer.Outcome
        is not (IngestOutcome.StoreUnavailable or IngestOutcome.QueueFull or IngestOutcome.CouldNotCheck);

    private async Task OnStatusHintAsync(BeaconId beacon, CancellationToken cancellationToken)
    {
        metrics.Frames(IngestOutcome.StatusHint).Inc();
        await LookAsync(beacon, cancellationToken);
    }

    /// <summary>
    /// Ends the connection of a beacon that shows life after it was revoked. The broker may have let it in again, or
    /// the revocation may have been made while no replica ran.
    /// </summary>
    private async Task LookAsync(BeaconId beacon, CancellationToken cancellationToken)
    {
        if (!gate.AllowsLook(beacon))
            return;
        try
        {
            if (await registry.FindBeaconAsync(beacon, cancellationToken) is { RevokedAt: not null })
                await connections.DisconnectAsync(beacon, IngestOutcome.Revoked);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.RevocationsNotRead(exception);
        }
    }
}
