using System.Data.Common;
using System.Diagnostics;
using System.Net.Http.Json;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using LumenLink.Tests.Uplink.Support;
using LumenLink.Tests.Uplink.Week;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>What the service has against a beacon, or for it, at one look.</summary>
/// <param name="Board">Which.</param>
/// <param name="Outcome">Its standing verdict; null before the first.</param>
internal readonly record struct Standing(BeaconId Board, AttestationOutcome? Outcome);

/// <summary>
/// Boards and a service, all of whose brokers are an attacker's for hours; then he is quiet, and everything has to
/// settle. Boards have no HTTP, so that all they say passes through his hands; he uses it himself.
/// </summary>
internal sealed class HostileRun : IAsyncDisposable
{
    private static readonly TimeSpan OffFor = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstBoot = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StatesEvery = TimeSpan.FromMinutes(1);

    /// <summary>Longer than a run: each command has its end.</summary>
    private const int CommandLivesS = 7 * 86_400;

    private readonly HostileOptions _options;
    private readonly Stopwatch _wall = Stopwatch.StartNew();
    private readonly List<WeekLook> _looks = [];
    private readonly List<Standing> _standings = [];

    private HostileRun(UplinkWorld world, HostileOptions options)
    {
        World = world;
        _options = options;
        Stored = new StoredSide(world);
        Keys = new KeyBook(world);
        Broker = new HostileBroker(world, options);
        world.Between = Broker.Between;
        Boards = [.. world.Boards.Select(board => new WeekBoard(world, board, Stored.Has))];
        foreach (WeekBoard board in Boards)
            Book.Follow(board.Board, board.Ledger);
    }

    public UplinkWorld World { get; }

    public StoredSide Stored { get; }

    public WeekBoard[] Boards { get; }

    public HostileBroker Broker { get; }

    public HostileBook Book { get; } = new();

    public KeyBook Keys { get; }

    public IReadOnlyList<WeekLook> Looks => _looks;

    /// <summary>Every standing verdict at every look.</summary>
    public IReadOnlyList<Standing> Standings => _standings;

    /// <summary>Refusals that boards were seen to have believed.</summary>
    public SortedSet<(string Board, AttestationOutcome Outcome)> Refusals { get; } = [];

    /// <summary>How often boards were given power.</summary>
    public int PowerOns { get; private set; }

    /// <summary>Virtual time from the end of the attack until all had settled; null if that did not come.</summary>
    public TimeSpan? CalmedIn { get; private set; }

    /// <summary>What was missing when that did not come.</summary>
    public string Unsettled { get; private set; } = "";

    /// <summary>Wall time.</summary>
    public TimeSpan Took { get; private set; }

    /// <summary>Makes a world and lets it run to its end.</summary>
    public static async Task<HostileRun> RunAsync(HostileOptions options)
    {
        UplinkBoardMake[] makes = [.. Enumerable.Range(0, options.Chips).Select(
            index => new UplinkBoardMake($"board-{index}", (options.Seed << 16) + (ulong)index, Addresses: 300))];
        UplinkWorld world = await UplinkWorld.StartAsync(
            options.Seed, makes,
            replace: options.Weakness == Weakness.ServiceChecksNoTags ? TagBlindHandler.Replace : null);
        try
        {
            UplinkBoard bare = world.AddBoard(
                new UplinkBoardMake("bare", (options.Seed << 16) + 0xFFFF, Addresses: 300, HasChip: false));
            bare.Driven.PowerOn();
            world.Run(FirstBoot);
            bare.Driven.PowerOff();
            await bare.EnrolAsync(world.Service);
            HostileRun run = new(world, options);
            run.Attack();
            run.Calm();
            return run;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Broker.Dispose();
        Stored.Dispose();
        await World.DisposeAsync();
    }

    /// <summary>Rows of a query.</summary>
    public List<T> Rows<T>(string sql, Func<DbDataReader, T> read)
    {
        using DbConnection connection = World.Service.Database.Connect();
        connection.Open();
        using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        using DbDataReader rows = command.ExecuteReader();
        List<T> found = [];
        while (rows.Read())
            found.Add(read(rows));
        return found;
    }

    /// <summary>The board of a row.</summary>
    public static BeaconId IdOf(DbDataReader row, int column) => new(unchecked((ulong)row.GetInt64(column)));

    private void Attack()
    {
        World.Set(WayFault.None, WayFault.None, WayFault.Refused);
        Random random = new((int)_options.Seed);
        foreach (WeekBoard board in Boards)
        {
            Power(board, isOn: true);
            Every(_options.PowerLostEvery, random, () =>
            {
                Power(board, isOn: false);
                World.At(Now + OffFor, () => Power(board, isOn: true));
            });
            Every(_options.CommandEvery, random, () => Ask(board.Board));
        }

        for (TimeSpan at = Now + _options.LookEvery; at < Now + _options.Length; at += _options.LookEvery)
            World.At(at, Look);
        for (TimeSpan at = Now + StatesEvery; at < Now + _options.Length; at += StatesEvery)
            World.At(at, LookAtBoards);
        Broker.Begin();
        World.Run(_options.Length);
    }

    private void Calm()
    {
        Broker.IsQuiet = true;
        TimeSpan from = Now;
        while (!IsSettled() && Now - from < _options.CalmsWithin)
        {
            foreach (WeekBoard board in Boards)
                board.Board.Driven.RequestFlush();
            World.Run(StatesEvery);
            Look();
        }

        CalmedIn = IsSettled() ? Now - from : null;
        Unsettled = $"{Stored.Count("commands WHERE acked_at IS NULL")} commands wait\n{World.Describe()}";
        foreach (WeekBoard board in Boards)
            Power(board, isOn: false);
        World.Run(StatesEvery);
        Look();
        Took = _wall.Elapsed;
    }

    private TimeSpan Now => TimeSpan.FromMilliseconds(World.World.NowMs);

    private bool IsSettled() => Boards.All(board =>
            board.Board.Counter("QueueDepth") == 0 && board.Board.Counter("Attested") == 1)
        && Stored.Count("commands WHERE acked_at IS NULL") == 0;

    private void Power(WeekBoard board, bool isOn)
    {
        if (!isOn)
            board.Lose();
        else if (!board.Board.Board.IsPowered)
        {
            PowerOns++;
            board.Board.Driven.PowerOn();
        }
    }

    /// <summary>The operator asks for one diagnostics record: how often it is carried out can be counted.</summary>
    private void Ask(UplinkBoard board)
    {
        IDisposable hold = World.World.HoldClock();
        _ = Task.Run(async () =>
        {
            using (hold)
            {
                using HttpResponseMessage response = await World.Service.Http.PostAsync(
                    new Uri($"/api/v1/admin/beacons/{board.Id}/commands", UriKind.Relative),
                    JsonContent.Create(new { command = "send_diagnostics", expires_in_s = CommandLivesS }));
                Assert.True(response.IsSuccessStatusCode);
            }
        });
    }

    private void Every(TimeSpan mean, Random random, Action act)
    {
        TimeSpan at = Now + (mean * (0.5 + random.NextDouble()));
        if (at > _options.Length - OffFor - OffFor)
            return;
        World.At(at, () =>
        {
            act();
            Every(mean, random, act);
        });
    }

    private void LookAtBoards()
    {
        foreach (UplinkBoard board in Boards.Select(one => one.Board))
        {
            if (board.Counter("RefusalOutcome") is var outcome and > 0)
                Refusals.Add((board.Name, (AttestationOutcome)outcome));
        }
    }

    private void Look()
    {
        LookAtBoards();
        foreach (WeekBoard board in Boards)
            board.Ledger.Look();
        Stored.Settle(Boards);
        Keys.Look();
        _standings.AddRange(Rows(
            "SELECT beacon_id, last_outcome FROM beacons",
            row => new Standing(IdOf(row, 0), row.IsDBNull(1) ? null : (AttestationOutcome)row.GetInt64(1))));
        SortedDictionary<string, long> tables = TableCensus.Of(World.Service);
        foreach (string table in WeekRun.BoundedTables)
            tables["store." + table] = Stored.Count(table);
        tables["flash.segments"] = Boards.Max(board => board.Segments);
        tables["flash.others"] = Boards.Max(board => board.OtherFiles);
        _looks.Add(new WeekLook(Now, 0, tables));
    }
}
