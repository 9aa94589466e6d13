using LumenLink.Protocol;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Follow;

/// <summary>The journey that the API description shows: told by the same code, of rows that are made up.</summary>
internal static class JourneyExample
{
    /// <summary>A sighting followed.</summary>
    public static readonly Journey Journey = Make();

    private static Journey Make()
    {
        BeaconId beacon = new(0x0102030405060708);
        RecordName name = new(beacon, 7, 42);
        DateTimeOffset at = Examples.At;
        long open = at.AddSeconds(-30).ToUnixTimeMilliseconds();
        FollowedSighting row = new(
            name,
            new SightingView(90210, beacon, at, open, CaptureQuality.DeviceClock, (byte)HeardRadio.Ble, 0xC0FFEE123456,
                21945, -67),
            9000, (byte)AddressType.Random, "sightings_20300131");
        BeaconView view = new(
            beacon, Examples.Gateway.Name, Examples.Gateway.Region, SecurityLevel.EmulatedChip, 0xFFFF, null, at,
            at.AddHours(-1), at.AddHours(23), AttestationOutcome.Accepted, at.AddHours(-1), "", 7, "1.0.0", 90210, 431);
        return JourneySteps.Of(new JourneyFacts(
            name, view, at, row, [row], null,
            new FollowedBooks(
                new FollowedRecord((byte)RecordKind.Report, RefusalReason.None, at, null), new FollowedMarks(42, 12),
                new FollowedSession(77, 7, at.AddHours(-1), at.AddHours(11), at.AddMinutes(-59), open - 3_600_000))));
    }
}
