using System.Globalization;
using System.Runtime.InteropServices;

namespace LumenLink.Chaos.Servers;

/// <summary>Signals of Linux, to a process and to all that descend from it.</summary>
internal static partial class ProcessSignals
{
    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;

    /// <summary>SIGCONT.</summary>
    public const int Continue = 18;

    /// <summary>SIGSTOP.</summary>
    public const int Stop = 19;

    /// <summary>Sends a signal; nothing where the process is gone.</summary>
    public static void Send(int pid, int signal) => _ = SendSignal(pid, signal);

    /// <summary>A process and all that descend from it, parents first.</summary>
    public static IReadOnlyList<int> TreeOf(int pid)
    {
        ILookup<int, int> children = Directory.EnumerateDirectories("/proc")
            .Select(Path.GetFileName).Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .ToLookup(ParentOf);
        List<int> tree = [pid];
        for (int i = 0; i < tree.Count; i++) tree.AddRange(children[tree[i]]);
        return tree;
    }

    /// <summary>Whether a process is there; one that ended and was not waited for is not.</summary>
    public static bool IsAlive(int pid) => StateOf(pid) is not (null or 'Z' or 'X');

    /// <summary>Its state letter in /proc (proc(5)), null if it is gone.</summary>
    public static char? StateOf(int pid) => FieldsOf(pid) is { } fields ? fields[0][0] : null;

    private static int ParentOf(int pid) =>
        FieldsOf(pid) is { } fields ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;

    /// <summary>What follows the program's name in its stat file.</summary>
    private static string[]? FieldsOf(int pid)
    {
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
