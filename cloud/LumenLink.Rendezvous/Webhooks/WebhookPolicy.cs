namespace LumenLink.Rendezvous.Webhooks;

/// <summary>Every number of webhooks: how many, how long, how often; nothing else repeats one.</summary>
internal static class WebhookPolicy
{
    /// <summary>Webhooks of a tenant at most.</summary>
    public const int MaxWebhooks = 16;

    /// <summary>Characters of an address at most.</summary>
    public const int MaxUrl = 512;

    /// <summary>Characters of a description at most; it may be empty.</summary>
    public const int MaxDescription = 128;

    /// <summary>Bytes of a secret: within the 24 to 64 of Standard Webhooks.</summary>
    public const int SecretBytes = 32;

    /// <summary>How long after a change of the secret deliveries are signed with the one before too.</summary>
    public static readonly TimeSpan SecretOverlap = TimeSpan.FromHours(24);

    /// <summary>
    /// Deliveries of a webhook that wait at most: a fleet of 10,000 may go offline at once. What comes beyond is
    /// dropped and counted. Transactions that commit at the same moment may pass it by what they add.
    /// </summary>
    public const int MaxPending = 10_000;

    /// <summary>Settled deliveries of a webhook that stay at most.</summary>
    public const int MaxSettled = 1_000;

    /// <summary>How long a settled delivery stays at most.</summary>
    public static readonly TimeSpan SettledKept = TimeSpan.FromDays(7);

    /// <summary>Beacons that one transaction finds to have come or gone at most.</summary>
    public const int PresenceBatch = 500;

    /// <summary>How often a replica looks what is due.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Looks between two counts of what waits.</summary>
    public const int CountEvery = 60;

    /// <summary>Webhooks that a replica delivers to at once.</summary>
    public const int WebhooksAtOnce = 32;

    /// <summary>Deliveries of one webhook that a replica has under way at once.</summary>
    public const int DeliveriesAtOnce = 8;

    /// <summary>After so many rounds of these another webhook gets the place.</summary>
    public const int RoundsInARow = 16;

    /// <summary>How long a receiver may take, from the look-up of its name to its status.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After how long another replica takes a delivery whose replica said nothing more: longer than a try and its
    /// commit.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>Bytes of an answer that are read at most; none is kept.</summary>
    public const int MaxAnswerBytes = 4 * 1024;

    /// <summary>KiB of an answer's headers at most.</summary>
    public const int MaxAnswerHeadersKb = 16;

    /// <summary>Tries of a delivery at most; with the waits between them about <see cref="Lifetime"/>.</summary>
    public const int MaxTries = 30;

    /// <summary>A delivery that is older is dead, however often it was tried.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(3);

    /// <summary>The first wait at most; each next one may be twice as long.</summary>
    public static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);

    /// <summary>A wait at most.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(8);

    /// <summary>Failures in a row after which a webhook rests.</summary>
    public const int FailuresBeforeRest = 5;

    /// <summary>A rest at most; they grow as waits do.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(15);

    /// <summary>TCP ports that a webhook may be at.</summary>
    public static readonly IReadOnlySet<int> Ports = new HashSet<int> { 443, 8443 };

    /// <summary>The longest that the wait after a number of tries can be.</summary>
    public static TimeSpan CeilingOf(int tries) => Doubled(tries - 1, LongestWait);

    /// <summary>
    /// The wait after a number of tries: full jitter, so that what failed at once does not come back at once.
    /// </summary>
    /// <param name="tries">How often it was tried, from 1.</param>
    /// <param name="random">From 0 to below 1.</param>
    /// <param name="asked">What the receiver asked for; honoured up to the longest wait.</param>
    public static TimeSpan WaitAfter(int tries, double random, TimeSpan? asked = null)
    {
        TimeSpan wait = CeilingOf(tries) * random;
        TimeSpan least = asked is not { } told ? TimeSpan.Zero : told < LongestWait ? told : LongestWait;
        return wait > least ? wait : least;
    }

    /// <summary>How long a webhook rests after failures in a row; null: it does not.</summary>
    public static TimeSpan? RestAfter(int failures) =>
        failures < FailuresBeforeRest ? null : Doubled(failures - FailuresBeforeRest, LongestRest);

    /// <summary>
    /// Deliveries that may be under way to a webhook: one while it has to show that it is well again.
    /// </summary>
    public static int AtOnceAfter(int failures) => failures < FailuresBeforeRest ? DeliveriesAtOnce : 1;

    private static TimeSpan Doubled(int times, TimeSpan most)
    {
        // 2^30 first waits are more than any bound, and do not overflow.
        TimeSpan wait = FirstWait * Math.Pow(2, Math.Clamp(times, 0, 30));
        return wait < most ? wait : most;
    }
}
