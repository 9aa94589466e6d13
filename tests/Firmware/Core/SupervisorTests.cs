using LumenLink.Beacon;
using LumenLink.Beacon.Supervision;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>A reboot is the last resort: for a reason, with that reason kept, and never in a loop.</summary>
public class SupervisorTests
{
    private const int Minute = 60_000;

    [Fact]
    public void A_link_job_that_hangs_ends_in_a_reboot_whose_reason_the_next_status_says()
    {
        using var rig = new BeaconRig { RunsLinkJobs = false };
        rig.RunFor(DeviceLimits.RebootMinUptimeMs - 1);
        Assert.Equal(0, rig.Power.Reboots);
        rig.RunFor(Minute);
        Assert.NotEqual(0, rig.Power.Reboots);

        rig.RunsLinkJobs = true;
        rig.Boot();
        rig.RunFor(Minute);
        Assert.Equal(BootReason.LinkHang, rig.StatusOf(2).BootReason);

        rig.Boot();
        rig.RunFor(Minute);
        Assert.Equal(BootReason.NotKnown, rig.StatusOf(3).BootReason);
    }

    [Fact]
    public void A_beacon_that_works_is_left_alone_and_so_is_one_whose_service_is_away()
    {
        using var rig = new BeaconRig();
        rig.RunFor(60 * Minute);
        rig.Service.NextConnect = Beacon.Uplink.LinkOutcome.Unreachable;
        rig.Service.Cut();
        for (int i = 0; i < 240; i++)
        {
            rig.RunFor(Minute);
            rig.Loop.Supervise();
        }

        Assert.Equal(0, rig.Power.Reboots);
    }

    [Fact]
    public void Too_little_memory_is_borne_while_the_service_is_there_and_not_for_long_after()
    {
        using var rig = new BeaconRig();
        rig.Health.LargestBlock = DeviceLimits.LargestBlockMinBytes - 1;
        rig.RunFor(120 * Minute);
        Assert.Equal(0, rig.Power.Reboots);
        rig.Service.NextConnect = Beacon.Uplink.LinkOutcome.Unreachable;
        rig.Service.Cut();
        rig.RunFor(2 * DeviceLimits.StatusMs);
        Assert.Equal(0, rig.Power.Reboots);
        rig.RunFor(2 * DeviceLimits.StatusMs);
        Assert.NotEqual(0, rig.Power.Reboots);
        Assert.Equal([(byte)BootReason.MemoryLow], rig.Values.Read(Supervisor.ReasonName)!);
    }

    [Fact]
    public void Memory_that_is_not_known_or_suffices_reboots_nothing()
    {
        using var rig = new BeaconRig();
        rig.Service.NextConnect = Beacon.Uplink.LinkOutcome.Unreachable;
        foreach (uint largest in (uint[])[StatusBody.HeapNotKnown, DeviceLimits.LargestBlockMinBytes])
        {
            rig.Health.LargestBlock = largest;
            rig.RunFor(60 * Minute);
        }

        Assert.Equal(0, rig.Power.Reboots);
    }

    [Fact]
    public void A_loop_that_stands_still_is_noticed_from_outside()
    {
        using var rig = new BeaconRig();
        rig.RunFor(DeviceLimits.RebootMinUptimeMs);
        rig.Loop.Supervise();
        for (int i = 1; i < DeviceLimits.SilentChecks; i++) rig.Loop.Supervise();
        Assert.Equal(0, rig.Power.Reboots);
        rig.RunFor(1_000);
        for (int i = 0; i < DeviceLimits.SilentChecks; i++) rig.Loop.Supervise();
        Assert.Equal(0, rig.Power.Reboots);
        rig.Loop.Supervise();
        Assert.Equal(1, rig.Power.Reboots);
        Assert.Equal([(byte)BootReason.Supervisor], rig.Values.Read(Supervisor.ReasonName)!);
    }

    [Fact]
    public void A_flash_that_keeps_no_reason_does_not_stop_the_reboot()
    {
        var power = new BeaconRig.SimPower();
        var store = new MemoryStore { RefusesWrites = true };
        new Supervisor(power, store, new BeaconCounters()).Reboot(BootReason.LinkHang);
        Assert.Equal(1, power.Reboots);
        Assert.Equal(BootReason.NotKnown, new Supervisor(power, store, new BeaconCounters()).BootReason);
    }
}
