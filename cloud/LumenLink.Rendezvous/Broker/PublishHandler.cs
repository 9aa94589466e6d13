using System.Buffers;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace LumenLink.Rendezvous.Broker;

/// <summary>
/// What a beacon publishes: confined to its own topics, handed to the frame handler, answered after the commit.
/// </summary>
internal sealed class PublishHandler(
    EmbeddedBroker broker, FrameIntake intake, LumenMetrics metrics, TimeProvider time)
{
    /// <summary>MQTTnet sends the PUBACK when this completes.</summary>
    public async Task OnPublishAsync(InterceptingPublishEventArgs args)
    {
        // Nothing is passed on to subscribers: frames end here.
        args.ProcessPublish = false;
        long started = time.GetTimestamp();
        if (EmbeddedBroker.ConnectionOf(args.SessionItems) is not { } connection)
        {
            args.Response.ReasonCode = MqttPubAckReasonCode.NotAuthorized;
            args.CloseConnection = true;
            return;
        }

        MqttApplicationMessage message = args.ApplicationMessage;
        IngestOutcome? outcome;
        if (message.QualityOfServiceLevel == MqttQualityOfServiceLevel.ExactlyOnce || message.Retain)
            outcome = await RefuseAsync(connection, IngestOutcome.DeliveryNotAllowed);
        else if (message.Topic == MqttTopics.ConnectionUp || message.Topic == MqttTopics.Up(connection.IdText))
            outcome = await OnFrameAsync(connection, message.Payload.ToArray());
        else if (message.Topic == MqttTopics.StatusHint(connection.IdText))
            outcome = await OnStatusHintAsync(connection, message.Payload);
        else
            outcome = await RefuseAsync(connection, IngestOutcome.TopicNotOwn);
        args.Response.ReasonCode = ReasonCode(outcome);
        metrics.Pipeline.PubackHold.Observe(time.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>
    /// Counts a packet that is refused here, and ends the connection of a client that sends too many.
    /// </summary>
    public async Task<IngestOutcome> RefuseAsync(BeaconConnection connection, IngestOutcome outcome)
    {
        metrics.Frames(outcome).Inc();
        await NoteAsync(connection, outcome);
        return outcome;
    }

    /// <summary>
    /// What is not decided yet is taken over: a code of failure would ask a client of MQTT 5 for what is here already,
    /// and one of MQTT 3.1.1 has none. What proves the commit is the receipt, in both.
    /// </summary>
    private static MqttPubAckReasonCode ReasonCode(IngestOutcome? outcome) => outcome switch
    {
        null => MqttPubAckReasonCode.Success,
        { } known when IngestOutcomes.IsGood(known) => MqttPubAckReasonCode.Success,
        IngestOutcome.TopicNotOwn or IngestOutcome.BeaconMismatch or IngestOutcome.Revoked
            or IngestOutcome.TypeNotAllowed or IngestOutcome.DeliveryNotAllowed => MqttPubAckReasonCode.NotAuthorized,
        IngestOutcome.QueueFull or IngestOutcome.BeaconQueueFull or IngestOutcome.RateLimited =>
            MqttPubAckReasonCode.QuotaExceeded,
        IngestOutcome.StoreUnavailable or IngestOutcome.Fault => MqttPubAckReasonCode.UnspecifiedError,
        _ => MqttPubAckReasonCode.PayloadFormatInvalid,
    };

    /// <summary>
    /// Waits for the frame's outcome as long as the connection's PUBACKs may. The connection reads nothing meanwhile,
    /// so a client that there is no room for is slowed down by the same wait.
    /// </summary>
    private async Task<IngestOutcome?> OnFrameAsync(BeaconConnection connection, byte[] frame)
    {
        TimeSpan within = connection.Hold.Begin();
        try
        {
            IngestOutcome? outcome = connection.TryBeginFrame()
                ? await intake.TakeAsync(
                    connection.Beacon, frame, FrameDoor.Mqtt, answer => DeliverAsync(connection, answer), within)
                : await RefuseAsync(connection, IngestOutcome.BeaconQueueFull);
            if (outcome is null)
                metrics.AcknowledgedEarly.Inc();
            else if (outcome is IngestOutcome.QueueFull or IngestOutcome.BeaconQueueFull)
                await Task.Delay(within, time);
            return outcome;
        }
        finally
        {
            connection.Hold.End();
        }
    }

    private async Task DeliverAsync(BeaconConnection connection, FrameAnswer answer)
    {
        connection.EndFrame();
        if (!answer.Reply.IsEmpty)
            await broker.SendAsync(connection, answer.Reply);
        foreach (ReadOnlyMemory<byte> frame in answer.Behind)
            await broker.SendAsync(connection, frame);
        if (answer.EndConnection)
            await broker.EndAsync(connection, answer.Outcome);
        else
            await NoteAsync(connection, answer.Outcome);
    }

    private async Task<IngestOutcome> OnStatusHintAsync(BeaconConnection connection, ReadOnlySequence<byte> payload)
    {
        ReadOnlySpan<byte> hint = payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray();
        if (!hint.SequenceEqual("online"u8) && !hint.SequenceEqual("offline"u8))
            return await RefuseAsync(connection, IngestOutcome.ValueInvalid);
        metrics.Frames(IngestOutcome.StatusHint).Inc();
        return IngestOutcome.StatusHint;
    }

    private async Task NoteAsync(BeaconConnection connection, IngestOutcome outcome)
    {
        if (!connection.Faults.Allows(outcome, time.GetUtcNow()))
            await broker.EndAsync(connection, outcome);
    }
}
