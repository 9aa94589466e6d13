using System.Diagnostics;
using System.Globalization;
using LumenLink.Simulator;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink.Week;

/// <summary>What one look found.</summary>
/// <param name="At">Virtual time.</param>
/// <param name="HeapBytes">Managed heap of the process after full collections: boards, service and test.</param>
/// <param name="Tables">Entries of the service's tables in memory, rows of those in the store that must not grow,
/// and files of the board with the most.</param>
internal sealed record WeekLook(TimeSpan At, long HeapBytes, IReadOnlyDictionary<string, long> Tables);

/// <summary>
/// A simulated week: beacons whose network, broker, service and power come and go as a seed decides, in a crowd of
/// addresses that pass by. Keeps the books and looks at them, at tables and memory again and again.
/// </summary>
internal sealed class WeekRun : IAsyncDisposable
{
    /// <summary>
    /// Tables of the store that must not grow with time. The others are what is stored, or the audit of a retention.
    /// </summary>
    internal static readonly string[] BoundedTables =
        ["alarms", "evidence", "used_nonces", "sessions", "shared_keys", "beacon_status", "beacon_activity",
        "enrolment_groups", "audit_entries", "audit_heads", "audit_chains"];

    private static readonly TimeSpan StatesEvery = TimeSpan.FromMinutes(1);

    private readonly WeekOptions _options;
    private readonly Action<string> _say;
    private readonly Stopwatch _wall = Stopwatch.StartNew();
    private readonly List<WeekLook> _looks = [];

    private WeekRun(WeekOptions options, UplinkWorld world, Action<string> say)
    {
        _options = options;
        _say = say;
        World = world;
        Stored = new StoredSide(world);
        Boards = [.. world.Boards.Select(board => new WeekBoard(world, board, Stored.Has))];
        Plan = new OutagePlan(world, Boards, options);
    }

    public UplinkWorld World { get; }

    public StoredSide Stored { get; }

    public WeekBoard[] Boards { get; }

    public OutagePlan Plan { get; }

    public IReadOnlyList<WeekLook> Looks => _looks;

    /// <summary>Wall time until the end.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>Makes a world and lets it run to its end.</summary>
    /// <param name="options">What is to happen.</param>
    /// <param name="say">Takes a line now and then.</param>
    public static async Task<WeekRun> RunAsync(WeekOptions options, Action<string>? say = null)
    {
        UplinkWorld world = await UplinkWorld.StartAsync(
            options.Seed, [.. Enumerable.Range(0, options.Boards).Select(index => MakeOf(options, index))]);
        WeekRun run = new(options, world, say ?? (_ => { }));
        try
        {
            run.Run();
            return run;
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        Stored.Dispose();
        return World.DisposeAsync();
    }

    private static UplinkBoardMake MakeOf(WeekOptions options, int index)
    {
        ulong seed = (options.Seed << 16) + (ulong)index;
        UplinkBoardMake make = new(
            FormattableString.Invariant($"board-{index}"), seed, options.Addresses,
            Preemption: options.IsPreempted ? new Preemption(seed) : null);
        return index < options.Boards - 1
            ? make
            : make with { QueueBytes = options.SmallQueueBytes, ReportMs = options.OftenMs };
    }

    private void Run()
    {
        foreach (WeekBoard board in Boards)
            board.Board.Driven.PowerOn();
        Plan.Begin();
        for (TimeSpan at = _options.LookEvery; at < _options.Length; at += _options.LookEvery)
            World.At(at, Look);
        TimeSpan drainsFrom = _options.Length - (_options.Calm / 2);
        World.Run(drainsFrom);
        foreach (WeekBoard board in Boards)
            board.Board.Driven.RequestFlush();
        World.RunUntil(() => Boards.All(IsDrained), _options.Calm / 2, "empty queues");
        foreach (WeekBoard board in Boards)
            board.Lose();
        World.Run(StatesEvery);
        KeepBooks();
        Took = _wall.Elapsed;
    }

    private static bool IsDrained(WeekBoard board) =>
        board.Board.Counter("QueueDepth") == 0 && board.Board.Counter("Attested") == 1;

    private void KeepBooks()
    {
        foreach (WeekBoard board in Boards)
            board.Ledger.Look();
        Stored.Settle(Boards);
    }

    private void Look()
    {
        KeepBooks();
        SortedDictionary<string, long> tables = TableCensus.Of(World.Service);
        foreach (string table in BoundedTables)
            tables["store." + table] = Stored.Count(table);
        tables["flash.segments"] = Boards.Max(board => board.Segments);
        tables["flash.others"] = Boards.Max(board => board.OtherFiles);
        TimeSpan at = TimeSpan.FromMilliseconds(World.World.NowMs);
        WeekLook look = new(at, HeapBytes(), tables);
        _looks.Add(look);
        _say(string.Create(CultureInfo.InvariantCulture, $"{at.TotalDays:0.00} days in {_wall.Elapsed.TotalMinutes:0.0}"
            + $" min: {Boards.Sum(board => board.Ledger.Durable)} records durable,"
            + $" {Boards.Sum(board => board.Ledger.Stored)} stored, {Plan.Counts.Values.Sum()} outages,"
            + $" heap {look.HeapBytes / 1e6:0.0} MB"));
    }

    private static long HeapBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
