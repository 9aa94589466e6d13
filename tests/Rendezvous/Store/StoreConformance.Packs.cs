using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    [StoreFact]
    public async Task A_pack_version_rises_over_replicas_and_restarts_and_is_given_once()
    {
        await using IRendezvousStore replica = StoreFactory.Create(Database.Settings);
        long[] given = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(
            () => (i % 2 == 0 ? Store : replica).RaisePackVersionAsync(1, None))));
        Assert.Equal(Enumerable.Range(1, 40).Select(version => (long)version), given.Order());

        await using IRendezvousStore restarted = StoreFactory.Create(Database.Settings);
        Assert.Equal(41, await restarted.RaisePackVersionAsync(1, None));
        Assert.Equal(42, await Store.RaisePackVersionAsync(1, None));
    }
}
