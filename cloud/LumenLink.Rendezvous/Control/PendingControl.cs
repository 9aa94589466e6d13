using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Control;

/// <summary>
/// The beacons to which something is to be sent, as the store said last: so that a frame of any other beacon costs no
/// look at the store. Safe for use by several threads.
/// </summary>
internal sealed class PendingControl
{
    private readonly Lock gate = new();
    private HashSet<BeaconId> beacons = [];
    private volatile bool isAny;

    /// <summary>How many.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return beacons.Count;
        }
    }

    /// <summary>All of them.</summary>
    public BeaconId[] Snapshot()
    {
        lock (gate)
            return [.. beacons];
    }

    /// <summary>Takes in what the store says.</summary>
    public void Replace(IReadOnlyList<BeaconId> due)
    {
        lock (gate)
        {
            beacons = [.. due];
            isAny = beacons.Count > 0;
        }
    }

    /// <summary>
    /// True for one caller when something is to be sent to the beacon; the next look at the store says it again if it
    /// was not.
    /// </summary>
    public bool TryTake(BeaconId beacon)
    {
        if (!isAny)
            return false;
        lock (gate)
            return beacons.Remove(beacon);
    }
}
