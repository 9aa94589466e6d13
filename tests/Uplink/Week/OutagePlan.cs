using LumenLink.Simulator;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink.Week;

/// <summary>What goes wrong.</summary>
internal enum Outage
{
    /// <summary>A board's access point goes: connections end, none comes about.</summary>
    WifiDown,

    /// <summary>A board's network swallows everything in both directions.</summary>
    WifiSilent,

    /// <summary>A board's access point goes for hours.</summary>
    WifiLong,

    /// <summary>The broker that the boards prefer refuses connections and ends those it has.</summary>
    BrokerRefuses,

    /// <summary>It acknowledges everything and delivers nothing.</summary>
    BrokerLies,

    /// <summary>The service stops, its broker with it, and starts with nothing but its store.</summary>
    ServiceDown,

    /// <summary>A board's power goes.</summary>
    PowerLost,

    /// <summary>A board's power goes inside its next flash operation.</summary>
    FlashCut,

    /// <summary>All boards lose their power at once, as when the process of a simulated fleet is killed.</summary>
    FleetKilled,
}

/// <summary>
/// Everything that goes wrong, and when: several streams of outages, each with random numbers of its own, so that what
/// one draws does not change another. Nothing begins after the end, and nothing is left broken.
/// </summary>
internal sealed class OutagePlan
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private readonly UplinkWorld _world;
    private readonly WeekBoard[] _boards;
    private readonly WeekOptions _options;
    private readonly SortedDictionary<Outage, long> _counts = [];
    private int _streams;

    public OutagePlan(UplinkWorld world, WeekBoard[] boards, WeekOptions options)
    {
        _world = world;
        _boards = boards;
        _options = options;
        foreach (Outage outage in Enum.GetValues<Outage>())
            _counts.Add(outage, 0);
    }

    /// <summary>Outages so far, by kind.</summary>
    public IReadOnlyDictionary<Outage, long> Counts => _counts;

    /// <summary>Puts the first of each stream on the agenda; each puts its successor there.</summary>
    public void Begin()
    {
        foreach (WeekBoard board in _boards)
            OfBoard(board);
        Stream(40, Seconds(1, 240), random =>
        {
            bool lies = random.Next(2) == 0;
            return (lies ? Outage.BrokerLies : Outage.BrokerRefuses,
                () => _world.Set(lies ? WayFault.Lying : WayFault.Refused, WayFault.None),
                () => _world.Set(WayFault.None, WayFault.None));
        });
        Stream(_options.ServiceRuns.TotalMinutes, Seconds(1, 240), _ =>
            (Outage.ServiceDown, _world.StopService, _world.StartService));
        Stream(Math.Max(90, _options.Length.TotalMinutes / 20), Seconds(5, 60), _ =>
            (Outage.FleetKilled, () => Array.ForEach(_boards, board => board.Lose()), () => Array.ForEach(
                _boards, board => board.Restore())));
    }

    private void OfBoard(WeekBoard board)
    {
        SimNetwork network = board.Board.Board.Network;
        Stream(20, Seconds(1, 600), random => random.Next(3) == 0
            ? (Outage.WifiSilent, () => network.IsBlackHole = true, () => network.IsBlackHole = false)
            : (Outage.WifiDown, () => board.Wifi(isUp: false), () => board.Wifi(isUp: true)));
        Stream(45, Seconds(1, 300), _ => (Outage.PowerLost, board.Lose, board.Restore));
        Stream(30, Seconds(1, 1), random =>
        {
            FlashFault fault = random.Next(2) == 0 ? FlashFault.PowerCutBefore : FlashFault.PowerCutAfter;
            return (Outage.FlashCut, () => board.Ledger.Arm(fault), () => { });
        });
        if (board == _boards[^1])
        {
            Stream(_options.LongOutageEvery.TotalMinutes, random => TimeSpan.FromMinutes(random.Next(70, 100)), _ =>
                (Outage.WifiLong, () => board.Wifi(isUp: false), () => board.Wifi(isUp: true)));
        }
    }

    private static Func<Random, TimeSpan> Seconds(int least, int most) =>
        random => TimeSpan.FromSeconds(least + (random.NextDouble() * most));

    /// <summary>Something that begins and ends, again and again.</summary>
    private void Stream(
        double everyMinutes, Func<Random, TimeSpan> lasts,
        Func<Random, (Outage Kind, Action Begin, Action End)> draw)
    {
        Random random = new(HashOf(_options.Seed, _streams++));
        Next(TimeSpan.FromMinutes(2 + (random.NextDouble() * everyMinutes)));

        void Next(TimeSpan from)
        {
            TimeSpan to = from + lasts(random);
            if (to > _options.Length - _options.Calm - Longest)
                return;
            (Outage kind, Action begin, Action end) = draw(random);
            _world.At(from, () =>
            {
                _counts[kind]++;
                begin();
            });
            _world.At(to, () =>
            {
                end();
                Next(to + TimeSpan.FromMinutes((0.5 + random.NextDouble()) * everyMinutes));
            });
        }
    }

    private static int HashOf(ulong seed, int stream) =>
        unchecked((int)(((seed ^ (seed >> 32)) * 0x9E37_79B9UL) + ((ulong)stream * 0x85EB_CA6BUL)));
}
