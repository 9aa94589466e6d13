namespace LumenLink.Tests.Firmware.Security;

internal static class Allocation
{
    /// <summary>Bytes that this thread allocates in the second of two runs: the first compiles.</summary>
    internal static long Of(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
