using LumenLink.Beacon;
using LumenLink.Rendezvous.Query;

namespace LumenLink.Tests.Uplink;

/// <summary>Service and firmware know nothing of each other but the wire; what both rely on is compared here.</summary>
public sealed class StatusIntervalTests
{
    [Fact]
    public void The_service_waits_by_the_interval_of_the_firmware()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(DeviceLimits.StatusMs), FleetPolicy.StatusInterval);
        Assert.Equal(2 * FleetPolicy.StatusInterval, FleetPolicy.LiveWithin);
    }
}
