using System.Security.Cryptography;
using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Audit;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    [StoreFact]
    public async Task An_api_key_is_found_as_it_was_made_and_listed_in_pages()
    {
        byte[] hash = RandomNumberGenerator.GetBytes(32);
        ApiKeyView key = NewApiKey("00000000000000aa");
        Assert.True(await Store.AddApiKeyAsync(key, hash, None));
        StoredApiKey found = (await Store.FindApiKeyAsync(key.Id, None))!;
        Assert.Equal(key, found.Key);
        Assert.Equal(hash, found.SecretHash);
        Assert.Null(await Store.FindApiKeyAsync("00000000000000ab", None));
        await Store.TouchApiKeyAsync(key.Id, Noon.AddHours(2), None);
        await Store.TouchApiKeyAsync(key.Id, Noon.AddHours(1), None); // a replica whose clock is behind
        Assert.Equal(Noon.AddHours(2), (await Store.FindApiKeyAsync(key.Id, None))!.Key.LastUsedAt);
        foreach (string id in (string[])["00000000000000ff", "00000000000000bb"])
            await Store.AddApiKeyAsync(NewApiKey(id), hash, None);
        Assert.Equal(
            ["00000000000000aa", "00000000000000bb"],
            (await Store.ListApiKeysAsync(1, null, 2, None)).Select(one => one.Id));
        Assert.Equal(
            ["00000000000000ff"],
            (await Store.ListApiKeysAsync(1, "00000000000000bb", 2, None)).Select(one => one.Id));
    }

    [StoreFact]
    public async Task Api_keys_are_of_their_tenant_and_every_change_is_audited_once()
    {
        await Database.ExecuteAsync("INSERT INTO tenants (tenant_id, name) VALUES (2, 'second')");
        ApiKeyView mine = NewApiKey("00000000000000aa"), theirs = NewApiKey("00000000000000bb", tenant: 2);
        await Store.AddApiKeyAsync(mine, [1], None);
        await Store.AddApiKeyAsync(theirs, [2], None);
        Assert.Equal(theirs.Id, Assert.Single(await Store.ListApiKeysAsync(2, null, 9, None)).Id);
        Assert.Null(await Store.RevokeApiKeyAsync(2, mine.Id, "x", Noon, None));
        Assert.Null((await Store.FindApiKeyAsync(mine.Id, None))!.Key.RevokedAt);
        for (int i = 1; i <= 2; i++)
        {
            ApiKeyView? revoked = await Store.RevokeApiKeyAsync(1, mine.Id, "y", Noon.AddHours(i), None);
            Assert.Equal(Noon.AddHours(1), revoked!.RevokedAt);
        }

        Assert.Equal(
            [(1, mine.Id, "x", "Created"), (2, theirs.Id, "x", "Created"), (1, mine.Id, "y", "Revoked")],
            (await Store.ListAuditEntriesAsync(null, 99, None)).Select(entry => entry.Fact)
                .Where(fact => fact.Kind == AuditKind.ApiKey)
                .Select(fact => (fact.TenantId!.Value, fact.Subject, fact.Actor, fact.Outcome)));
    }

    [StoreFact]
    public async Task There_are_so_many_api_keys_and_ended_ones_go()
    {
        for (int i = 0; i < AccessPolicy.MaxKeys; i++)
            Assert.True(await Store.AddApiKeyAsync(NewApiKey($"{i:x16}"), [1], None));
        ApiKeyView more = NewApiKey("ffffffffffffffff");
        Assert.False(await Store.AddApiKeyAsync(more, [1], None));
        await Store.RevokeApiKeyAsync(1, $"{7:x16}", "x", Noon, None);
        Assert.Equal(0, await Store.PruneApiKeysAsync(Noon, None));
        Assert.Equal(1, await Store.PruneApiKeysAsync(Noon.AddSeconds(1), None));
        Assert.True(await Store.AddApiKeyAsync(more, [1], None));
        Assert.Equal(
            AccessPolicy.MaxKeys, await Store.PruneApiKeysAsync(more.ExpiresAt.AddSeconds(1), None));
    }

    private protected static ApiKeyView NewApiKey(string id, int tenant = 1) =>
        new(id, tenant, "ci", ApiRole.Viewer, "x", Noon, Noon.AddDays(90));
}
