namespace LumenLink.Rendezvous.Dashboard.Live;

/// <summary>Shared readings by key; one exists while somebody looks at it.</summary>
/// <param name="make">Makes the reading of a key.</param>
internal sealed class ReadingSet<TKey, T>(Func<TKey, SharedReading<T>> make)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, (SharedReading<T> Reading, int Watchers)> open = [];

    /// <summary>The reading of a key, watched until the result is disposed.</summary>
    public Watched<T> Watch(TKey key, Action changed)
    {
        lock (gate)
        {
            (SharedReading<T> reading, int count) = open.TryGetValue(key, out var found) ? found : (make(key), 0);
            open[key] = (reading, count + 1);
            return new Watched<T>(reading, reading.Watch(changed), () => Leave(key));
        }
    }

    private void Leave(TKey key)
    {
        lock (gate)
        {
            (SharedReading<T> reading, int count) = open[key];
            if (count == 1)
                open.Remove(key);
            else
                open[key] = (reading, count - 1);
        }
    }
}

/// <summary>A reading that is being watched.</summary>
internal sealed class Watched<T>(SharedReading<T> reading, IDisposable registration, Action left) : IDisposable
{
    private bool isDisposed;

    /// <summary>What was read last.</summary>
    public Reading<T> Latest => reading.Latest;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isDisposed)
            return;
        isDisposed = true;
        registration.Dispose();
        left();
    }
}
