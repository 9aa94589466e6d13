using LumenLink.Rendezvous.Access;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Query;

/// <summary>What is asked for when an API key is made.</summary>
/// <param name="Name">Name for people, 1 to 64 characters.</param>
/// <param name="Role">client, viewer, operator or admin.</param>
/// <param name="ExpiresInDays">Days that it is good for, 1 to 366; left out 90.</param>
internal sealed record ApiKeyRequest(string Name, string Role, int? ExpiresInDays = null);

/// <summary>Where an API key stands.</summary>
internal enum ApiKeyState
{
    /// <summary>It is good.</summary>
    Active,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>It was revoked.</summary>
    Revoked,
}

/// <summary>An API key, without its secret.</summary>
/// <param name="Id">Its id, which stands in the key too.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Role">What it may do.</param>
/// <param name="State">Where it stands.</param>
/// <param name="CreatedBy">Who made it.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="ExpiresAt">From then on it is good no more.</param>
/// <param name="RevokedAt">When it was revoked; null while it is not.</param>
/// <param name="LastUsedAt">When it was used last, to the hour; null before the first time.</param>
internal sealed record ApiKey(
    string Id, string Name, ApiRole Role, ApiKeyState State, string CreatedBy, DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt)
{
    public static ApiKey Of(ApiKeyView key, DateTimeOffset now) => new(
        key.Id, key.Name, key.Role,
        key.RevokedAt is not null ? ApiKeyState.Revoked : key.ExpiresAt <= now ? ApiKeyState.Expired
            : ApiKeyState.Active,
        key.CreatedBy, key.CreatedAt, key.ExpiresAt, key.RevokedAt, key.LastUsedAt);
}

/// <summary>A new API key. The only answer that has its text.</summary>
/// <param name="Text">What the caller sends as Authorization: Bearer.</param>
/// <param name="Key">The key.</param>
internal sealed record NewApiKey(string Text, ApiKey Key);
