using LumenLink.Rendezvous.Query;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Dashboard.Live;

/// <summary>Sightings of the last minute by second and beacon. Not safe for two threads at a time.</summary>
internal sealed class RateWindow
{
    /// <summary>Seconds of the window.</summary>
    public static readonly int Seconds = (int)FleetPolicy.RateWindow.TotalSeconds;

    /// <summary>The whole seconds of the window, and the one that is being filled.</summary>
    private readonly Slot[] slots = [.. Enumerable.Range(0, Seconds + 1).Select(_ => new Slot())];

    /// <summary>Counts sightings at a time; what is older than the window is not counted.</summary>
    public void Add(DateTimeOffset at, BeaconId beacon, int count)
    {
        long second = at.ToUnixTimeSeconds();
        Slot slot = slots[(int)(second % slots.Length)];
        if (slot.Second > second)
            return;
        if (slot.Second < second)
        {
            slot.Second = second;
            slot.Total = 0;
            slot.Beacons.Clear();
        }

        slot.Total += count;
        slot.Beacons[beacon] = slot.Beacons.GetValueOrDefault(beacon) + count;
    }

    /// <summary>The whole seconds before now, oldest first.</summary>
    public double[] Total(DateTimeOffset now) => Series(now, slot => slot.Total);

    /// <summary>The same of one beacon.</summary>
    public double[] Of(BeaconId beacon, DateTimeOffset now) =>
        Series(now, slot => slot.Beacons.GetValueOrDefault(beacon));

    /// <summary>The beacons that heard most within the window, loudest first.</summary>
    public IReadOnlyList<BeaconId> Busiest(int count, DateTimeOffset now)
    {
        long last = now.ToUnixTimeSeconds();
        return [.. slots.Where(slot => slot.Second < last && slot.Second >= last - Seconds)
            .SelectMany(slot => slot.Beacons)
            .GroupBy(pair => pair.Key, pair => pair.Value)
            .OrderByDescending(group => group.Sum()).ThenBy(group => group.Key)
            .Take(count).Select(group => group.Key)];
    }

    private double[] Series(DateTimeOffset now, Func<Slot, int> pick)
    {
        long first = now.ToUnixTimeSeconds() - Seconds;
        double[] values = new double[Seconds];
        for (int i = 0; i < Seconds; i++)
        {
            Slot slot = slots[(int)((first + i) % slots.Length)];
            if (slot.Second == first + i)
                values[i] = pick(slot);
        }

        return values;
    }

    private sealed class Slot
    {
        public long Second { get; set; }

        public int Total { get; set; }

        public Dictionary<BeaconId, int> Beacons { get; } = [];
    }
}
