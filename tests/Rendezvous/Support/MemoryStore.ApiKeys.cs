using LumenLink.Rendezvous.Store;

namespace LumenLink.Tests.Rendezvous.Support;

internal sealed partial class MemoryStore
{
    private readonly Dictionary<string, StoredApiKey> apiKeys = [];

    /// <summary>Looks at keys, found or not.</summary>
    public int ApiKeyLookups { get; private set; }

    /// <summary>Keys whose use was noted, in order.</summary>
    public List<string> ApiKeysTouched { get; } = [];

    /// <summary>When set, a look at a key waits for it.</summary>
    public TaskCompletionSource? ApiKeyHold { get; set; }

    public Task<bool> AddApiKeyAsync(ApiKeyView key, byte[] secretHash, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        lock (gate)
            return Task.FromResult(apiKeys.TryAdd(key.Id, new StoredApiKey(key, secretHash)));
    }

    public async Task<StoredApiKey?> FindApiKeyAsync(string id, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        lock (gate)
            ApiKeyLookups++;
        if (ApiKeyHold is { } hold)
            await hold.Task;
        lock (gate)
            return apiKeys.GetValueOrDefault(id);
    }

    public Task TouchApiKeyAsync(string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ThrowIfFailing();
        lock (gate)
        {
            ApiKeysTouched.Add(id);
            apiKeys[id] = new StoredApiKey(apiKeys[id].Key with { LastUsedAt = now }, apiKeys[id].SecretHash);
        }

        return Task.CompletedTask;
    }

    public Task<ApiKeyView?> RevokeApiKeyAsync(
        int tenantId, string id, string by, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (!apiKeys.TryGetValue(id, out StoredApiKey? there) || there.Key.TenantId != tenantId)
                return Task.FromResult<ApiKeyView?>(null);
            ApiKeyView revoked = there.Key with { RevokedAt = there.Key.RevokedAt ?? now };
            apiKeys[id] = new StoredApiKey(revoked, there.SecretHash);
            return Task.FromResult<ApiKeyView?>(revoked);
        }
    }

    public Task<IReadOnlyList<ApiKeyView>> ListApiKeysAsync(
        int tenantId, string? afterId, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException("lists of keys are the real stores' business");

    public Task<int> PruneApiKeysAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        Task.FromResult(0);
}
