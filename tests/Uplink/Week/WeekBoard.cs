using LumenLink.Simulator;
using LumenLink.Simulator.Fleet;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink.Week;

/// <summary>One board of the week: its books, and its counters over all boots.</summary>
internal sealed class WeekBoard
{
    /// <summary>How long a board stays off after a cut inside a flash operation.</summary>
    private static readonly TimeSpan OffAfterCut = TimeSpan.FromSeconds(20);

    private readonly SortedDictionary<string, long> _totals = new(StringComparer.Ordinal);
    private int _wifiOutages;

    public WeekBoard(UplinkWorld world, UplinkBoard board, Func<UplinkBoard, long, long, bool> isStored)
    {
        Board = board;
        Ledger = new BoardLedger(board, isStored) { BeforeCut = TakeCounters, };
        Ledger.OnCut = () => world.At(TimeSpan.FromMilliseconds(world.World.NowMs) + OffAfterCut, () =>
        {
            if (!board.Board.IsPowered)
                Restore();
        });
        board.Board.Flash.Faults = Ledger;
    }

    public UplinkBoard Board { get; }

    public BoardLedger Ledger { get; }

    /// <summary>One of the firmware's counters, summed over the boots that have ended.</summary>
    public long Total(string counter) => _totals.GetValueOrDefault(counter);

    /// <summary>All of them.</summary>
    public IReadOnlyDictionary<string, long> Totals => _totals;

    /// <summary>Segments of its queue.</summary>
    public int Segments => QueueSegments.Of(Board.Board.Flash.Folder).Count();

    /// <summary>Files on its flash that are no segments.</summary>
    public int OtherFiles =>
        Directory.GetFiles(Board.Board.Flash.Folder, "*", SearchOption.AllDirectories).Length - Segments;

    /// <summary>One outage of its Wi-Fi begins or ends; it is up when none is left.</summary>
    public void Wifi(bool isUp)
    {
        _wifiOutages += isUp ? -1 : 1;
        Board.Board.Network.IsUp = _wifiOutages == 0;
    }

    /// <summary>Its power goes.</summary>
    public void Lose()
    {
        TakeCounters();
        Board.Driven.PowerOff();
    }

    /// <summary>Its power is back, after an end if it was not gone.</summary>
    public void Restore()
    {
        Lose();
        Board.Driven.PowerOn();
    }

    private void TakeCounters()
    {
        if (!Board.Board.IsPowered)
            return;
        foreach ((string name, long value) in Board.Driven.ReadCounters())
        {
            if (name is not ("QueueDepth" or "Attested" or "RefusalOutcome"))
                _totals[name] = Total(name) + value;
        }
    }
}
