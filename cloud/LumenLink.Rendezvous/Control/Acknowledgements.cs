using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Control;

/// <summary>Takes CommandAck frames whose tag was checked.</summary>
internal sealed class Acknowledgements(
    IControlStore store, SessionCache sessions, LumenMetrics metrics, TimeProvider time,
    ILogger<Acknowledgements> logger)
{
    /// <summary>Notes what a beacon says, once; throws what the store throws.</summary>
    public async ValueTask<IngestOutcome> TakeAsync(
        LiveSession session, ReadOnlyMemory<byte> bytes, FrameDoor door, CancellationToken cancellationToken)
    {
        CommandAckFrame frame = new();
        byte[] buffer = bytes.ToArray();
        WireError error = frame.Read(buffer, 0, buffer.Length);
        if (error != WireError.None)
            return IngestOutcomes.Of(error);
        ControlAck ack = new(
            session.Beacon, session.Id, frame.Subject, frame.Number, frame.Outcome, frame.Detail.ToText());
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ControlPolicy.AcknowledgeWithin);
        ControlAckOutcome outcome = await store.AcknowledgeAsync(ack, time.GetUtcNow(), limit.Token);
        if (outcome is ControlAckOutcome.SessionEnded or ControlAckOutcome.Revoked)
            sessions.Remove(session.Beacon, session.Id);
        else
            sessions.Confirm(session, door.IsBroker());
        if (outcome == ControlAckOutcome.Noted)
        {
            metrics.ControlAcknowledged(frame.Outcome).Inc();
            logger.ControlAcknowledged(session.Beacon, ack.Subject, ack.Number, ack.Outcome, ack.Detail);
        }

        return outcome switch
        {
            ControlAckOutcome.Noted => IngestOutcome.Acknowledged,
            ControlAckOutcome.Repeated => IngestOutcome.AcknowledgedBefore,
            ControlAckOutcome.Unknown => IngestOutcome.AcknowledgementUnknown,
            ControlAckOutcome.Revoked => IngestOutcome.Revoked,
            _ => IngestOutcome.SessionEnded,
        };
    }
}
