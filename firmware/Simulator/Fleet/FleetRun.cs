using System.Globalization;

namespace LumenLink.Simulator.Fleet;

/// <summary>
/// One run of the fleet: power on, wait until every board is judged, play
/// the trace (or the crowd), flush, wait until all is receipted, report.
/// </summary>
internal sealed class FleetRun : IDisposable
{
    private const int SampleMs = 200;

    /// <summary>Reading the counters of all boards stays a small part of the work, however many.</summary>
    private const int BoardsASampleMs = 5;

    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromSeconds(5);

    /// <summary>A replay begins without the boards that are not judged by then.</summary>
    private static readonly TimeSpan JudgeTimeout = TimeSpan.FromSeconds(90);

    /// <summary>
    /// Boards that may be powered on and not judged: each of them may keep a thread waiting for its connection, and
    /// all at once would keep the processor from every one of them for longer than they wait.
    /// </summary>
    private const int UnjudgedMax = 128;

    /// <summary>The end of a run is reached when nothing was receipted for so long.</summary>
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(60);

    private readonly FleetOptions options;
    private readonly SimWorld world;
    private readonly FleetScheduler scheduler;
    private readonly TraceFile? trace;
    private readonly List<FleetBoard> boards = [];
    private readonly MainBoard? mainBoard;
    private readonly Action<string> say;
    private long nextProgress;
    private long offsetMs;

    public FleetRun(FleetOptions options, Action<string> say)
    {
        this.options = options;
        this.say = say;
        trace = options.Trace is null ? null : TraceFile.Read(options.Trace);
        world = SimWorld.Paced(options.Speed, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), options.Seed);
        scheduler = new FleetScheduler(world);
        DeviceImage image = DeviceImage.Load();
        foreach (string name in options.Boards)
            boards.Add(MakeBoard(name, image));
        if (options.RealMain is { } real)
        {
            SimBoard board = BoardParts.Build(options, real, world, Started(Crowd()), out _);
            mainBoard = new MainBoard(board, image);
        }
    }

    /// <summary>Runs to the end. Cancelling <paramref name="stop"/> flushes and ends early.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var end = new CancellationTokenSource();
        var loop = new Thread(() => scheduler.Run(end.Token)) { IsBackground = true, Name = "fleet scheduler" };
        loop.Start();
        mainBoard?.PowerOn();
        try
        {
            await PowerOnAsync(stop);
            await UntilAsync(() => boards.All(board => board.IsJudged), JudgeTimeout, stop);
            Announce();
            await PlayAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            say("asked to stop");
        }

        await DrainAsync();
        Refresh();
        FleetReportWriter.Write(options.Report, boards, options.Speed, world.UtcEpochMs, offsetMs);
        mainBoard?.PowerOff();
        foreach (FleetBoard board in boards)
            board.PowerOff();
        await end.CancelAsync();
        loop.Join();
    }

    /// <summary>So many at a time, as far as they are judged within the time-out.</summary>
    private async Task PowerOnAsync(CancellationToken stop)
    {
        // The pool adds threads slowly, and whoever waits on one of them waits for another.
        ThreadPool.GetMinThreads(out int workers, out int ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 2 * UnjudgedMax), ports);
        int powered = 0;
        while (powered < boards.Count)
        {
            int before = powered;
            bool hasRoom = await UntilAsync(() => Unjudged(before) < UnjudgedMax, JudgeTimeout, stop);
            int room = hasRoom ? UnjudgedMax - Unjudged(before) : UnjudgedMax;
            for (; room > 0 && powered < boards.Count; room--) boards[powered++].PowerOn();
        }

        powered += mainBoard is null ? 0 : 1;
        say($"{powered} boards powered on, speed {options.Speed.ToString(CultureInfo.InvariantCulture)}");
    }

    private int Unjudged(int powered) => boards.Take(powered).Count(board => !board.IsJudged);

    /// <inheritdoc/>
    public void Dispose() => world.Dispose();

    private static StartableRadio Started(IRadioSource source)
    {
        var radio = new StartableRadio(source);
        radio.Start(0);
        return radio;
    }

    private FleetBoard MakeBoard(string name, DeviceImage image)
    {
        if (trace is null)
        {
            return new FleetBoard(options, name, world, image, Started(Crowd()), 0);
        }

        var radio = new TraceRadio(trace, name, FirstTraceMs);
        return new FleetBoard(options, name, world, image, new StartableRadio(radio), radio.Count);
    }

    /// <summary>Each board stands in a crowd of its own.</summary>
    private SyntheticCrowd Crowd() => new(options.Seed + (ulong)boards.Count);

    private long FirstTraceMs => trace!.FirstUnixTicks / TimeSpan.TicksPerMillisecond;

    private double TraceLengthMs =>
        (trace!.LastUnixTicks - trace.FirstUnixTicks) / (double)TimeSpan.TicksPerMillisecond;

    private void Announce()
    {
        say($"{boards.Count(board => board.Attestations > 0)} of {boards.Count} boards attested");
        foreach (FleetBoard refused in boards.Where(board => board.Refusal is not null))
            say($"{refused.Name} ({refused.Beacon}) was refused by the service");
    }

    /// <summary>Plays the trace to its end; the crowd never ends.</summary>
    private async Task PlayAsync(CancellationToken stop)
    {
        if (trace is null)
        {
            await UntilAsync(() => false, Timeout.InfiniteTimeSpan, stop);
            return;
        }

        long startMs = world.NowMs;
        offsetMs = world.UtcEpochMs + startMs - FirstTraceMs;
        foreach (FleetBoard board in boards)
            board.Radio.Start(startMs);
        say($"replaying {trace.Lines.Count} sightings over {TraceLengthMs / 1000:0} s of trace time");
        double endMs = startMs + TraceLengthMs + 1;
        await UntilAsync(() => world.NowMs > endMs, Timeout.InfiniteTimeSpan, stop);
        say("the trace is through");
    }

    /// <summary>Closes windows, cuts records, and waits until the service has receipted all of them.</summary>
    private async Task DrainAsync()
    {
        List<FleetBoard> sending = [.. boards.Where(board => board.Refusal is null)];
        foreach (FleetBoard board in sending)
            board.RequestFlush();
        long settled = -1;
        bool moving = true;
        while (moving && !await UntilAsync(() => sending.All(IsDrained), DrainTimeout, CancellationToken.None))
        {
            long now = sending.Sum(board => board.Settled);
            moving = now != settled;
            settled = now;
        }

        long left = sending.Sum(board => board.QueueDepth);
        say(left == 0
            ? "everything delivered is receipted"
            : $"{left} records stay in the boards' queues, not receipted yet");
    }

    private static bool IsDrained(FleetBoard board) => board.HasRecordedAll && board.QueueDepth == 0;

    /// <summary>Samples the boards until the condition holds (true) or the time is over (false).</summary>
    private async Task<bool> UntilAsync(Func<bool> condition, TimeSpan timeout, CancellationToken stop)
    {
        long started = Environment.TickCount64;
        int periodMs = Math.Max(SampleMs, boards.Count / BoardsASampleMs);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(periodMs));
        while (await timer.WaitForNextTickAsync(stop))
        {
            Refresh();
            ShowProgress();
            if (condition())
                return true;
            if (timeout != Timeout.InfiniteTimeSpan && Environment.TickCount64 - started > timeout.TotalMilliseconds)
                return false;
        }

        return false;
    }

    private void Refresh()
    {
        foreach (FleetBoard board in boards)
            board.Refresh();
    }

    private void ShowProgress()
    {
        if (Environment.TickCount64 < nextProgress)
            return;
        nextProgress = Environment.TickCount64 + (long)ProgressPeriod.TotalMilliseconds;
        say($"attested {boards.Count(board => board.Attestations > 0)}/{boards.Count}, heard "
            + $"{boards.Sum(board => board.RadioLog.Delivered)}, recorded {boards.Sum(board => board.Recorded)}, "
            + $"records receipted {boards.Sum(board => board.Settled)}, "
            + $"queued {boards.Sum(board => board.QueueDepth)}");
    }
}
