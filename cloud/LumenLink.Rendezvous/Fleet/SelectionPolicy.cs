using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Fleet;

/// <summary>What a client asks for.</summary>
/// <param name="Region">Only beacons of this region, compared exactly; null for all.</param>
/// <param name="Near">Where the client is; null when it does not say.</param>
/// <param name="WithinM">Only beacons so many metres from there at most; null for all.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="Client">Who asks, by <see cref="SelectionPolicy.ClientOf"/>: the same client gets the same.</param>
/// <param name="At">When.</param>
internal sealed record SelectionRequest(
    string? Region, GeoPoint? Near, int? WithinM, int Limit, ulong Client, DateTimeOffset At);

/// <summary>
/// Which beacons a client gets: from their stored rows, the request and the time alone; and every number of that.
/// Each beacon has a weight. Each client draws for each beacon a number that depends on the two alone, divides it by
/// the weight, and takes the smallest (weighted rendezvous hashing): a beacon is drawn by a share of the clients in
/// proportion to its weight, a client keeps its beacons, and one that comes, goes or changes its weight moves only its
/// own share. Weights change in steps, so that they seldom do.
/// </summary>
internal static class SelectionPolicy
{
    /// <summary>Weight of a beacon that missed its last status: it may be gone, and is not yet stale.</summary>
    public const double LateWeight = 0.25;

    /// <summary>Up to so many records that wait on it, a beacon keeps up and has its whole weight.</summary>
    public const long IdleQueueRecords = 16;

    /// <summary>Each doubling of the queue above that halves the weight, so often at most.</summary>
    public const int MostHalvings = 6;

    /// <summary>Weight of a beacon that has not told how much waits on it.</summary>
    public const double UnknownLoadWeight = 0.5;

    /// <summary>At this distance from the client the weight is a half; ten times as far it is a hundredth.</summary>
    public const double NearM = 100;

    /// <summary>How far away a beacon counts as, in metres, if nobody said where it is.</summary>
    public const double UnknownDistanceM = 100_000;

    /// <summary>
    /// What is left of the draw of the second beacon of a region, the third and so on: of 1, a half, a third. Off when
    /// the client says where it is: then the distance decides.
    /// </summary>
    public static double SpreadFactor(int rankInRegion) => 1.0 / (1 + rankInRegion);

    /// <summary>A client's key, an API key's id or an address, as a number; only a digest goes into it.</summary>
    public static ulong ClientOf(string key) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("client\0" + key)));

    /// <summary>The beacons, best first; the order of the fleet does not matter.</summary>
    /// <param name="fleet">All beacons of the tenant.</param>
    /// <param name="rollOut">Beacons that only some clients get; null for none.</param>
    /// <param name="request">What is asked for.</param>
    public static IReadOnlyList<BeaconView> Choose(
        IEnumerable<BeaconView> fleet, RollOut? rollOut, SelectionRequest request)
    {
        List<BeaconView> eligible = [.. fleet.Where(beacon => IsEligible(beacon, request))];
        if (rollOut is not null)
            eligible = rollOut.PartOf(eligible, request.Client);
        return
        [
            .. eligible.GroupBy(beacon => request.Near is null ? beacon.Region : "")
                .SelectMany(region => Ranked(region, request))
                .OrderBy(drawn => drawn.Cost).ThenBy(drawn => drawn.Beacon.Id.Value)
                .Take(request.Limit).Select(drawn => drawn.Beacon),
        ];
    }

    /// <summary>Live and trusted, and where the request wants it.</summary>
    public static bool IsEligible(BeaconView beacon, SelectionRequest request) =>
        FleetPolicy.StatusOf(beacon, request.At) == FleetStatus.Live
        && (request.Region is null || beacon.Region == request.Region)
        && (request.Near is not { } near || request.WithinM is not { } most
            || (beacon.Location is { } there && near.DistanceTo(there) <= most));

    /// <summary>How good a beacon is for this request, above 0 and 1 at most.</summary>
    public static double WeightOf(BeaconView beacon, SelectionRequest request) =>
        FreshnessOf(beacon, request.At) * LoadOf(beacon.QueueRecords) * ProximityOf(beacon, request.Near);

    private static double FreshnessOf(BeaconView beacon, DateTimeOffset at) =>
        at - FleetPolicy.LastSign(beacon) <= FleetPolicy.StatusInterval + FleetPolicy.StatusDelay ? 1 : LateWeight;

    private static double LoadOf(long? queueRecords)
    {
        if (queueRecords is not { } records)
            return UnknownLoadWeight;
        int halvings = records <= IdleQueueRecords ? 0 : 1 + (int)Math.Log2((records - 1) / IdleQueueRecords);
        return Math.Pow(0.5, Math.Min(halvings, MostHalvings));
    }

    private static double ProximityOf(BeaconView beacon, GeoPoint? near)
    {
        if (near is not { } place)
            return 1;
        double times = (beacon.Location is { } there ? place.DistanceTo(there) : UnknownDistanceM) / NearM;
        return 1 / (1 + (times * times));
    }

    /// <summary>
    /// The draws of one region, the best made no worse and each further one worse by its rank. Ranks only ever fall
    /// when a beacon goes, so what one leaves behind is one place, for one other.
    /// </summary>
    private static IEnumerable<(BeaconView Beacon, double Cost)> Ranked(
        IEnumerable<BeaconView> region, SelectionRequest request) => region
        .Select(beacon => (Beacon: beacon, Cost: CostOf(beacon, request)))
        .OrderBy(drawn => drawn.Cost).ThenBy(drawn => drawn.Beacon.Id.Value)
        .Take(request.Limit)
        .Select((drawn, rank) =>
            (drawn.Beacon, request.Near is null ? drawn.Cost / SpreadFactor(rank) : drawn.Cost));

    /// <summary>
    /// An exponential variate of the pair, over the weight: the smallest of several is each one's in proportion to its
    /// weight.
    /// </summary>
    private static double CostOf(BeaconView beacon, SelectionRequest request) =>
        -Math.Log(RollOut.Fraction(Mix(request.Client ^ Mix(beacon.Id.Value)))) / WeightOf(beacon, request);

    /// <summary>Spreads the bits of a number (the finalizer of SplitMix64).</summary>
    internal static ulong Mix(ulong value)
    {
        value += 0x9E37_79B9_7F4A_7C15;
        value = (value ^ (value >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
