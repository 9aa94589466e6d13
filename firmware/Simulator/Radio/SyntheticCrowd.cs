namespace LumenLink.Simulator;

/// <summary>
/// A seeded radio environment: advertisers come, are heard now and then, and go. Its figures are those of a busy
/// place: per 10 s a mean of 12.1 events from about 6.5 addresses, 5.6 % of all events from an address never heard
/// before, the signal strength with about 5.3 bits of entropy and its change between two events of an address with
/// about 4.5.
/// </summary>
/// <param name="seed">Equal seeds give equal environments.</param>
/// <param name="density">Advertisers around, relative to the figures above; above 0.</param>
/// <param name="addresses">
/// How many different addresses ever pass by, the same ones in every crowd; 0: each newcomer has a new one.
/// </param>
public sealed class SyntheticCrowd(ulong seed, double density = 1, int addresses = 0) : IRadioSource
{
    // A population of independent visitors: arrivals and stays are memoryless, and so are the events of each. With a
    // rate r per window, n visitors give n*r events and n*(1 - e^-r) addresses: 12.1 and 6.5 fix r = 1.40 and n = 8.6.
    private const double WindowMs = 10_000;
    private const double EventsPerWindow = 1.404;
    private const double StayWindows = 12.0;
    private const double ArrivalsPerWindow = 0.718;

    // A place's strength and an event's noise are normal: 9.5 dB of deviation in all, 5.5 dB between two events.
    private const double MeanDbm = -74;
    private const double PlaceDb = 8.71;
    private const double NoiseDb = 3.87;
    private const double WeakestDbm = -105;
    private const double StrongestDbm = -20;

    private const ulong Purpose = 0x43726F7764;

    private readonly SimRandom _random = new(SimRandom.Mix(seed, Purpose, 0));
    private readonly List<Visitor> _visitors = [];
    private double _nowMs = double.NaN;
    private RadioEvent _next;

    /// <inheritdoc/>
    public bool TryNext(double fromMs, double beforeMs, out RadioEvent radioEvent)
    {
        bool found = PeekMs(fromMs) < beforeMs;
        radioEvent = found ? _next : default;
        if (found) Generate();
        return found;
    }

    /// <inheritdoc/>
    public double? PeekMs(double fromMs)
    {
        if (double.IsNaN(_nowMs)) Begin();
        while (_next.TimeMs < fromMs) Generate();
        return _next.TimeMs;
    }

    private void Begin()
    {
        if (!(density > 0)) throw new InvalidOperationException("The density of a crowd is above 0.");
        _nowMs = 0;
        double present = ArrivalsPerWindow * StayWindows * density;
        while (present >= 1 || _random.NextDouble() < present)
        {
            _visitors.Add(Arrive());
            present--;
        }

        Generate();
    }

    /// <summary>Goes on to the next event that is heard.</summary>
    private void Generate()
    {
        const double Leaving = 1 / StayWindows;
        while (true)
        {
            double arriving = ArrivalsPerWindow * density;
            double rate = arriving + (_visitors.Count * (Leaving + EventsPerWindow));
            _nowMs += -Math.Log(1 - _random.NextDouble()) / rate * WindowMs;
            double which = _random.NextDouble() * rate;
            if (which < arriving)
            {
                _visitors.Add(Arrive());
                continue;
            }

            int index = _random.Next(_visitors.Count);
            if (which < arriving + (_visitors.Count * Leaving))
            {
                _visitors.RemoveAt(index);
                continue;
            }

            _next = Heard(_visitors[index]);
            return;
        }
    }

    private RadioEvent Heard(Visitor visitor)
    {
        double dbm = visitor.PlaceDbm + (NoiseDb * _random.NextNormal());
        return new RadioEvent(
            _nowMs, visitor.Address, (short)Math.Round(Math.Clamp(dbm, WeakestDbm, StrongestDbm)), true,
                visitor.Payload);
    }

    /// <summary>
    /// A newcomer: a random static address and the flags section that every discoverable advertiser sends.
    /// </summary>
    private Visitor Arrive() => new(
        (AddressBits() & 0x3FFF_FFFF_FFFF) | 0xC000_0000_0000,
        MeanDbm + (PlaceDb * _random.NextNormal()),
        new byte[] { 0x02, 0x01, 0x06 });

    private ulong AddressBits() =>
        addresses == 0 ? _random.Next() : SimRandom.Mix(Purpose, (ulong)_random.Next(addresses), 1);

    private sealed record Visitor(ulong Address, double PlaceDbm, ReadOnlyMemory<byte> Payload);
}
