using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>What a beacon says of itself, as the service reads it.</summary>
public class StatusTests
{
    private const int Minute = 60_000;

    /// <summary>A usual status: MQTT, a secure element, days of radio and some trouble with the network.</summary>
    private const int UsualRecordBytes = 100;

    [Fact]
    public void Every_counter_arrives_under_its_own_name()
    {
        using var rig = new BeaconRig();
        rig.RunFor(2 * Minute);
        long n = 1_000_000;
        rig.Counters.AdvertiseMs = ++n * 100;
        rig.Counters.BleScanMs = (++n * 100) + 99;
        rig.Counters.WifiScanMs = ++n * 100;
        rig.Counters.FilteredByRssi = ++n;
        rig.Counters.FilteredByAddress = ++n;
        rig.Counters.FilteredByService = ++n;
        rig.Counters.FilteredByManufacturer = ++n;
        rig.Counters.FilteredUnchanged = ++n;
        rig.Counters.Connects = ++n;
        rig.Counters.ConnectFailures = ++n;
        rig.Counters.ReceiptsMissed = ++n;
        rig.Counters.DownlinkRefused = ++n;
        rig.Counters.RadioFaults = ++n;
        rig.Counters.ChipFailures = ++n;
        rig.Counters.TornRecords = ++n;
        rig.Counters.Faults = ++n;
        rig.Parts.Status.Transport(TransportKind.Http, 1);
        rig.Parts.Status.SecurityLevel(KeyHome.SoftwareKey);
        rig.Parts.Status.ConfigVersion(9);
        rig.Parts.Status.EidPeriod(77);
        Assert.Equal(
            new StatusDetailValues(
                new StatusTransport(TransportKind.Http, 1),
                new StatusRadioDuty(1_000_001, 1_000_002, 1_000_003),
                new StatusFiltered(1_000_004, 1_000_005, 1_000_006, 1_000_007, 1_000_008),
                new StatusLink(1_000_009, 1_000_010, 1_000_011, 1_000_012),
                KeyHome.SoftwareKey,
                9,
                new StatusFaults(1_000_013, 1_000_014, 1_000_015, 1_000_016),
                77),
            Report(rig));
    }

    [Fact]
    public void A_transport_that_is_gone_and_what_never_happened_are_left_out()
    {
        using var rig = new BeaconRig();
        rig.RunFor(2 * Minute);
        rig.Parts.Status.Transport(TransportKind.Mqtt, 0);
        StatusDetailValues details = Report(rig);
        Assert.Equal(new StatusTransport(TransportKind.Mqtt, 0), details.Transport);
        Assert.Equal(new StatusLink(1, 0, 0, 0), details.Link);
        Assert.True(details.RadioDuty is { BleScanTenths: > 0 });
        Assert.Equal(KeyHome.SecureElement, details.SecurityLevel);
        Assert.Equal((null, null, null), (details.Filtered, details.ConfigVersion, details.Faults));
        rig.Parts.Status.Transport(TransportKind.None, 2);
        Assert.Null(Report(rig).Transport);
    }

    [Fact]
    public void The_period_of_the_identifier_on_the_air_is_told()
    {
        using var rig = new BeaconRig();
        rig.Service.Secrets = [EidTests.Secret(8, 100)];
        rig.RunFor(10 * Minute);
        uint period = rig.Parts.Identifier.Period;
        Assert.NotEqual(0u, period);
        Assert.Equal(period, Report(rig).EidPeriod);
    }

    [Fact]
    public void A_key_in_flash_is_told()
    {
        using var rig = new BeaconRig();
        rig.Chip.Home = KeyHome.SoftwareKey;
        rig.Boot();
        rig.RunFor(2 * Minute);
        Assert.Equal(KeyHome.SoftwareKey, Report(rig).SecurityLevel);
    }

    [Fact]
    public void A_usual_status_is_small()
    {
        using var rig = new BeaconRig();
        rig.Parts.Status.Transport(TransportKind.Mqtt, 0);
        rig.Parts.Status.SecurityLevel(KeyHome.SecureElement);
        rig.Service.NextConnect = LinkOutcome.Unreachable;
        rig.RunFor(5 * Minute);
        rig.Service.NextConnect = LinkOutcome.Connected;
        rig.RunFor(60 * Minute);
        byte[][] statuses = [.. rig.Service.Stored.Values.Where(r => BeaconRig.KindOf(r) == RecordKind.Status)];
        Assert.True(statuses.Length > 10);
        Assert.All(statuses, status => Assert.InRange(status.Length, 1, UsualRecordBytes - 1));
        StatusDetailValues last = Read(statuses[^1]);
        Assert.True(last is { Transport: not null, RadioDuty: not null, SecurityLevel: not null });
        Assert.True(last.Link is { ConnectFailures: > 0 });
    }

    /// <summary>Reports now, and reads what the service stored of it.</summary>
    private static StatusDetailValues Report(BeaconRig rig)
    {
        uint sequence = rig.Parts.Queue.NextSequence;
        rig.Parts.Status.Report(rig.Clock.NowMs);
        rig.RunFor(2 * Minute);
        return Read(rig.Service.Stored[(rig.Parts.Identity.Boot, sequence)]);
    }

    private static StatusDetailValues Read(byte[] record)
    {
        Assert.Equal(WireError.None, StatusReader.Read(record.AsSpan(RecordHeader.Size), out StatusReader status));
        return status.Details;
    }
}
