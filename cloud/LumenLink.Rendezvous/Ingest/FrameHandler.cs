using System.Diagnostics;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Ingest;

/// <summary>What one frame came to.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reply">The frame to send down, empty when there is none.</param>
/// <param name="EndConnection">True when the sender is to be disconnected.</param>
public readonly record struct FrameAnswer(IngestOutcome Outcome, ReadOnlyMemory<byte> Reply, bool EndConnection)
{
    /// <summary>Frames to send down behind the reply: what the beacon is to do.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Behind { get => field ?? []; init; }

    internal static FrameAnswer Of(IngestOutcome outcome) => new(outcome, default, false);
}

/// <summary>Handles frames, whichever way they came.</summary>
public interface IFrameHandler
{
    /// <summary>
    /// Handles one frame of a beacon that the transport names, and has authenticated if its door does. For Records it
    /// completes when their commit has been decided; it never throws for what is in the frame or for a store that does
    /// not answer.
    /// </summary>
    /// <param name="beacon">The sender.</param>
    /// <param name="frame">The whole frame.</param>
    /// <param name="door">The way that it came.</param>
    /// <param name="cancellationToken">Ends the wait for an answer, not the commit.</param>
    Task<FrameAnswer> HandleAsync(
        BeaconId beacon, ReadOnlyMemory<byte> frame, FrameDoor door, CancellationToken cancellationToken);
}

/// <summary>
/// The way of a frame: header, then by type to the exchange or (after its tag was checked) to the queue of records or
/// to what was asked of the beacon. Nothing of a sealed frame is believed before its tag.
/// </summary>
internal sealed class FrameHandler(
    AttestationExchange exchange, Revocations revocations, SessionCache sessions, ITrustStore store,
    RecordsQueue queue, Acknowledgements acknowledgements, ControlSender control, LumenMetrics metrics,
    LumenTraces traces, TimeProvider time, ILogger<FrameHandler> logger)
    : IFrameHandler
{
    /// <inheritdoc/>
    public async Task<FrameAnswer> HandleAsync(
        BeaconId beacon, ReadOnlyMemory<byte> frame, FrameDoor door, CancellationToken cancellationToken)
    {
        FrameAnswer answer;
        try
        {
            answer = await DispatchAsync(beacon, frame, door, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            logger.FrameNotHandled(beacon, exception);
            answer = FrameAnswer.Of(IngestOutcome.StoreUnavailable);
        }

        metrics.Frames(answer.Outcome).Inc();
        metrics.Pipeline.FrameBytes.Inc(frame.Length);
        logger.FrameJudged(beacon, answer.Outcome);
        return answer;
    }

    private async ValueTask<FrameAnswer> DispatchAsync(
        BeaconId beacon, ReadOnlyMemory<byte> frame, FrameDoor door, CancellationToken cancellationToken)
    {
        if (frame.Length > WireLimits.MaxFrameBytes)
            return FrameAnswer.Of(IngestOutcome.PayloadTooLarge);
        FrameHeader header = new();
        WireError error = header.Read(frame.Span);
        if (error != WireError.None)
            return FrameAnswer.Of(IngestOutcomes.Of(error));
        return header.Type switch
        {
            FrameType.Records => await OnRecordsAsync(beacon, header.SessionId, frame, door, cancellationToken),
            FrameType.CommandAck =>
                await OnCommandAckAsync(beacon, header.SessionId, frame, door, cancellationToken),
            FrameType.Hello => await exchange.OnHelloAsync(
                new FrameSender(beacon, door.IsAuthenticated()), frame.ToArray(), cancellationToken),
            FrameType.Evidence => await exchange.OnEvidenceAsync(
                new FrameSender(beacon, door.IsAuthenticated()), frame.ToArray(), cancellationToken),
            _ => FrameAnswer.Of(IngestOutcome.TypeNotAllowed),
        };
    }

    private async ValueTask<FrameAnswer> OnRecordsAsync(
        BeaconId beacon, uint sessionId, ReadOnlyMemory<byte> frame, FrameDoor door,
        CancellationToken cancellationToken)
    {
        LiveSession? session;
        IngestOutcome refusal;
        using (Activity? span = traces.StartPart(LumenTraces.Authenticate))
        {
            (session, refusal) = await OpenAsync(beacon, sessionId, frame, door, cancellationToken);
            if (session is null)
                return FrameAnswer.Of(LumenTraces.Mark(span, refusal));
            WireError error = RecordsFrameReader.Read(frame.Span, out _, session.Boot);
            LumenTraces.Mark(span, error);
            if (error != WireError.None)
                return FrameAnswer.Of(IngestOutcomes.Of(error));
        }

        FrameAnswer answer = await queue.CommitAsync(session, frame, door, time.GetUtcNow(), cancellationToken);
        return answer.Reply.IsEmpty
            ? answer
            : answer with { Behind = await control.TakeBehindReceiptAsync(session) };
    }

    private async ValueTask<FrameAnswer> OnCommandAckAsync(
        BeaconId beacon, uint sessionId, ReadOnlyMemory<byte> frame, FrameDoor door,
        CancellationToken cancellationToken)
    {
        (LiveSession? session, IngestOutcome refusal) =
            await OpenAsync(beacon, sessionId, frame, door, cancellationToken);
        if (session is null)
            return FrameAnswer.Of(refusal);
        IngestOutcome outcome = await acknowledgements.TakeAsync(session, frame, door, cancellationToken);
        return outcome switch
        {
            IngestOutcome.Acknowledged => FrameAnswer.Of(outcome) with { Behind = await control.TakeAsync(session) },
            IngestOutcome.Revoked => new FrameAnswer(outcome, default, EndConnection: true),
            _ => FrameAnswer.Of(outcome),
        };
    }

    /// <summary>The session of a sealed frame whose tag is right, or why there is none.</summary>
    private async ValueTask<(LiveSession? Session, IngestOutcome Refusal)> OpenAsync(
        BeaconId beacon, uint sessionId, ReadOnlyMemory<byte> frame, FrameDoor door,
        CancellationToken cancellationToken)
    {
        if (!await revocations.IsCurrentAsync(cancellationToken))
            return (null, IngestOutcome.CouldNotCheck);
        if (await sessions.FindAsync(beacon, sessionId, cancellationToken) is not { } session)
        {
            return (null, sessions.IsHeldByAnother(beacon, sessionId)
                ? IngestOutcome.SessionOfAnotherBeacon
                : IngestOutcome.SessionUnknown);
        }

        DateTimeOffset now = time.GetUtcNow();
        if (session.ExpiresAt <= now)
            return (null, IngestOutcome.SessionExpired);
        if (session.Opens(frame.Span))
            return (session, default);
        if (session.CountBadTag(door.IsAuthenticated()))
            await EndAsync(session, now, cancellationToken);
        return (null, IngestOutcome.TagMismatch);
    }

    private async ValueTask EndAsync(LiveSession session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        sessions.Remove(session.Beacon, session.Id);
        metrics.SessionsEndedByBadTags.Inc();
        logger.SessionEndedByBadTags(session.Beacon, session.Id);
        await store.EndSessionAsync(session.Beacon, session.Id, now, cancellationToken);
    }
}
