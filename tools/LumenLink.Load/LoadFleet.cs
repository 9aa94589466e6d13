using LumenLink.Load.Input;

namespace LumenLink.Load;

/// <summary>Beacons with live sessions and the frames that they are to send.</summary>
internal sealed class LoadFleet : IAsyncDisposable
{
    /// <summary>Exchanges at the same time: the service bounds those that are new at once.</summary>
    private const int AtOnce = 8;

    private readonly List<LoadConnection> _connections = [];

    private LoadFleet()
    {
    }

    /// <summary>Connects and attests all of them.</summary>
    /// <param name="beacons">The beacons, enrolled.</param>
    /// <param name="target">Where.</param>
    /// <param name="attested">Told of each.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="LoadException">One of them is not attested.</exception>
    public static async Task<LoadFleet> AttestAsync(
        IReadOnlyList<LoadBeacon> beacons, LoadTarget target, Action attested, CancellationToken stop)
    {
        LoadFleet fleet = new();
        try
        {
            foreach (LoadBeacon[] some in beacons.Chunk(AtOnce))
            {
                Task<LoadConnection>[] attesting =
                    [.. some.Select(beacon => LoadConnection.AttestAsync(beacon, target, stop))];
                foreach (Task<LoadConnection> one in attesting)
                {
                    fleet._connections.Add(await one);
                    attested();
                }
            }

            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Seals the frames of all beacons.</summary>
    /// <param name="maker">Makes them.</param>
    /// <param name="count">Of all beacons together; each has as many as the next, one more at most.</param>
    public List<LoadLane> Prepare(FrameMaker maker, int count) =>
    [
        .. _connections.Select((connection, number) => new LoadLane(
            connection,
            maker.Make(
                connection.Session!, number,
                (count / _connections.Count) + (number < count % _connections.Count ? 1 : 0)))),
    ];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (LoadConnection connection in _connections)
            await connection.DisposeAsync();
    }
}
