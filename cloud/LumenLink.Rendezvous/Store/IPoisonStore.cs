using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Store;

/// <summary>A record that the database refused, with the frame in which it came.</summary>
/// <param name="Id">Number of the row; rises.</param>
/// <param name="Beacon">Sender.</param>
/// <param name="Boot">Boot of the record.</param>
/// <param name="Sequence">Number of the record within it.</param>
/// <param name="At">When it was set aside.</param>
/// <param name="Reason">What the database said, one line.</param>
/// <param name="Frame">The whole frame as it came, its tag included.</param>
public sealed record PoisonedView(
    long Id, BeaconId Beacon, uint Boot, uint Sequence, DateTimeOffset At, string Reason, byte[] Frame);

/// <summary>
/// Records that were set aside. They come in with a commit (<see cref="IngestBatch.Poisoned"/>), so many as
/// <see cref="Ingest.IngestPolicy"/> allows.
/// </summary>
public interface IPoisonStore
{
    /// <summary>Set-aside records of a tenant, newest first.</summary>
    /// <param name="tenantId">Whose.</param>
    /// <param name="beforeId">Page on: below this number.</param>
    /// <param name="limit">At most this many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<PoisonedView>> ListPoisonedAsync(
        int tenantId, long? beforeId, int limit, CancellationToken cancellationToken);

    /// <summary>Forgets those of before. Returns how many rows went.</summary>
    Task<int> PrunePoisonedAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>A record was not set aside, because as many are as may be: the commit was undone.</summary>
internal sealed class PoisonedFullException() : Exception("no room for another poisoned frame");
