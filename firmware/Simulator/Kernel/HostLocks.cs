using System.Diagnostics;
using System.Runtime.Loader;
using System.Text;

namespace LumenLink.Simulator;

/// <summary>
/// The locks of a board that is preempted: a strand that finds one taken is suspended until it is its turn. A circle of
/// waits is an error, told with the stacks of all in it.
/// </summary>
/// <param name="run">The power cycle.</param>
internal sealed class HostLocks(BoardRun run)
{
    private readonly Dictionary<object, Held> _held = new(ReferenceEqualityComparer.Instance);

    /// <summary>Takes a lock; the strand may be suspended.</summary>
    /// <exception cref="InvalidOperationException">Waiting would never end: those that hold it wait for the
    /// caller.</exception>
    public void Enter(Strand strand, object target)
    {
        strand.ThrowIfStopped();
        Strand root = strand.Root;
        HostWaiter waiter;
        lock (HostEvent.Gate)
        {
            if (!_held.TryGetValue(target, out Held? held))
            {
                _held.Add(target, new Held(root));
                return;
            }

            if (held.Owner == root)
            {
                held.Depth++;
                return;
            }

            if (!root.CanBeSuspended)
                throw new InvalidOperationException("Code that cannot be suspended found a lock taken.");
            root.WantedLock = (target, DeviceStack());
            if (Circle(root) is { } circle)
            {
                root.WantedLock = null;
                run.Board.OnDeadlock(circle);
                throw new InvalidOperationException(circle);
            }

            waiter = new HostWaiter(strand, [], all: false);
            held.Next.Enqueue((root, waiter));
        }

        waiter.Wait(Timeout.Infinite);
    }

    /// <summary>Gives a lock back; who waited first has it from then on, and runs when it is its turn.</summary>
    /// <exception cref="SynchronizationLockException">The caller does not hold it.</exception>
    public void Exit(Strand strand, object target)
    {
        lock (HostEvent.Gate)
        {
            if (!_held.TryGetValue(target, out Held? held) || held.Owner != strand.Root)
            {
                // Whoever was ended while it waited unwinds without the lock.
                if (run.IsStopped) return;
                throw new SynchronizationLockException();
            }

            if (--held.Depth > 0) return;
            while (held.Next.TryDequeue(out (Strand Root, HostWaiter Waiter) next))
            {
                if (!next.Waiter.CompleteInTurn(0)) continue;
                next.Root.WantedLock = null;
                held.Owner = next.Root;
                held.Depth = 1;
                return;
            }

            _held.Remove(target);
        }
    }

    /// <summary>The circle of waits that a wish closes, as text; null: there is none.</summary>
    private string? Circle(Strand root)
    {
        StringBuilder told = new("Deadlock.");
        Strand waiting = root;
        while (waiting.WantedLock is { } wanted)
        {
            Strand owner = _held[wanted.Target].Owner;
            told.Append($"\n{waiting.Kind} waits for a lock that {owner.Kind} holds:\n{wanted.Stack}");
            if (owner == root) return told.ToString();
            waiting = owner;
        }

        return null;
    }

    /// <summary>The frames of the image on this thread's stack.</summary>
    private static string DeviceStack()
    {
        IEnumerable<StackFrame> frames = new StackTrace(fNeedFileInfo: true).GetFrames().Where(frame =>
            frame.GetMethod() is { } method
            && AssemblyLoadContext.GetLoadContext(method.Module.Assembly) != AssemblyLoadContext.Default);
        return string.Join('\n', frames.Select(frame =>
            $"   at {frame.GetMethod()!.DeclaringType?.FullName}.{frame.GetMethod()!.Name}"
            + (frame.GetFileLineNumber() > 0 ? $":{frame.GetFileLineNumber()}" : "")));
    }

    private sealed class Held(Strand owner)
    {
        public Strand Owner { get; set; } = owner;

        public int Depth { get; set; } = 1;

        public Queue<(Strand Root, HostWaiter Waiter)> Next { get; } = new();
    }
}
