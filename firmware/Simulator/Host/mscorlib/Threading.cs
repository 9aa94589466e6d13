extern alias net;

using LumenLink.Simulator;
using NetMonitor = net::System.Threading.Monitor;

namespace System.Threading;

/// <summary>No limit.</summary>
public static class Timeout
{
    public const int Infinite = -1;

    public static readonly TimeSpan InfiniteTimeSpan = TimeSpan.FromMilliseconds(-1);
}

/// <summary>A lock; virtual time may pass while a device thread waits for one.</summary>
public static class Monitor
{
    public static void Enter(object obj)
    {
        if (NetMonitor.TryEnter(obj)) return;
        SimWorld? world = Strand.CurrentOrNull is { Blocks: true } strand ? strand.Run.World : null;
        world?.ReleaseHold();
        NetMonitor.Enter(obj);
        world?.AcquireHold();
    }

    public static void Exit(object obj) => NetMonitor.Exit(obj);
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
        _thread = new HostThread(Strand.Current.Run, () =>
        {
            t_current = this;
            start();
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

    public virtual bool WaitOne(int millisecondsTimeout, bool exitContext) => Event.Wait(millisecondsTimeout);

    public virtual bool WaitOne() => Event.Wait(Timeout.Infinite);

    public static bool WaitAll(WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext) =>
        HostEvent.Wait(Events(waitHandles), all: true, millisecondsTimeout) >= 0;

    public static bool WaitAll(WaitHandle[] waitHandles) => WaitAll(waitHandles, Timeout.Infinite, false);

    public static int WaitAny(WaitHandle[] waitHandles, int millisecondsTimeout, bool exitContext)
    {
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
        Event.Reset();
        return true;
    }

    public bool Set()
    {
        Event.Set();
        return true;
    }
}

/// <summary>Lets every waiter through until it is reset.</summary>
public sealed class ManualResetEvent(bool initialState) : WaitHandle
{
    private protected override HostEvent Event { get; } = new(autoReset: false, initialState);

    public bool Reset()
    {
        Event.Reset();
        return true;
    }

    public bool Set()
    {
        Event.Set();
        return true;
    }
}

/// <summary>Calls back at board times.</summary>
public sealed class Timer : MarshalByRefObject, IDisposable
{
    private readonly HostTimer _timer;

    public Timer(TimerCallback callback, object? state, int dueTime, int period)
    {
        _timer = new HostTimer(Strand.Current.Run, () => callback(state));
        _timer.Change(dueTime, period);
    }

    public Timer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        : this(callback, state, WaitHandle.Milliseconds(dueTime), WaitHandle.Milliseconds(period))
    {
    }

    public bool Change(int dueTime, int period)
    {
        _timer.Change(dueTime, period);
        return true;
    }

    public bool Change(TimeSpan dueTime, TimeSpan period) =>
        Change(WaitHandle.Milliseconds(dueTime), WaitHandle.Milliseconds(period));

    public void Dispose() => _timer.Dispose();
}
