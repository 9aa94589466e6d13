using LumenLink.Beacon;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Sightings;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;
using Sighting = LumenLink.Beacon.Sightings.Sighting;
using WireRadio = LumenLink.Protocol.Radio;

namespace LumenLink.Tests.Firmware.Core;

public class FilterTests
{
    private const string Nordic = "05FF59000102";
    private const string HeartRate = "03030D18";

    private readonly FilterPolicy policy = new();
    private readonly BeaconCounters counters = new();

    [Fact]
    public void Without_rules_everything_passes()
    {
        var filter = new SightingFilter(policy, counters);
        Assert.True(Passes(filter, 1, sbyte.MinValue, ""));
        Assert.True(Passes(filter, 1, sbyte.MinValue, ""));
    }

    [Fact]
    public void Each_rule_leaves_out_and_counts_its_own()
    {
        policy.RssiFloorDbm = -90;
        policy.Addresses = [1, 2];
        policy.Services = [0x180D];
        policy.Manufacturers = [0x0059, 0x004C];
        policy.ChangeDb = 6;
        var filter = new SightingFilter(policy, counters);
        Assert.True(Passes(filter, 1, -90, HeartRate + Nordic));
        Assert.False(Passes(filter, 1, -91, HeartRate + Nordic));
        Assert.False(Passes(filter, 3, -80, HeartRate + Nordic));
        Assert.False(Passes(filter, 2, -80, Nordic));
        Assert.False(Passes(filter, 2, -80, HeartRate));
        Assert.False(Passes(filter, 1, -85, HeartRate + Nordic));
        Assert.Equal((1, 1, 1, 1, 1), (counters.FilteredByRssi, counters.FilteredByAddress, counters.FilteredByService,
            counters.FilteredByManufacturer, counters.FilteredUnchanged));
    }

    [Fact]
    public void Access_points_are_not_asked_for_services()
    {
        policy.Services = [0x180D];
        policy.Manufacturers = [0x0059];
        var filter = new SightingFilter(policy, counters);
        Assert.True(filter.Passes(new Sighting { Address = 1, Radio = (byte)WireRadio.WiFi }, null, 0));
    }

    [Fact]
    public void An_address_comes_again_when_its_signal_moved_far_enough_from_what_was_recorded_or_after_a_time()
    {
        policy.ChangeDb = 6;
        var filter = new SightingFilter(policy, counters);
        Assert.True(Passes(filter, 1, -60, "", 0));
        Assert.False(Passes(filter, 1, -65, "", 1_000));
        Assert.True(Passes(filter, 1, -66, "", 2_000));
        Assert.False(Passes(filter, 1, -61, "", 3_000));
        Assert.False(Passes(filter, 1, -66, "", 2_000 + DeviceLimits.UnchangedMs - 1));
        Assert.True(Passes(filter, 1, -66, "", 2_000 + DeviceLimits.UnchangedMs));
    }

    [Fact]
    public void The_table_of_addresses_is_bounded_and_the_oldest_recording_gives_way()
    {
        policy.ChangeDb = 6;
        var filter = new SightingFilter(policy, counters);
        for (uint i = 1; i <= DeviceLimits.UnchangedAddresses; i++) Assert.True(Passes(filter, i, -60, "", i));
        Assert.True(Passes(filter, 1, -70, "", 100)); // recorded anew: 2 is the oldest now
        Assert.True(Passes(filter, 1_000, -60, "", 101));
        Assert.False(Passes(filter, 1, -70, "", 102));
        Assert.False(Passes(filter, 3, -60, "", 103));
        Assert.True(Passes(filter, 2, -60, "", 104));
        var sighting = new Sighting { RssiDbm = -60 };
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (sighting.Address = 0; sighting.Address < 1_000; sighting.Address++) filter.Passes(sighting, null, 200);
        }));
    }

    private bool Passes(SightingFilter filter, ulong address, int rssi, string payload, long nowMs = 0)
    {
        byte[] bytes = Convert.FromHexString(payload);
        var advertisement = new Advertisement();
        advertisement.Read(bytes, bytes.Length);
        var sighting = new Sighting { Address = address, RssiDbm = (sbyte)rssi, Radio = (byte)WireRadio.Ble };
        return filter.Passes(sighting, advertisement, nowMs);
    }
}
