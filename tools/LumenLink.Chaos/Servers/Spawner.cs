using System.Collections.Concurrent;
using System.Diagnostics;

namespace LumenLink.Chaos.Servers;

/// <summary>
/// Starts processes that the kernel kills when this program ends, whatever ends it. The kernel's signal comes when the
/// thread ends that started a process: so one thread, which lasts, starts them all.
/// </summary>
internal static class Spawner
{
    private static readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)>
        Orders = [];

    private static readonly Lazy<Thread> Worker = new(Begin);

    /// <summary>Starts a process in a session of its own: a Ctrl-C of the terminal is not for it.</summary>
    /// <param name="start">What to start; output and environment as they are to be.</param>
    /// <param name="user">Whose process it is to be; null: ours. Only root can choose.</param>
    public static Process Start(ProcessStartInfo start, string? user)
    {
        List<string> words = ["setpriv", "--pdeathsig", "KILL"];
        if (user is not null)
            words.AddRange(["--reuid", user, "--regid", user, "--init-groups"]);
        string[] command = [start.FileName, .. start.ArgumentList];
        start.FileName = "setsid";
        start.ArgumentList.Clear();
        foreach (string word in (string[])[.. words, "--", .. command]) start.ArgumentList.Add(word);
        _ = Worker.Value;
        TaskCompletionSource<Process> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Orders.Add((start, started));
        return started.Task.GetAwaiter().GetResult();
    }

    private static Thread Begin()
    {
        Thread thread = new(Work) { IsBackground = true, Name = "spawner" };
        thread.Start();
        return thread;
    }

    private static void Work()
    {
        foreach ((ProcessStartInfo start, TaskCompletionSource<Process> started) in Orders.GetConsumingEnumerable())
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException)
            {
                started.SetException(error);
            }
        }
    }
}
