using LumenLink.Rendezvous.Access;

namespace LumenLink.Rendezvous.Store;

/// <summary>An API key, without its secret.</summary>
/// <param name="Id">Its id, 16 hexadecimal digits, unique among all tenants.</param>
/// <param name="TenantId">Whose calls it makes.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Role">What it may do.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">From then on it is good no more.</param>
/// <param name="RevokedAt">When it was revoked, or null.</param>
/// <param name="LastUsedAt">About when it was used last; null before the first time.</param>
public sealed record ApiKeyView(
    string Id, int TenantId, string Name, ApiRole Role, string CreatedBy, DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt = null, DateTimeOffset? LastUsedAt = null);

/// <summary>An API key as it is checked. A class and not a record, so that it does not print itself.</summary>
/// <param name="key">The key.</param>
/// <param name="secretHash">SHA-256 of its secret.</param>
public sealed class StoredApiKey(ApiKeyView key, byte[] secretHash)
{
    /// <summary>The key.</summary>
    public ApiKeyView Key => key;

    /// <summary>SHA-256 of its secret.</summary>
    public byte[] SecretHash => secretHash;
}

/// <summary>API keys.</summary>
public interface IApiKeyStore
{
    /// <summary>Adds a key; false when its tenant has as many as it may.</summary>
    Task<bool> AddApiKeyAsync(ApiKeyView key, byte[] secretHash, CancellationToken cancellationToken);

    /// <summary>The key of this id, whosever it is; null when there is none.</summary>
    Task<StoredApiKey?> FindApiKeyAsync(string id, CancellationToken cancellationToken);

    /// <summary>Notes that a key was used.</summary>
    Task TouchApiKeyAsync(string id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Keys of a tenant in order of id, behind <paramref name="afterId"/>; ended ones too.</summary>
    Task<IReadOnlyList<ApiKeyView>> ListApiKeysAsync(
        int tenantId, string? afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Revokes a key; once it is revoked, nothing changes. Null when the tenant has none of this id.</summary>
    Task<ApiKeyView?> RevokeApiKeyAsync(
        int tenantId, string id, string by, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Forgets keys that ended before this time. Returns how many went.</summary>
    Task<int> PruneApiKeysAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
