using System;
using LumenLink.Simulator;

namespace System
{
    /// <summary>The tick counter: protocol time, never scaled by the simulation's speed.</summary>
    public static class Environment
    {
        public static long TickCount64 => Strand.HostCall().Run.LinkMs;
    }
}

namespace nanoFramework.Runtime.Native
{
    /// <summary>What a reboot goes on with.</summary>
    public enum RebootOption
    {
        NormalReboot = 0,
        EnterNanoBooter = 1,
        ClrOnly = 2,
        EnterProprietaryBooter = 8,
    }

    /// <summary>The managed heap; the simulator's is .NET's, so its figures say nothing about a board.</summary>
    public static class GC
    {
        public static uint Run(bool compactHeap) => HostMemory.ManagedFreeBytes;

        public static void EnableGCMessages(bool enable)
        {
        }
    }

    /// <summary>Power; a reboot does not return.</summary>
    public class Power
    {
        public static void RebootDevice(RebootOption rebootOption = 0)
        {
            BoardRun run = Strand.HostCall().Run;
            run.Board.Reboot(run, 0, byTimer: false);
            throw new BoardStoppedException();
        }
    }

    /// <summary>The clock of the calendar; it has no battery.</summary>
    public static class Rtc
    {
        public static bool SetSystemTime(NanoDateTime time)
        {
            Strand strand = Strand.HostCall();
            long unixMs = (time.Ticks - NanoDateTime.UnixEpoch.Ticks) / NanoTimeSpan.TicksPerMillisecond;
            strand.Run.SetUtc(unixMs, strand.NowMs);
            return true;
        }
    }

    /// <summary>What runs here; it says that it is a simulation.</summary>
    public static class SystemInfo
    {
        public static Version Version => new(1, 17, 0, 0);

        public static string OEMString => "LumenLink simulator";

        public static string TargetName => "LUMENLINK_SIMULATOR";

        public static string Platform => "SIMULATOR";
    }
}
