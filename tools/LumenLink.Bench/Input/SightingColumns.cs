namespace LumenLink.Bench.Input;

/// <summary>Where every decoder puts sightings: columns, reused, that a store could take as they are.</summary>
internal sealed class SightingColumns
{
    private const int FirstCapacity = 1024;

    private byte[] _windows = new byte[FirstCapacity];
    private ulong[] _addresses = new ulong[FirstCapacity];
    private sbyte[] _rssiDbm = new sbyte[FirstCapacity];

    /// <summary>Sightings in the columns.</summary>
    public int Count { get; private set; }

    /// <summary>Number of each one's window in the report.</summary>
    public ReadOnlySpan<byte> Windows => _windows.AsSpan(0, Count);

    /// <summary>Addresses, 48 bits.</summary>
    public ReadOnlySpan<ulong> Addresses => _addresses.AsSpan(0, Count);

    /// <summary>Signal strengths, dBm.</summary>
    public ReadOnlySpan<sbyte> RssiDbm => _rssiDbm.AsSpan(0, Count);

    /// <summary>Empties the columns and keeps their room.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds one sighting.</summary>
    public void Add(byte window, ulong address, sbyte rssiDbm)
    {
        int at = Count;
        if ((uint)at >= (uint)_windows.Length) Grow();
        _windows[at] = window;
        _addresses[at] = address;
        _rssiDbm[at] = rssiDbm;
        Count = at + 1;
    }

    /// <summary>Adds sightings that stand in columns already, all of the same length.</summary>
    public void AddRange(ReadOnlySpan<byte> windows, ReadOnlySpan<ulong> addresses, ReadOnlySpan<sbyte> rssiDbm)
    {
        int at = Count;
        while (at + windows.Length > _windows.Length) Grow();
        windows.CopyTo(_windows.AsSpan(at));
        addresses.CopyTo(_addresses.AsSpan(at));
        rssiDbm.CopyTo(_rssiDbm.AsSpan(at));
        Count = at + windows.Length;
    }

    private void Grow()
    {
        int capacity = 2 * _windows.Length;
        Array.Resize(ref _windows, capacity);
        Array.Resize(ref _addresses, capacity);
        Array.Resize(ref _rssiDbm, capacity);
    }
}
