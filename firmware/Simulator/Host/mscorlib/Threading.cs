extern alias net;

using LumenLink.Simulator;
using NetInterlocked = net::System.Threading.Interlocked;
using NetMonitor = net::System.Threading.Monitor;

namespace System.Threading;

/// <summary>No limit.</summary>
public static class Timeout
{
    public const int Infinite = -1;

    public static readonly TimeSpan InfiniteTimeSpan = TimeSpan.FromMilliseconds(-1);
}

/// <summary>Operations that nothing comes between.</summary>
public static class Interlocked
{
    public static int Increment(ref int location)
    {
        Strand.Pass();
        return NetInterlocked.Increment(ref location);
    }

    public static int Decrement(ref int location)
    {
        Strand.Pass();
        return NetInterlocked.Decrement(ref location);
    }

    public static int Exchange(ref int location1, int value)
    {
        Strand.Pass();
        return NetInterlocked.Exchange(ref location1, value);
    }

    public static int CompareExchange(ref int location1, int value, int comparand)
    {
        Strand.Pass();
        return NetInterlocked.CompareExchange(ref location1, value, comparand);
    }
}

/// <summary>
/// A lock; virtual time may pass while a device thread waits for one. On a board that is preempted, strands wait for
/// each other in virtual time.
/// </summary>
public static class Monitor
{
    public static void Enter(object obj)
    {
        if (Preemptor.IsInUse && Strand.CurrentOrNull is { Run.Preemptor: { } preemptor } preempted)
        {
            preemptor.Pass(preempted);
            preemptor.Locks.Enter(preempted, obj);
            return;
        }

        if (NetMonitor.TryEnter(obj)) return;
        SimWorld? world = Strand.CurrentOrNull is { Blocks: true } strand ? strand.Run.World : null;
        world?.ReleaseHold();
        NetMonitor.Enter(obj);
        world?.AcquireHold();
    }

    public static void Exit(object obj)
    {
        if (Preemptor.IsInUse && Strand.CurrentOrNull is { Run.Preemptor: { } preemptor } preempted)
        {
            preemptor.Locks.Exit(preempted, obj);
            preemptor.Pass(preempted);
            return;
        }

        NetMonitor.Exit(obj);
    }
}

/// <summary>A thread of the board; an exception that nothing catches ends it alone.</summary>
public sealed class Thread
{
    [ThreadStatic]
    private static Thread? t_current;

    private readonly HostThread? _thread;

    public Thread(ThreadStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        _thread = new HostThread(Strand.HostCall().Run, () =>
        {
            t_current = this;
            try
            {
                start();
            }
            finally
            {
                t_current = null;
            }
        });
    }

    private Thread()
    {
    }

    public static Thread CurrentThread => t_current ??= new Thread();

    public ThreadPriority Priority { get; set; } = ThreadPriority.Normal;

    public int ManagedThreadId => _thread?.Id ?? 0;

    public bool IsAlive => _thread?.IsAlive ?? true;

    public static void Sleep(int millisecondsTimeout) => HostEvent.Sleep(millisecondsTimeout);

    public static void Sleep(TimeSpan timeout) => HostEvent.Sleep(WaitHandle.Milliseconds(timeout));

    public void Start()
    {
        Strand.Pass();
        if (_thread is null) throw new InvalidOperationException();
        _thread.Start();
    }

    public void Join() => Join(Timeout.Infinite);

    public bool Join(int millisecondsTimeout) => _thread?.Join(millisecondsTimeout) ?? false;

    public bool Join(TimeSpan timeout) => Join(WaitHandle.Milliseconds(timeout));
}

/// <summary>Something to wait for, by board time.</summary>
public abstract class WaitHandle : MarshalByRefObject
{
    public const int WaitTimeout = 258;

    private protected abstract HostEvent Event { get; }

    public virtual bool WaitOne(int millisecondsTimeout, bool exitContext)
    {
        Strand.Pass();
        return Event.Wait(millisecondsTimeout);
    }

    public virtual bool WaitOne() => WaitOne(Timeout.Infinite, false);

    public static bool WaitAll(WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext)
    {
        Strand.Pass();
        return HostEvent.Wait(Events(waitHandles), all: true, millisecondsTimeout) >= 0;
    }

    public static bool WaitAll(WaitHandle[] waitHandles) => WaitAll(waitHandles, Timeout.Infinite, false);

    public static int WaitAny(WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext)
    {
        Strand.Pass();
        int taken = HostEvent.Wait(Events(waitHandles), all: false, millisecondsTimeout);
        return taken < 0 ? WaitTimeout : taken;
    }

    public static int WaitAny(WaitHandle[] waitHandles) => WaitAny(waitHandles, Timeout.Infinite, false);

    internal static int Milliseconds(TimeSpan timeout) => checked((int)(timeout.Ticks / TimeSpan.TicksPerMillisecond));

    private static HostEvent[] Events(WaitHandle[] handles) => Array.ConvertAll(handles, handle => handle.Event);
}

/// <summary>Lets one waiter through and resets itself.</summary>
public sealed class AutoResetEvent(bool initialState) : WaitHandle
{
    private protected override HostEvent Event { get; } = new(autoReset: true, initialState);

    public bool Reset()
    {
        Strand.Pass();
        Event.Reset();
        return true;
    }

    public bool Set()
    {
        Strand.Pass();
        Event.Set();
        Strand.Pass();
        return true;
    }
}

/// <summary>Lets every waiter through until it is reset.</summary>
public sealed class ManualResetEvent(bool initialState) : WaitHandle
{
    private protected override HostEvent Event { get; } = new(autoReset: false, initialState);

    public bool Reset()
    {
        Strand.Pass();
        Event.Reset();
        return true;
    }

    public bool Set()
    {
        Strand.Pass();
        Event.Set();
        Strand.Pass();
        return true;
    }
}

/// <summary>Calls back at board times.</summary>
public sealed class Timer : MarshalByRefObject, IDisposable
{
    private readonly HostTimer _timer;

    public Timer(TimerCallback callback, object? state, int dueTime, int period)
    {
        _timer = new HostTimer(Strand.HostCall().Run, () => callback(state));
        _timer.Change(dueTime, period);
    }

    public Timer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        : this(callback, state, WaitHandle.Milliseconds(dueTime), WaitHandle.Milliseconds(period))
    {
    }

    public bool Change(int dueTime, int period)
    {
        Strand.Pass();
        _timer.Change(dueTime, period);
        return true;
    }

    public bool Change(TimeSpan dueTime, TimeSpan period) =>
        Change(WaitHandle.Milliseconds(dueTime), WaitHandle.Milliseconds(period));

    public void Dispose() => _timer.Dispose();
}
