using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Resolve;

/// <summary>Every number of resolving identifiers; nothing else repeats one.</summary>
internal static class ResolvePolicy
{
    /// <summary>Identifiers of a call at most.</summary>
    public const int MaxEids = 256;

    /// <summary>
    /// How far, in periods, the clock of a beacon may be from the service's: what it advertised before and what it will
    /// next are its identifiers too.
    /// </summary>
    public const int Tolerance = 1;

    /// <summary>
    /// Periods of a beacon in a table: before, at and after the time that it is made for, and one more, so that it
    /// serves until the next period is over.
    /// </summary>
    public const int Periods = (2 * Tolerance) + 2;

    /// <summary>
    /// A table is made anew this often: half of the time that it serves, so that one failure leaves time for more.
    /// </summary>
    public static readonly TimeSpan TableEvery = TimeSpan.FromSeconds((1 << TrustPolicy.EidExponent) / 2);

    /// <summary>A table is made anew, too, when more than this part of its beacons was enrolled since.</summary>
    public const int AddedShare = 8;

    /// <summary>How often new enrolments are asked for.</summary>
    public static readonly TimeSpan EnrolledEvery = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How much is asked for again each time: longer than a commit takes and clocks of replicas are apart. One that was
    /// later still is found by the next pass over the fleet.
    /// </summary>
    public static readonly TimeSpan EnrolledOverlap = TimeSpan.FromSeconds(60);

    /// <summary>Enrolments of one question at most; with more than that the fleet is read from its beginning.</summary>
    public const int MaxEnrolled = 10_000;

    /// <summary>Beacons of one question for the whole fleet.</summary>
    public const int PageRows = 10_000;

    /// <summary>Pause between two passes over where all beacons stand.</summary>
    public static readonly TimeSpan StandingsEvery = TimeSpan.FromSeconds(1);

    /// <summary>Rest after each page of a pass, in times of what the page took: a tenth of one core at most.</summary>
    public const int StandingsRest = 9;

    /// <summary>
    /// Periods behind and ahead of the clock in which a beacon is searched that was not heard of: it lost its power,
    /// and counts on from where it was without the time of day; 64 periods are 18 hours, 590 are a week.
    /// </summary>
    public const int SearchBehind = 590;

    /// <summary>Periods ahead: one for each time that it started without reaching the service.</summary>
    public const int SearchAhead = 64;

    /// <summary>Unknown identifiers that are searched for at a time; the oldest go first.</summary>
    public const int MaxUnknown = 4096;

    /// <summary>Beacons that one step of the search looks for, one step a second: about 3 % of a core.</summary>
    public const int SearchStep = 2000;

    /// <summary>Beacons that one step passes at most, heard of or not: a few milliseconds.</summary>
    public const int SearchPassed = 25 * SearchStep;

    /// <summary>Silence after which a beacon is searched in a wide range.</summary>
    public static readonly TimeSpan SearchedAfter = TimeSpan.FromSeconds(2 << TrustPolicy.EidExponent);
}
