namespace LumenLink.Simulator;

/// <summary>What becomes of a new connection of a board.</summary>
public enum ConnectionFate
{
    /// <summary>It goes to the real network.</summary>
    Passes,

    /// <summary>It is refused at once.</summary>
    Refused,

    /// <summary>Nothing ever comes back; waiting for it must not hold virtual time.</summary>
    BlackHole,
}

/// <summary>A board's way to the network; whoever implements a network API on the host asks it.</summary>
public sealed class SimNetwork
{
    private volatile bool _isUp = true;

    /// <summary>
    /// Whether the access point and what is behind it work; false makes joins fail and ends connections.
    /// </summary>
    public bool IsUp
    {
        get => _isUp;
        set
        {
            if (_isUp == value) return;
            _isUp = value;
            Changed?.Invoke();
        }
    }

    /// <summary>Network name and password that the access point takes; null: it takes any.</summary>
    public (string Ssid, string Password)? Credentials { get; set; }

    /// <summary>Decides the fate of a new connection by host and port; null: all pass.</summary>
    public Func<string, int, ConnectionFate>? OnConnect { get; set; }

    /// <summary>
    /// Says whether a server by host and port may answer at all; false: a virtual clock does not stand still for it.
    /// Null: all may.
    /// </summary>
    public Func<string, int, bool>? MayAnswer { get; set; }

    /// <summary>Decides whether the network's name server knows a name; null: it knows those of the host.</summary>
    public Func<string, bool>? OnResolve { get; set; }

    /// <summary>
    /// While true, traffic of existing connections goes nowhere in both directions; what is already on its way may
    /// arrive.
    /// </summary>
    public bool IsBlackHole
    {
        get;
        set
        {
            if (field == value) return;
            field = value;
            Changed?.Invoke();
        }
    }

    /// <summary>
    /// Raised, on the thread of whoever changed it, after <see cref="IsUp"/> or <see cref="IsBlackHole"/> changed.
    /// </summary>
    public event Action? Changed;

    /// <summary>The fate of a new connection now.</summary>
    /// <param name="host">Host name or address.</param>
    /// <param name="port">TCP port.</param>
    public ConnectionFate FateOf(string host, int port)
    {
        if (!IsUp) return ConnectionFate.Refused;
        return IsBlackHole ? ConnectionFate.BlackHole : OnConnect?.Invoke(host, port) ?? ConnectionFate.Passes;
    }

    internal bool Accepts(string ssid, string password) =>
        IsUp && (Credentials is not { } wanted || (wanted.Ssid == ssid && wanted.Password == password));
}
