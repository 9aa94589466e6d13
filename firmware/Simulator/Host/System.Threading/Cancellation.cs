using System.Collections.Generic;
using LumenLink.Simulator;

namespace System.Threading;

/// <summary>An operation was cancelled.</summary>
public class OperationCanceledException : SystemException
{
    public OperationCanceledException()
    {
    }

    public OperationCanceledException(string? message)
        : base(message)
    {
    }

    public OperationCanceledException(string? message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Says that something should end.</summary>
public struct CancellationToken
{
    private readonly CancellationTokenSource? _source;

    internal CancellationToken(CancellationTokenSource? source) => _source = source;

    public static CancellationToken None => default;

    public bool IsCancellationRequested => _source is { IsCancellationRequested: true };

    public bool CanBeCanceled => _source is not null;

    public NanoWaitHandle WaitHandle => _source?.Handle ?? new NanoManualResetEvent(false);

    public CancellationTokenRegistration Register(Action callback) => new(_source, _source?.Register(callback));

    public void ThrowIfCancellationRequested()
    {
        if (IsCancellationRequested) throw new OperationCanceledException();
    }
}

/// <summary>A callback that waits for cancellation.</summary>
public struct CancellationTokenRegistration : IDisposable
{
    private readonly CancellationTokenSource? _source;
    private readonly object? _entry;

    internal CancellationTokenRegistration(CancellationTokenSource? source, object? entry)
    {
        _source = source;
        _entry = entry;
    }

    public void Dispose()
    {
        if (_entry is not null) _source!.Unregister(_entry);
    }
}

/// <summary>Cancels, at once or after board time.</summary>
public class CancellationTokenSource : IDisposable
{
    private readonly object _gate = new();
    private readonly List<Entry> _callbacks = [];
    private readonly HostTimer _timer;
    private bool _cancelled;

    public CancellationTokenSource()
    {
        _timer = new HostTimer(Strand.HostCall().Run, Cancel);
        Handle = new NanoManualResetEvent(false);
    }

    public CancellationTokenSource(int millisecondsDelay)
        : this() => CancelAfter(millisecondsDelay);

    public CancellationTokenSource(NanoTimeSpan delay)
        : this() => CancelAfter(delay);

    public bool IsCancellationRequested => Volatile.Read(ref _cancelled);

    public CancellationToken Token => new(this);

    internal NanoManualResetEvent Handle { get; }

    public void Cancel()
    {
        Entry[] callbacks;
        lock (_gate)
        {
            if (_cancelled) return;
            _cancelled = true;
            callbacks = [.. _callbacks];
            _callbacks.Clear();
        }

        Handle.Set();
        foreach (Entry entry in callbacks) entry.Callback();
    }

    public void CancelAfter(NanoTimeSpan delay) => CancelAfter((int)(delay.Ticks / NanoTimeSpan.TicksPerMillisecond));

    public void CancelAfter(int millisecondsDelay) => _timer.Change(millisecondsDelay, 0);

    public void Dispose() => _timer.Dispose();

    internal object? Register(Action callback)
    {
        Entry entry = new(callback);
        lock (_gate)
        {
            if (!_cancelled)
            {
                _callbacks.Add(entry);
                return entry;
            }
        }

        callback();
        return null;
    }

    internal void Unregister(object entry)
    {
        lock (_gate) _callbacks.Remove((Entry)entry);
    }

    private sealed class Entry(Action callback)
    {
        public Action Callback => callback;
    }
}
