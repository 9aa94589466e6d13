namespace LumenLink.Simulator;

/// <summary>How a request ended (Bluetooth Core, volume 3, part F, 3.4.1.1).</summary>
public enum AttError
{
    /// <summary>Well.</summary>
    None = 0,

    /// <summary>The characteristic cannot be read.</summary>
    ReadNotPermitted = 2,

    /// <summary>The characteristic cannot be written.</summary>
    WriteNotPermitted = 3,

    /// <summary>The characteristic does not notify.</summary>
    RequestNotSupported = 6,

    /// <summary>There is no such characteristic.</summary>
    AttributeNotFound = 10,

    /// <summary>The value does not fit into one packet.</summary>
    InvalidAttributeValueLength = 13,

    /// <summary>The device did not answer.</summary>
    UnlikelyError = 14,

    /// <summary>There is no connection.</summary>
    NotConnected = 256,
}

/// <summary>A characteristic as a client finds it.</summary>
/// <param name="Service">Identifier of its service.</param>
/// <param name="Uuid">Its identifier.</param>
/// <param name="Properties">Bits of Bluetooth Core, volume 3, part G, 3.3.1.1.</param>
public sealed record SimAttribute(Guid Service, Guid Uuid, int Properties);

/// <summary>
/// Somebody's phone near a board. Values longer than a packet are refused on the way there (the client splits them),
/// cut in notifications, and read whole, as a long read does.
/// </summary>
/// <param name="board">The board it talks to.</param>
public sealed class SimCentral(SimBoard board)
{
    private const int CanRead = 0x02;
    private const int CanWriteWithoutResponse = 0x04;
    private const int CanWrite = 0x08;
    private const int CanNotify = 0x10;

    private readonly Queue<(Guid Uuid, byte[] Value)> _notifications = [];
    private SimGatt? _gatt;

    /// <summary>Largest packet, bytes.</summary>
    public int Mtu { get; private set; } = SimLimits.AttMtu;

    /// <summary>Whether it is connected.</summary>
    public bool IsConnected => _gatt is not null;

    /// <summary>Connects.</summary>
    /// <param name="mtu">The packet size it asks for; at least the least there is.</param>
    /// <returns>False when the board is not there, does not take connections, or has one.</returns>
    public bool Connect(int mtu = SimLimits.AttMtu)
    {
        if (IsConnected || board.Run is not { } run || !run.Ble.Gatt.Connect(this)) return false;
        Mtu = Math.Clamp(mtu, SimLimits.AttMtu, SimLimits.AttMtuPreferred);
        _gatt = run.Ble.Gatt;
        return true;
    }

    /// <summary>Goes away.</summary>
    public void Disconnect()
    {
        SimGatt? gatt = _gatt;
        _gatt = null;
        gatt?.Disconnect(this);
    }

    /// <summary>What the board serves.</summary>
    public IReadOnlyList<SimAttribute> Discover() =>
    [
        .. from service in _gatt?.Services(this) ?? []
           from one in service.Characteristics
           select new SimAttribute(service.Uuid, one.Uuid, one.Properties),
    ];

    /// <summary>Reads a value.</summary>
    public AttError Read(Guid uuid, out byte[] value)
    {
        value = [];
        if (_gatt is not { } gatt) return AttError.NotConnected;
        if (Find(uuid) is not { } one) return AttError.AttributeNotFound;
        return (one.Properties & CanRead) == 0 ? AttError.ReadNotPermitted : gatt.Read(one, out value);
    }

    /// <summary>Writes a value.</summary>
    public AttError Write(Guid uuid, byte[] value, bool withResponse = true)
    {
        if (_gatt is not { } gatt) return AttError.NotConnected;
        if (Find(uuid) is not { } one) return AttError.AttributeNotFound;
        if ((one.Properties & (withResponse ? CanWrite : CanWriteWithoutResponse)) == 0)
            return AttError.WriteNotPermitted;
        return value.Length > Mtu - SimLimits.AttHeader
            ? AttError.InvalidAttributeValueLength
            : gatt.Write(one, value, withResponse);
    }

    /// <summary>Asks to be notified, or not any more.</summary>
    public AttError Subscribe(Guid uuid, bool isOn)
    {
        if (_gatt is not { } gatt) return AttError.NotConnected;
        if (Find(uuid) is not { } one) return AttError.AttributeNotFound;
        if ((one.Properties & CanNotify) == 0) return AttError.RequestNotSupported;
        gatt.Subscribe(one, isOn);
        return AttError.None;
    }

    /// <summary>Takes the oldest notification.</summary>
    public bool TryTakeNotification(out (Guid Uuid, byte[] Value) notification)
    {
        lock (_notifications) return _notifications.TryDequeue(out notification);
    }

    internal void Deliver(Guid uuid, byte[] value)
    {
        lock (_notifications) _notifications.Enqueue((uuid, value));
    }

    internal void Lose() => _gatt = null;

    private ISimCharacteristic? Find(Guid uuid) =>
        _gatt?.Services(this).SelectMany(service => service.Characteristics).FirstOrDefault(one => one.Uuid == uuid);
}
