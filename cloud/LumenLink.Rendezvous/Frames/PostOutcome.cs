namespace LumenLink.Rendezvous.Frames;

/// <summary>What a post of frames was answered; metric label and what tests expect.</summary>
internal enum PostOutcome
{
    /// <summary>Its frames were taken; what came out is in the body.</summary>
    Answered,

    /// <summary>The lengths do not fit the body: nothing of it was looked at.</summary>
    Malformed,

    /// <summary>No session or token that is accepted, or a frame of a beacon that is revoked.</summary>
    NotAuthorized,

    /// <summary>More bytes than a body may have; not read.</summary>
    TooLarge,

    /// <summary>Too many bad frames, or posts of one beacon at the same time.</summary>
    RateLimited,

    /// <summary>As many posts as allowed at the same time.</summary>
    Busy,

    /// <summary>
    /// The store does not answer: nothing of the body was stored, or it could not be told whose it is.
    /// </summary>
    StoreUnavailable,
}
