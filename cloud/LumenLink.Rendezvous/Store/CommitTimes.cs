using System.Diagnostics;

namespace LumenLink.Rendezvous.Store;

/// <summary>Parts of an ingest transaction, in their order.</summary>
public enum CommitPhase
{
    /// <summary>A connection is had, beacons are locked, sessions and marks read.</summary>
    Lock,

    /// <summary>The identities of new records.</summary>
    Records,

    /// <summary>Their sightings.</summary>
    Sightings,

    /// <summary>Marks, statuses, diagnostics, what is set aside, counts of beacons.</summary>
    State,

    /// <summary>The COMMIT, which waits for the disk.</summary>
    Commit,
}

/// <summary>How long the parts of a commit took; what no store told is zero. Not safe for several threads.</summary>
public sealed class CommitTimes
{
    /// <summary>All of them, in their order.</summary>
    public static readonly CommitPhase[] Phases = Enum.GetValues<CommitPhase>();

    private readonly TimeSpan[] times = new TimeSpan[Phases.Length];
    private long began;

    /// <summary>Forgets what was before; the first part begins.</summary>
    public void Begin()
    {
        Array.Clear(times);
        began = Stopwatch.GetTimestamp();
    }

    /// <summary>A part ends, and the next one begins. One that is done again adds to its time.</summary>
    public void End(CommitPhase phase)
    {
        long now = Stopwatch.GetTimestamp();
        times[(int)phase] += Stopwatch.GetElapsedTime(began, now);
        began = now;
    }

    /// <summary>Time of a part.</summary>
    public TimeSpan Of(CommitPhase phase) => times[(int)phase];
}
