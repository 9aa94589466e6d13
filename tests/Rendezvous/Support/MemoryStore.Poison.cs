using LumenLink.Rendezvous.Store;

namespace LumenLink.Tests.Rendezvous.Support;

internal sealed partial class MemoryStore
{
    public string? RefusalOf(Exception error) => null;

    public Task<IReadOnlyList<PoisonedView>> ListPoisonedAsync(
        int tenantId, long? beforeId, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("queries are not asked here");

    public Task<int> PrunePoisonedAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        Task.FromResult(0);
}
