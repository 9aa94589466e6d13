using System;
using System.Collections.Generic;
using LumenLink.Simulator;

namespace nanoFramework.Hardware.Esp32;

/// <summary>Functions of pins; the simulator keeps them and does nothing with them.</summary>
public class Configuration
{
    public static void SetPinFunction(int pin, DeviceFunction value) => Pins()[(int)value] = pin;

    public static int GetFunctionPin(DeviceFunction function) =>
        Pins().TryGetValue((int)function, out int pin) ? pin : -1;

    private static Dictionary<int, int> Pins() => Strand.HostCall().Run.PinFunctions;
}

/// <summary>The high resolution timer: board time, which the simulation's speed scales.</summary>
public class HighResTimer : IDisposable
{
    public static ulong GetCurrent() => (ulong)Strand.HostCall().NowMs * 1000;

    public void Dispose()
    {
    }
}

/// <summary>Native memory; constant figures of one kind of board.</summary>
public class NativeMemory
{
    public enum MemoryType
    {
        All = 0,
        Internal = 1,
        SpiRam = 2,
    }

    public static void GetMemoryInfo(
        MemoryType memType, out uint totalSize, out uint totalFreeSize, out uint largestFreeBlock)
    {
        bool inner = memType != MemoryType.SpiRam, outer = memType != MemoryType.Internal;
        totalSize = (inner ? HostMemory.InternalBytes : 0) + (outer ? HostMemory.SpiRamBytes : 0);
        totalFreeSize = (inner ? HostMemory.InternalFreeBytes : 0) + (outer ? HostMemory.SpiRamFreeBytes : 0);
        largestFreeBlock = outer ? HostMemory.SpiRamLargestBytes : HostMemory.InternalLargestBytes;
    }
}

/// <summary>Sleep; deep sleep ends in a reboot and does not return.</summary>
public class Sleep
{
    /// <summary>Why it woke.</summary>
    public enum WakeupCause
    {
        Undefined = 0,
        Ext0 = 2,
        Ext1 = 3,
        Timer = 4,
        TouchPad = 5,
        Ulp = 6,
        Gpio = 7,
        Uart = 8,
        Wifi = 9,
        CoCpu = 10,
        CoCpuTrapTrig = 11,
        Bt = 12,
    }

    public static EspNativeError EnableWakeupByTimer(NanoTimeSpan time)
    {
        if (time.Ticks <= 0) return EspNativeError.INVALID_ARG;
        Strand.HostCall().Run.WakeupAfterMs = time.Ticks / NanoTimeSpan.TicksPerMillisecond;
        return EspNativeError.OK;
    }

    public static EspNativeError StartLightSleep()
    {
        if (Strand.HostCall().Run.WakeupAfterMs is not { } durationMs) return EspNativeError.INVALID_STATE;
        HostEvent.Sleep((int)Math.Min(durationMs, int.MaxValue));
        return EspNativeError.OK;
    }

    public static void StartDeepSleep()
    {
        BoardRun run = Strand.HostCall().Run;
        run.Board.Reboot(run, run.WakeupAfterMs, byTimer: true);
        throw new BoardStoppedException();
    }

    public static WakeupCause GetWakeupCause() =>
        Strand.HostCall().Run.WokeByTimer ? WakeupCause.Timer : WakeupCause.Undefined;
}
