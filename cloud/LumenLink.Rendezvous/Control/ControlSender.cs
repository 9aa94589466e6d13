using LumenLink.Rendezvous.Observability;
using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Control;

/// <summary>What goes down to a beacon now: claimed in the store, sealed, counted.</summary>
internal sealed class ControlSender(
    IControlStore store, PendingControl pending, LumenMetrics metrics, TimeProvider time,
    ILogger<ControlSender> logger)
{
    /// <summary>
    /// The frames to send behind a receipt: none, without a look at the store, unless something waits for this beacon.
    /// Never throws for a store that does not answer.
    /// </summary>
    public ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> TakeBehindReceiptAsync(LiveSession session) =>
        pending.TryTake(session.Beacon)
            ? TakeAsync(session)
            : ValueTask.FromResult<IReadOnlyList<ReadOnlyMemory<byte>>>([]);

    /// <summary>
    /// The frames to send to the beacon of a session that it has confirmed. Never throws for a store that does not
    /// answer.
    /// </summary>
    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> TakeAsync(LiveSession session)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (!session.IsCurrent || session.ExpiresAt <= now)
            return [];
        try
        {
            using CancellationTokenSource limit = new(ControlPolicy.ClaimWithin);
            ControlDue due = await store.ClaimControlAsync(session.Beacon, session.Id, now, limit.Token);
            Note(session, due);
            return ControlFrames.Write(session, due);
        }
        catch (Exception exception)
        {
            metrics.ControlFailures.Inc();
            logger.ControlNotSent(session.Beacon, exception);
            return [];
        }
    }

    private void Note(LiveSession session, ControlDue due)
    {
        if (due.Command is { } command)
        {
            metrics.ControlSent(Protocol.ControlSubject.Command).Inc();
            logger.CommandSent(session.Beacon, command.Id, command.Command);
        }

        if (due.SignedConfiguration is { } signed)
        {
            metrics.ControlSent(Protocol.ControlSubject.Configuration).Inc();
            logger.ConfigurationSent(session.Beacon, Protocol.ByteReader.U32(signed, 0));
        }
    }
}
