using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Dashboard.Live;

/// <summary>Somebody who was not let in.</summary>
/// <param name="Beacon">Who it said it was.</param>
/// <param name="Reason">Why not, in plain words.</param>
/// <param name="At">When last.</param>
/// <param name="Count">How often.</param>
internal sealed record TurnedAway(string Beacon, string Reason, DateTimeOffset At, int Count);

/// <summary>
/// Follows the live feed for the whole process: sightings of the last minute, and who was turned away.
/// </summary>
internal sealed class LiveActivity(ILiveFeed feed, TimeProvider time) : BackgroundService
{
    /// <summary>Those turned away that are remembered.</summary>
    internal const int MaxTurnedAway = 12;

    private readonly Lock gate = new();
    private readonly RateWindow window = new();
    private readonly List<TurnedAway> turnedAway = [];
    private readonly DateTimeOffset startedAt = time.GetUtcNow();

    /// <summary>Mean sightings per second over the window, or since the start when that is shorter.</summary>
    public double PerSecond()
    {
        DateTimeOffset now = time.GetUtcNow();
        double seconds = Math.Clamp((now - startedAt).TotalSeconds, 1, RateWindow.Seconds);
        lock (gate)
            return window.Total(now).Sum() / seconds;
    }

    /// <summary>All sightings by second, oldest first.</summary>
    public double[] Total()
    {
        lock (gate)
            return window.Total(time.GetUtcNow());
    }

    /// <summary>The sightings of one beacon by second, oldest first.</summary>
    public double[] Of(BeaconId beacon)
    {
        lock (gate)
            return window.Of(beacon, time.GetUtcNow());
    }

    /// <summary>The busiest beacons and their sightings by second.</summary>
    public IReadOnlyList<(BeaconId Beacon, double[] Values)> Busiest(int count)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (gate)
            return [.. window.Busiest(count, now).Select(beacon => (beacon, window.Of(beacon, now)))];
    }

    /// <summary>Who was turned away without being in the fleet's list, last first.</summary>
    public IReadOnlyList<TurnedAway> TurnedAway()
    {
        lock (gate)
            return [.. turnedAway];
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (LiveEvent liveEvent in feed.Subscribe(stoppingToken))
                Take(liveEvent);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private void Take(LiveEvent liveEvent)
    {
        lock (gate)
        {
            switch (liveEvent)
            {
                case SightingsEvent { TenantId: ApiLimits.TenantId } e:
                    window.Add(e.At, e.Beacon, e.Count);
                    break;
                case AttestationEvent { TenantId: null } e:
                    Note(e.Beacon.ToString(), FleetWords.Meaning(e.Outcome), e.At);
                    break;
                case ConnectionRefusedEvent { TenantId: null or ApiLimits.TenantId } e:
                    Note(e.Beacon.Length == 0 ? "no beacon id" : e.Beacon, FleetWords.Meaning(e.Outcome), e.At);
                    break;
            }
        }
    }

    private void Note(string beacon, string reason, DateTimeOffset at)
    {
        int index = turnedAway.FindIndex(entry => entry.Beacon == beacon && entry.Reason == reason);
        int before = index < 0 ? 0 : turnedAway[index].Count;
        if (index >= 0)
            turnedAway.RemoveAt(index);
        turnedAway.Insert(0, new TurnedAway(beacon, reason, at, before + 1));
        if (turnedAway.Count > MaxTurnedAway)
            turnedAway.RemoveAt(MaxTurnedAway);
    }
}
