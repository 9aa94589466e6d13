namespace LumenLink.Bench.Scaling;

/// <summary>Processors that stages share; what finds none free waits in order of arrival.</summary>
/// <param name="cores">How many.</param>
internal sealed class Machine(int cores)
{
    /// <summary>Processors.</summary>
    public int Cores => cores;

    /// <summary>Processors that work.</summary>
    public int Working { get; set; }

    /// <summary>Stages with work and a free thread that wait for a processor.</summary>
    public Queue<Stage> Waiting { get; } = new();
}

/// <summary>A stage of the way: threads that take records, in order of arrival, up to so many at once.</summary>
/// <param name="name">Name for people.</param>
/// <param name="machine">Whose processors it uses.</param>
/// <param name="threads">How many it has.</param>
/// <param name="batch">Records that one thread takes at a time at most.</param>
/// <param name="perRecord">Seconds of a processor for each record.</param>
/// <param name="pause">Seconds that each turn then waits for a disk, without a processor.</param>
internal sealed class Stage(string name, Machine machine, int threads, int batch, double perRecord, double pause)
{
    public string Name => name;

    public Machine Machine => machine;

    public int Threads => threads;

    /// <summary>Threads that work or wait for a disk.</summary>
    public int Taken { get; set; }

    public int Batch => batch;

    public double PerRecord => perRecord;

    public double Pause => pause;

    /// <summary>Records that wait.</summary>
    public Queue<int> Waiting { get; } = new();

    /// <summary>True while it waits for a processor.</summary>
    public bool IsListed { get; set; }

    /// <summary>Seconds of its threads so far, pauses included.</summary>
    public double Busy { get; set; }

    /// <summary>Its share of all its threads' time.</summary>
    public double Utilization(double elapsed) => Busy / elapsed / threads;
}

/// <summary>What a run of the simulation came to.</summary>
/// <param name="Rate">Records a second that got to the end, in its second half.</param>
/// <param name="Mean">Seconds from start to end of a record on average.</param>
/// <param name="Latency99">Seconds from start to end that 99 of 100 records stayed below.</param>
/// <param name="Elapsed">Simulated seconds.</param>
/// <param name="Left">Records that were on the way at the end.</param>
internal readonly record struct SimulatedRun(double Rate, double Mean, double Latency99, double Elapsed, int Left);

/// <summary>
/// Records on their way through stages, event by event. Service times are as measured and constant; what varies is when
/// records come and what they meet.
/// </summary>
/// <param name="routes">Ways through the stages; records take turns.</param>
internal sealed class QueueSimulation(IReadOnlyList<Stage[]> routes)
{
    private readonly PriorityQueue<Event, double> _events = new();
    private readonly List<(double Started, int Route, int Place)> _records = [];
    private readonly List<double> _latencies = [];
    private readonly Random _random = new(1);
    private double _now;
    private int _done;
    private int _half;
    private double _halfAt;

    private enum EventKind
    {
        Arrival,
        WorkDone,
        TurnDone,
    }

    /// <summary>So many senders, each of which sends the next record when the one before is through.</summary>
    public SimulatedRun RunClosed(int senders, int records)
    {
        for (int i = 0; i < senders; i++)
            Start();
        return Run(records, closed: true, rate: 0);
    }

    /// <summary>Records that come by chance at a rate, for so many seconds.</summary>
    public SimulatedRun RunOpen(double rate, double seconds)
    {
        _events.Enqueue(new Event(EventKind.Arrival, null, []), 0);
        return Run((int)(rate * seconds), closed: false, rate);
    }

    private SimulatedRun Run(int records, bool closed, double rate)
    {
        int started = _records.Count;
        _half = records / 2;
        while (_done < records && _events.TryDequeue(out Event? next, out double at))
        {
            _now = at;
            switch (next.Kind)
            {
                case EventKind.Arrival:
                    Start();
                    if (++started < records)
                        _events.Enqueue(next, _now + (-Math.Log(1 - _random.NextDouble()) / rate));
                    else
                        return Result();
                    break;
                case EventKind.WorkDone:
                    Release(next.Stage!.Machine);
                    _events.Enqueue(next with { Kind = EventKind.TurnDone }, _now + next.Stage!.Pause);
                    break;
                default:
                    next.Stage!.Taken--;
                    foreach (int record in next.Records)
                        Advance(record, closed);
                    Serve(next.Stage);
                    break;
            }
        }

        return Result();
    }

    private SimulatedRun Result()
    {
        _latencies.Sort();
        double rate = _done > _half ? (_done - _half) / (_now - _halfAt) : _done / _now;
        double late = _latencies.Count == 0 ? double.PositiveInfinity : _latencies[(int)(_latencies.Count * 0.99)];
        double mean = _latencies.Count == 0 ? double.PositiveInfinity : _latencies.Average();
        return new SimulatedRun(rate, mean, late, _now, _records.Count - _done);
    }

    private void Start()
    {
        _records.Add((_now, _records.Count % routes.Count, 0));
        Enter(_records.Count - 1);
    }

    private void Advance(int record, bool closed)
    {
        (double started, int route, int place) = _records[record];
        _records[record] = (started, route, place + 1);
        if (place + 1 < routes[route].Length)
        {
            Enter(record);
            return;
        }

        _latencies.Add(_now - started);
        if (++_done == _half)
            _halfAt = _now;
        if (closed)
            Start();
    }

    private void Enter(int record)
    {
        (_, int route, int place) = _records[record];
        Stage stage = routes[route][place];
        stage.Waiting.Enqueue(record);
        Serve(stage);
    }

    private void Serve(Stage stage)
    {
        if (stage.Taken == stage.Threads || stage.Waiting.Count == 0 || stage.IsListed)
            return;
        stage.IsListed = true;
        stage.Machine.Waiting.Enqueue(stage);
        Dispatch(stage.Machine);
    }

    private void Release(Machine machine)
    {
        machine.Working--;
        Dispatch(machine);
    }

    private void Dispatch(Machine machine)
    {
        while (machine.Working < machine.Cores && machine.Waiting.TryDequeue(out Stage? stage))
        {
            stage.IsListed = false;
            int[] taken = [.. TakeFrom(stage)];
            double work = taken.Length * stage.PerRecord;
            stage.Taken++;
            stage.Busy += work + stage.Pause;
            machine.Working++;
            _events.Enqueue(new Event(EventKind.WorkDone, stage, taken), _now + work);
            Serve(stage);
        }
    }

    private static IEnumerable<int> TakeFrom(Stage stage)
    {
        for (int i = 0; i < stage.Batch && stage.Waiting.TryDequeue(out int record); i++)
            yield return record;
    }

    private sealed record Event(EventKind Kind, Stage? Stage, int[] Records);
}
