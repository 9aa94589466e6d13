using System.Net.Sockets;

namespace LumenLink.Simulator;

/// <summary>Real input and output that device code waits for.</summary>
internal static class HostTask
{
    /// <summary>
    /// Waits; the strand must be one that can. Limits are protocol time; a thread of the device waits by board time,
    /// which may run faster.
    /// </summary>
    /// <param name="strand">Who waits.</param>
    /// <param name="task">For what.</param>
    /// <param name="timeoutMs">For how long; -1 for ever.</param>
    /// <returns>False when the time ran out.</returns>
    public static bool Wait(Strand strand, Task task, int timeoutMs)
    {
        HostWaiter waiter;
        lock (HostEvent.Gate) waiter = new HostWaiter(strand, [], all: false);
        task.ContinueWith(
            finished =>
            {
                // Whoever gave up waiting looks at it no more; an exception nobody looked at would be reported.
                _ = finished.Exception;
                lock (HostEvent.Gate) waiter.Complete(0);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        double scale = strand.Kind == StrandKind.Thread ? strand.Run.World.Speed : 1;
        return waiter.Wait(timeoutMs < 0 ? -1 : (int)Math.Min(int.MaxValue, timeoutMs * scale)) >= 0;
    }

    /// <summary>Why a task that has ended failed, as a code of Winsock.</summary>
    public static SocketError ErrorOf(Task ended) => ended.Exception?.InnerException switch
    {
        SocketException socket => socket.SocketErrorCode,
        null => ended.IsCanceled ? SocketError.ConnectionAborted : SocketError.Success,
        _ => SocketError.SocketError,
    };
}
