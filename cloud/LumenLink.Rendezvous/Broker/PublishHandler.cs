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
        IngestOutcome outcome;
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

    private static MqttPubAckReasonCode ReasonCode(IngestOutcome outcome) => outcome switch
    {
        _ when IngestOutcomes.IsGood(outcome) => MqttPubAckReasonCode.Success,
        IngestOutcome.TopicNotOwn or IngestOutcome.BeaconMismatch or IngestOutcome.Revoked
            or IngestOutcome.TypeNotAllowed or IngestOutcome.DeliveryNotAllowed => MqttPubAckReasonCode.NotAuthorized,
        IngestOutcome.QueueFull or IngestOutcome.RateLimited => MqttPubAckReasonCode.QuotaExceeded,
        IngestOutcome.StoreUnavailable or IngestOutcome.Fault => MqttPubAckReasonCode.UnspecifiedError,
        _ => MqttPubAckReasonCode.PayloadFormatInvalid,
    };

    private Task<IngestOutcome> OnFrameAsync(BeaconConnection connection, byte[] frame) => intake.TakeAsync(
        connection.Beacon, frame, FrameDoor.Mqtt, answer => DeliverAsync(connection, answer));

    private async Task DeliverAsync(BeaconConnection connection, FrameAnswer answer)
    {
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
