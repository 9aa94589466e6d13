namespace LumenLink.Rendezvous.Resolve;

/// <summary>What an identifier came to; metric label.</summary>
internal enum ResolveOutcome
{
    /// <summary>A beacon advertises it now.</summary>
    Known,

    /// <summary>None does that the caller may know of.</summary>
    Unknown,
}
