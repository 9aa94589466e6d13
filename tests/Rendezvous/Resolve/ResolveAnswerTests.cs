using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CsCheck;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Resolve;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Resolve;

/// <summary>The answer is written without its records, and is what they would be.</summary>
public sealed class ResolveAnswerTests
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, false) },
    };

    private static readonly DateTimeOffset Now = new(2030, 5, 17, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<DateTimeOffset?> Times = Gen.OneOf(
        Gen.Const((DateTimeOffset?)null), Gen.Int[-5000, 5000].Select(s => (DateTimeOffset?)Now.AddSeconds(s)));

    private static readonly Gen<string> Regions = Gen.String[Gen.Char["aZ\"\\<ü\u2028\t "], 0, 32];

    private static readonly Gen<FleetBeacon.State> States = Gen.Select(
        Regions, Times, Times, Times, Gen.Bool, Gen.Bool).Select(
        (region, seen, attested, until, refused, suspected) => new FleetBeacon.State(
            region,
            new BeaconStanding(
                null, seen, attested, until,
                refused ? AttestationOutcome.ChainUntrusted : AttestationOutcome.Accepted,
                suspected ? AlarmKinds.EarlierBoot : AlarmKinds.None),
            null));

    [Fact]
    public void What_is_written_is_what_the_records_are() => Gen.Select(Gen.ULong, Gen.Enum<SecurityLevel>(), States)
        .Array[1, 9].Sample(asked =>
        {
            ulong[] eids = [.. asked.Select(one => one.Item1)];
            FleetBeacon?[] beacons = [.. asked.Select(one => one.Item1 % 3 == 0 ? null : Beacon(one.Item2, one.Item3))];
            ResolveAnswer records = new([.. eids.Zip(beacons).Select(pair => Record(pair.First, pair.Second))]);
            JsonNode? written = JsonNode.Parse(ResolveAnswer.Write(eids, beacons, Now));
            Assert.True(JsonNode.DeepEquals(JsonSerializer.SerializeToNode(records, Options), written), $"{written}");
        });

    private static FleetBeacon Beacon(SecurityLevel level, FleetBeacon.State state)
    {
        FleetBeacon beacon = new(new BeaconId(0x0102030405060708), 1, level, default);
        beacon.Take(state);
        return beacon;
    }

    private static ResolvedEid Record(ulong eid, FleetBeacon? beacon)
    {
        if (beacon is null)
            return new ResolvedEid($"{eid:x16}", null);
        BeaconStanding standing = beacon.Now.Standing;
        FleetStatus status = FleetPolicy.StatusOf(standing, Now);
        return new ResolvedEid($"{eid:x16}", new ResolvedBeacon(
            "AQIDBAUGBwg", beacon.Now.Region, status, status == FleetStatus.Live,
            FleetPolicy.IsTrusted(standing, Now), beacon.Level, FleetWords.Label(beacon.Level),
            standing.AttestedUntil, standing.LastSeenAt));
    }
}
