namespace LumenLink.Simulator;

/// <summary>A characteristic of the device; what becomes of requests is decided by device code.</summary>
internal interface ISimCharacteristic
{
    /// <summary>Its identifier.</summary>
    Guid Uuid { get; }

    /// <summary>Bits of Bluetooth Core, volume 3, part G, 3.3.1.1.</summary>
    int Properties { get; }

    /// <summary>Asks for its value.</summary>
    AttError Read(out byte[] value);

    /// <summary>Takes a value.</summary>
    AttError Write(byte[] value, bool withResponse);

    /// <summary>A client wants to be notified, or does not any more.</summary>
    void Subscribe(bool isOn);
}

/// <summary>A service of the device.</summary>
internal sealed record SimService(Guid Uuid, IReadOnlyList<ISimCharacteristic> Characteristics);

/// <summary>What a board serves.</summary>
/// <param name="Services">Its table.</param>
/// <param name="IsConnectable">Whether clients may connect.</param>
/// <param name="SessionChanged">Told that a client came or went.</param>
internal sealed record SimTable(
    IReadOnlyList<SimService> Services, bool IsConnectable, Action<bool> SessionChanged);

/// <summary>
/// The GATT server of a board during one power cycle: one client at a time. While one is there, nothing is advertised;
/// when it is gone, the stack goes on advertising what it did. Whatever stops advertising drops the table and the
/// client.
/// </summary>
/// <param name="run">The power cycle.</param>
internal sealed class SimGatt(BoardRun run)
{
    private readonly object _gate = new();
    private readonly HashSet<ISimCharacteristic> _subscribed = [];
    private SimTable? _table;
    private SimCentral? _central;
    private Action? _advertise;

    /// <summary>Begins to serve a table; the caller advertises.</summary>
    public void Serve(SimTable table, Action advertise)
    {
        lock (_gate)
        {
            _table = table;
            _advertise = advertise;
        }
    }

    /// <summary>Advertising was stopped, or the power went.</summary>
    public void Drop()
    {
        SimCentral? central;
        lock (_gate)
        {
            central = _central;
            _central = null;
            _table = null;
            _subscribed.Clear();
        }

        central?.Lose();
    }

    /// <summary>A client comes.</summary>
    /// <returns>False when there is nothing to connect to.</returns>
    public bool Connect(SimCentral central)
    {
        SimTable table;
        lock (_gate)
        {
            if (_table is not { IsConnectable: true } served || _central is not null) return false;
            _central = central;
            table = served;
        }

        run.Ble.HideAdvertisement();
        run.RunOn(StrandKind.Callback, () => table.SessionChanged(true));
        return true;
    }

    /// <summary>The client goes.</summary>
    public void Disconnect(SimCentral central)
    {
        SimTable? table;
        Action? advertise;
        List<ISimCharacteristic> subscribed;
        lock (_gate)
        {
            if (_central != central) return;
            _central = null;
            table = _table;
            advertise = _advertise;
            subscribed = [.. _subscribed];
            _subscribed.Clear();
        }

        run.RunOn(StrandKind.Callback, () =>
        {
            advertise?.Invoke();
            foreach (ISimCharacteristic one in subscribed) one.Subscribe(false);
            table?.SessionChanged(false);
        });
    }

    public IReadOnlyList<SimService> Services(SimCentral central)
    {
        lock (_gate) return _central == central && _table is { } table ? table.Services : [];
    }

    public AttError Read(ISimCharacteristic characteristic, out byte[] value)
    {
        AttError error = AttError.UnlikelyError;
        byte[] read = [];
        run.RunOn(StrandKind.Callback, () => error = characteristic.Read(out read));
        value = read;
        return error;
    }

    public AttError Write(ISimCharacteristic characteristic, byte[] value, bool withResponse)
    {
        AttError error = AttError.UnlikelyError;
        run.RunOn(StrandKind.Callback, () => error = characteristic.Write(value, withResponse));
        return error;
    }

    public void Subscribe(ISimCharacteristic characteristic, bool isOn)
    {
        lock (_gate)
        {
            if (!(isOn ? _subscribed.Add(characteristic) : _subscribed.Remove(characteristic))) return;
        }

        run.RunOn(StrandKind.Callback, () => characteristic.Subscribe(isOn));
    }

    /// <summary>Notifies the client of a value, cut to what fits into one packet.</summary>
    /// <returns>False when no client wants it.</returns>
    public bool Notify(ISimCharacteristic characteristic, byte[] value)
    {
        lock (_gate)
        {
            if (_central is not { } central || !_subscribed.Contains(characteristic)) return false;
            central.Deliver(characteristic.Uuid, value[..Math.Min(value.Length, central.Mtu - SimLimits.AttHeader)]);
            return true;
        }
    }
}
