using System.Diagnostics;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Observability;

/// <summary>
/// The one home of span and attribute names. Attributes are numbers, enum names and ids of beacons: nothing of a
/// payload, no address that was sighted, no secret, no text of an error. While nobody listens nothing is allocated.
/// </summary>
internal sealed class LumenTraces : IDisposable
{
    /// <summary>Name of the source, which exporters subscribe to.</summary>
    public const string SourceName = "LumenLink.Rendezvous";

    /// <summary>A post of frames or of an exchange over HTTP, over all of its frames.</summary>
    public const string Post = "post";

    /// <summary>A frame, from its arrival to when its sender has its answer.</summary>
    public const string Receive = "receive";

    /// <summary>Its session is found, its tag and its structure are checked.</summary>
    public const string Authenticate = "authenticate";

    /// <summary>It waits for its commit to begin; linked to that.</summary>
    public const string Wait = "queue";

    /// <summary>
    /// A commit, linked to the waits of the sampled frames in it and part of the trace of the first of them.
    /// </summary>
    public const string Commit = "commit";

    /// <summary>The answer is given to the transport.</summary>
    public const string Receipt = "receipt";

    /// <summary>Id of the beacon.</summary>
    public const string BeaconTag = "lumenlink.beacon";

    /// <summary>A <see cref="FrameDoor"/>.</summary>
    public const string DoorTag = "lumenlink.door";

    /// <summary>Bytes of the frame.</summary>
    public const string BytesTag = "lumenlink.bytes";

    /// <summary>Name of an outcome.</summary>
    public const string OutcomeTag = "lumenlink.outcome";

    private readonly ActivitySource source = new(SourceName);

    /// <summary>What listeners may subscribe to.</summary>
    public ActivitySource Source => source;

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    /// <summary>Begins what a trace begins with. No caller from outside is believed that one goes on already.</summary>
    public Activity? StartPost()
    {
        if (!source.HasListeners())
            return null;
        Activity.Current = null;
        return source.StartActivity(Post, ActivityKind.Server);
    }

    /// <summary>Begins the span of a frame: of a post, if it came in one, else a trace of its own.</summary>
    public Activity? StartReceive(BeaconId beacon, int bytes, FrameDoor door)
    {
        if (!source.HasListeners())
            return null;
        if (Activity.Current?.Source != source)
            Activity.Current = null;
        Activity? span = source.StartActivity(Receive, ActivityKind.Consumer);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag(BeaconTag, beacon.ToString()).SetTag(BytesTag, bytes)
                .SetTag(DoorTag, door.ToString());
        }

        return span;
    }

    /// <summary>Begins a part of the frame's span; null outside of one that is sampled.</summary>
    public Activity? StartPart(string name) =>
        Activity.Current is { Recorded: true } around && around.Source == source ? source.StartActivity(name) : null;

    /// <summary>
    /// Begins the wait of a frame, which another thread ends: it is not the current span of anything.
    /// </summary>
    public Activity? StartWait()
    {
        Activity? around = Activity.Current;
        Activity? wait = StartPart(Wait);
        Activity.Current = around;
        return wait;
    }

    /// <summary>Begins a commit and ends the waits of its frames; null when none of them is sampled.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="waitOf">Their waits.</param>
    public Activity? StartCommit<T>(IReadOnlyList<T> frames, Func<T, Activity?> waitOf)
    {
        if (!source.HasListeners())
            return null;
        List<Activity> waits = [];
        for (int i = 0; i < frames.Count; i++)
        {
            if (waitOf(frames[i]) is { } wait)
                waits.Add(wait);
        }

        if (waits.Count == 0)
            return null;
        Activity? commit = source.StartActivity(
            Commit, ActivityKind.Internal, waits[0].Context,
            links: waits.Select(wait => new ActivityLink(wait.Context)));
        foreach (Activity wait in waits.Where(wait => !wait.IsStopped))
        {
            if (commit is not null)
                wait.AddLink(new ActivityLink(commit.Context));
            wait.Stop();
        }

        Activity.Current = commit;
        return commit;
    }

    /// <summary>Notes what became of it.</summary>
    /// <returns>The same outcome.</returns>
    public static TOutcome Mark<TOutcome>(Activity? span, TOutcome outcome)
        where TOutcome : struct, Enum
    {
        if (span is { IsAllDataRequested: true })
            span.SetTag(OutcomeTag, outcome.ToString());
        return outcome;
    }
}
