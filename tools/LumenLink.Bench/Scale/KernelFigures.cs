using System.Globalization;

namespace LumenLink.Bench.Scale;

/// <summary>What the kernel says of a process and of a disk.</summary>
internal static class KernelFigures
{
    private const long BytesPerKilobyte = 1024;

    /// <summary>Bytes of a process that are in memory now.</summary>
    public static long Resident(int pid) => Status(pid, "VmRSS:");

    /// <summary>The most that were.</summary>
    public static long MostResident(int pid) => Status(pid, "VmHWM:");

    /// <summary>Open files that a process may have. .NET raises its soft limit to the hard one at its start.</summary>
    public static long MaxOpenFiles(int pid)
    {
        string line = File.ReadLines($"/proc/{pid}/limits")
            .First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        string soft = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        return soft == "unlimited" ? long.MaxValue : long.Parse(soft, CultureInfo.InvariantCulture);
    }

    /// <summary>Bytes that are free where temporary files go.</summary>
    public static long FreeTemporaryBytes() => new DriveInfo(Path.GetTempPath()).AvailableFreeSpace;

    private static long Status(int pid, string name)
    {
        string line = File.ReadLines($"/proc/{pid}/status")
            .First(line => line.StartsWith(name, StringComparison.Ordinal));
        string kilobytes = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2];
        return long.Parse(kilobytes, CultureInfo.InvariantCulture) * BytesPerKilobyte;
    }
}
