using System.Diagnostics;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Ingest;

/// <summary>A frame between the door and its commit.</summary>
internal sealed class PendingFrame(LiveSession session, byte[] frame, FrameDoor door, DateTimeOffset receivedAt)
{
    private readonly TaskCompletionSource<FrameAnswer> answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LiveSession Session { get; } = session;

    public byte[] Frame { get; } = frame;

    public FrameDoor Door { get; } = door;

    public DateTimeOffset ReceivedAt { get; } = receivedAt;

    /// <summary>The span of its wait for a commit, if it is traced.</summary>
    public Activity? Wait { get; set; }

    public int FirstGroup { get; set; }

    public int FirstRecord { get; set; }

    public int FirstSighting { get; set; }

    /// <summary>Records that the store refused by themselves, by index, with what it said.</summary>
    public Dictionary<int, string> SetAside { get; } = [];

    /// <summary>Who waits for its answer: who brought it, and who brought the same bytes later.</summary>
    public int Waiting { get; set; } = 1;

    /// <summary>What becomes of it.</summary>
    public Task<FrameAnswer> Answer => answer.Task;

    /// <summary>Says what became of it, once; false when that was said before.</summary>
    public bool TryAnswer(FrameAnswer what) => answer.TrySetResult(what);
}
