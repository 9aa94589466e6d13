using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Trust;

/// <summary>
/// What one beacon cannot do, however its frames are delayed, repeated or reordered, so that two must share its
/// identity. Every rule and number of that; from what was accepted before and what came now alone.
/// </summary>
internal static class ClonePolicy
{
    /// <summary>
    /// How long after a later boot a token of an earlier one may still be on its way: a connection may wait for its
    /// CONNECT and the store, and no connection outlives its board.
    /// </summary>
    public static readonly TimeSpan TokenOnItsWay = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How far an uptime may stay behind: Evidence may be as old as its challenge, and clocks are set.
    /// </summary>
    public static readonly TimeSpan UptimeSlack = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Part of the time between two attestations that an uptime may stay behind: a hundred times a bad crystal.
    /// </summary>
    public const double UptimeDrift = 0.01;

    /// <summary>How long an acknowledged alarm is kept.</summary>
    public static readonly TimeSpan AcknowledgedKept = TimeSpan.FromDays(90);

    /// <summary>Any open alarm puts trust into the beacon off until an operator has looked.</summary>
    public static bool IsSuspected(AlarmKinds open) => open != AlarmKinds.None;

    /// <summary>What Evidence tells that the enrolled key has signed; null when one beacon can have made it.</summary>
    /// <param name="last">What was accepted of the beacon, read before the Evidence was judged.</param>
    /// <param name="outcome">The verdict.</param>
    /// <param name="evidence">The Evidence.</param>
    /// <param name="now">Service time of the verdict.</param>
    public static AlarmKind? OfEvidence(
        RegisteredBeacon last, AttestationOutcome outcome, EvidenceFrame evidence, DateTimeOffset now)
    {
        if (!TrustPolicy.IsOfTheBeacon(outcome) || last.AttestedAt is not { } attestedAt)
            return null;
        if (evidence.Boot < last.HighestAttestedBoot)
        {
            // Its challenge did not exist yet when the later boot attested: it was not late, it was made afterwards.
            DateTimeOffset after = attestedAt + TrustPolicy.ReplicaClockSkew;
            return evidence.IssuedUnixMs > after.ToUnixTimeMilliseconds() ? AlarmKind.EarlierBoot : null;
        }

        if (evidence.Boot != last.HighestAttestedBoot || last.TickZeroUnixMs is not { } tickZero)
            return null;
        TimeSpan behind = TimeSpan.FromMilliseconds(TickZero(now, evidence.UptimeMs) - tickZero);
        return behind > UptimeSlack + ((now - attestedAt) * UptimeDrift) ? AlarmKind.UptimeBehind : null;
    }

    /// <summary>
    /// What a token tells that the enrolled key has signed; null when one beacon can have made it. A token that was
    /// shown before tells nothing: whoever saw it can show it again.
    /// </summary>
    /// <param name="last">What was accepted of the beacon, read before the token was judged.</param>
    /// <param name="outcome">What became of the token.</param>
    /// <param name="token">The token.</param>
    /// <param name="now">Service time.</param>
    public static AlarmKind? OfToken(
        RegisteredBeacon last, TokenOutcome outcome, ConnectionToken token, DateTimeOffset now)
    {
        if (outcome != TokenOutcome.EarlierBoot)
            return null;
        AcceptedTokens tokens = last.Tokens;
        DateTimeOffset? later = null;
        if (tokens.Boot > token.Boot)
            later = tokens.At;
        if (last.HighestAttestedBoot > token.Boot && !(later > last.AttestedAt))
            later = last.AttestedAt;
        bool isLate = later is { } seen && now - seen > TokenOnItsWay;
        (uint boot, uint connect) = tokens.Boot > token.Boot
            ? (tokens.BeforeBoot, tokens.BeforeConnect)
            : (tokens.Boot, tokens.Connect);
        return isLate && (token.Boot, token.Connect).CompareTo((boot, connect)) > 0
            ? AlarmKind.EarlierBootToken
            : null;
    }

    /// <summary>True if a record is another one than that which is stored under its number.</summary>
    /// <param name="stored">Its fingerprint; null for one that was stored without.</param>
    /// <param name="told">The fingerprint of what came now.</param>
    public static bool IsConflict(long? stored, long told) => stored is { } before && before != told;

    /// <summary>Service time at the beacon's tick 0; an uptime beyond 1970 is not believed.</summary>
    public static long TickZero(DateTimeOffset now, ulong uptimeMs)
    {
        long nowMs = now.ToUnixTimeMilliseconds();
        return uptimeMs > (ulong)nowMs ? nowMs : nowMs - (long)uptimeMs;
    }
}
