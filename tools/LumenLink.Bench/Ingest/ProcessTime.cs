using System.Globalization;

namespace LumenLink.Bench.Ingest;

/// <summary>Processor time from the kernel's accounts: /proc/PID/stat, user and system.</summary>
internal static class ProcessTime
{
    // Fields of /proc/PID/stat counted from behind the name, which may hold blanks: the state is number 0.
    private const int ParentField = 1;
    private const int UserField = 11;
    private const int SystemField = 12;
    private const int WaitedUserField = 13;
    private const int WaitedSystemField = 14;

    /// <summary>USER_HZ, a constant of Linux's interface.</summary>
    private const double TicksPerSecond = 100;

    /// <summary>Seconds of one process.</summary>
    public static double Of(int pid) => Read(pid) is { } stat
        ? (stat[UserField] + stat[SystemField]) / TicksPerSecond
        : throw new BenchException($"Process {pid} is gone.");

    /// <summary>
    /// Seconds of a server and of all processes that it started: those that run, and those that ended and were waited
    /// for.
    /// </summary>
    public static double OfServer(int pid)
    {
        long[] server = Read(pid) ?? throw new BenchException($"Process {pid} is gone.");
        long ticks = server[UserField] + server[SystemField] + server[WaitedUserField] + server[WaitedSystemField];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            bool isProcess = int.TryParse(
                Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int other);
            if (isProcess && Read(other) is { } stat && stat[ParentField] == pid)
                ticks += stat[UserField] + stat[SystemField];
        }

        return ticks / TicksPerSecond;
    }

    /// <summary>Processor seconds of everything on the machine: user, nice and system of the first line.</summary>
    public static double OfMachine() => File.ReadLines("/proc/stat").First()
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..4]
        .Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture)) / TicksPerSecond;

    /// <summary>Memory of a process that is in use.</summary>
    public static double ResidentBytes(int pid)
    {
        const string Begin = "VmRSS:";
        const string Unit = "kB";
        string line = File.ReadLines($"/proc/{pid}/status")
            .First(one => one.StartsWith(Begin, StringComparison.Ordinal));
        return 1024.0 * long.Parse(line[Begin.Length..^Unit.Length], CultureInfo.InvariantCulture);
    }

    private static long[]? Read(int pid)
    {
        try
        {
            string text = File.ReadAllText($"/proc/{pid}/stat");
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return [0, .. fields[1..(WaitedSystemField + 1)].Select(field =>
                long.Parse(field, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return null;
        }
    }
}
