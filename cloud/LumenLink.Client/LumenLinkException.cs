namespace LumenLink.Client;

/// <summary>What went wrong, in one word.</summary>
public enum LumenLinkError
{
    /// <summary>The service refused the call; <see cref="LumenLinkException.Code"/> says why.</summary>
    Refused,

    /// <summary>The service was not reached, or did not answer in time.</summary>
    Unreachable,

    /// <summary>What answered is not this service, or not a version that this client knows.</summary>
    NotUnderstood,

    /// <summary>What a client has seen of packs cannot be read or kept: no pack is believed until it can.</summary>
    StorageFailed,
}

/// <summary>
/// The one exception of this library. Its message says what to do and holds no secret. A cancelled call throws
/// <see cref="OperationCanceledException"/> instead.
/// </summary>
public sealed class LumenLinkException : Exception
{
    internal LumenLinkException(LumenLinkError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    /// <summary>What went wrong.</summary>
    public LumenLinkError Error { get; }

    /// <summary>The service's stable code, such as rate_limited; null when it gave none.</summary>
    public string? Code { get; internal init; }

    /// <summary>Status of the answer; null without one.</summary>
    public int? Status { get; internal init; }

    /// <summary>How long the service asked to wait; null when it did not.</summary>
    public TimeSpan? RetryAfter { get; internal init; }

    /// <summary>True if the same call may go well later.</summary>
    public bool IsTransient => Error == LumenLinkError.Unreachable
        || (Error == LumenLinkError.Refused && Status is 408 or 429 or 502 or 503 or 504);
}
