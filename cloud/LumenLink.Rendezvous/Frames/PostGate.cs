using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Frames;

/// <summary>Bounds the posts: so many at a time, so many of one beacon, so many bad frames.</summary>
internal sealed class PostGate(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<BeaconId, Poster> posters = [];
    private int posts;

    /// <summary>Takes a place among all posts. Every true is followed by one <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref posts) <= IngestPolicy.MaxPosts)
            return true;
        Leave();
        return false;
    }

    /// <summary>Gives the place back.</summary>
    public void Leave() => Interlocked.Decrement(ref posts);

    /// <summary>Begins a post of a beacon. Zero is followed by one <see cref="End"/>.</summary>
    /// <returns>Zero, or how long the beacon is to wait before it asks again.</returns>
    public TimeSpan TryBegin(BeaconId beacon)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            Poster poster = Find(beacon);
            if (poster.RefusedUntil > now)
                return poster.RefusedUntil - now;
            if (poster.Running == IngestPolicy.MaxPostsOfOneBeacon)
                return IngestPolicy.AnswerPostWithin;
            poster.Running++;
            return TimeSpan.Zero;
        }
    }

    /// <summary>Ends a post of a beacon.</summary>
    public void End(BeaconId beacon)
    {
        lock (gate)
            Find(beacon).Running--;
    }

    /// <summary>
    /// Notes what became of a frame; after one fault too many the beacon's posts are refused for a while.
    /// </summary>
    public void Note(BeaconId beacon, IngestOutcome outcome)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
        {
            Poster poster = Find(beacon);
            if (!poster.Faults.Allows(outcome, now))
                poster.RefusedUntil = now + IngestPolicy.PostsRefusedFor;
        }
    }

    private Poster Find(BeaconId beacon)
    {
        if (posters.TryGetValue(beacon, out Poster? poster))
            return poster;
        if (posters.Count >= IngestPolicy.RatesRemembered)
        {
            // Ids are authenticated, so they are as many as beacons; over the bound everyone starts anew.
            foreach (BeaconId idle in posters.Where(pair => pair.Value.Running == 0).Select(pair => pair.Key).ToList())
                posters.Remove(idle);
        }

        poster = new Poster();
        posters.Add(beacon, poster);
        return poster;
    }

    private sealed class Poster
    {
        public FaultBudget Faults { get; } = new();

        public int Running { get; set; }

        public DateTimeOffset RefusedUntil { get; set; }
    }
}
