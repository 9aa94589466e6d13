using System.Security.Cryptography;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// The replicas' key that MACs challenges, one a day: it is how a service that keeps nothing per Hello knows its own
/// challenges again.
/// </summary>
internal sealed class ChallengeKeys(SharedKeys shared, TimeProvider time)
{
    private const string Purpose = "challenge";
    private const int Size = 32;

    /// <summary>The key for a challenge issued at <paramref name="issued"/>, which is now.</summary>
    public ValueTask<byte[]> ForIssueAsync(DateTimeOffset issued, CancellationToken cancellationToken)
    {
        long day = DayOf(issued.ToUnixTimeMilliseconds());
        return shared.GetOrAddAsync(
            Purpose, day, NotAfter(day), () => RandomNumberGenerator.GetBytes(Size), cancellationToken);
    }

    /// <summary>
    /// The key of a challenge that claims to be issued then, or null. Only today's and its neighbours reach the store.
    /// </summary>
    public ValueTask<byte[]?> ForCheckAsync(long issuedUnixMs, CancellationToken cancellationToken)
    {
        long day = DayOf(issuedUnixMs);
        long today = DayOf(time.GetUtcNow().ToUnixTimeMilliseconds());
        return day < today - 1 || day > today + 1
            ? ValueTask.FromResult<byte[]?>(null)
            : shared.FindAsync(Purpose, day, cancellationToken);
    }

    private static long DayOf(long unixMs) => Math.DivRem(unixMs, 86_400_000L).Quotient;

    /// <summary>A day more than needed, so that an expired challenge is told from a foreign one.</summary>
    private static DateTimeOffset NotAfter(long day) => DateTimeOffset.UnixEpoch.AddDays(day + 2);
}
