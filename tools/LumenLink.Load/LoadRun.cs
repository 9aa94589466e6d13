using System.Diagnostics;
using HdrHistogram;

namespace LumenLink.Load;

/// <summary>A beacon's part of a run.</summary>
/// <param name="Connection">Its connection, attested.</param>
/// <param name="Frames">What it is to send, in order.</param>
internal sealed record LoadLane(LoadConnection Connection, IReadOnlyList<LoadFrame> Frames)
{
    /// <summary>What the service gave a receipt for, in order.</summary>
    public List<LoadFrame> Receipted { get; } = [];
}

/// <summary>
/// Sends the frames of all lanes: at a rate, in turn, or each lane as fast as its receipts come. What is not receipted
/// is sent again, the same record, as a beacon does.
/// </summary>
internal sealed class LoadRun
{
    /// <summary>Attempts at one frame.</summary>
    private const int Attempts = 5;

    private const long MaxMicroseconds = 600_000_000;
    private const int Digits = 3;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly IReadOnlyList<LoadLane> _lanes;
    private readonly double? _framesPerSecond;
    private readonly LongConcurrentHistogram _latency = new(1, MaxMicroseconds, Digits);
    private readonly long[] _outcomes = new long[Enum.GetValues<SendOutcome>().Length];
    private long _sightings;
    private long _started;

    /// <param name="lanes">The beacons.</param>
    /// <param name="framesPerSecond">Frames a second of all lanes together; null: as fast as receipts come.</param>
    public LoadRun(IReadOnlyList<LoadLane> lanes, double? framesPerSecond)
    {
        _lanes = lanes;
        _framesPerSecond = framesPerSecond;
    }

    /// <summary>Microseconds from when a frame was due to its receipt, of receipted frames.</summary>
    public HistogramBase Latency => _latency;

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Records with a receipt so far.</summary>
    public long Receipted => Count(SendOutcome.Receipted);

    /// <summary>Their sightings.</summary>
    public long Sightings => Interlocked.Read(ref _sightings);

    /// <summary>How often an attempt ended so.</summary>
    public long Count(SendOutcome outcome) => Interlocked.Read(ref _outcomes[(int)outcome]);

    /// <summary>Runs until all is sent; when cancelled, what is on its way is still waited for.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        _started = Stopwatch.GetTimestamp();
        await Task.WhenAll(_lanes.Select((_, number) => Task.Run(() => RunLaneAsync(number, stop), default)));
        Elapsed = Stopwatch.GetElapsedTime(_started);
    }

    private async Task RunLaneAsync(int number, CancellationToken stop)
    {
        LoadLane lane = _lanes[number];
        for (int i = 0; i < lane.Frames.Count && !stop.IsCancellationRequested; i++)
        {
            long due = await WaitAsync(((long)i * _lanes.Count) + number, stop);
            if (stop.IsCancellationRequested)
                return;
            SendOutcome outcome = await SendAsync(lane, lane.Frames[i], due, stop);
            if (outcome == SendOutcome.Disconnected)
                return;
        }
    }

    /// <summary>
    /// Waits until a frame is due. Who is late counts from when it was due, so that a service that is slow does not
    /// make its latency look better by being sent less; who slept counts from when it woke.
    /// </summary>
    private async Task<long> WaitAsync(long place, CancellationToken stop)
    {
        if (_framesPerSecond is not { } rate)
            return Stopwatch.GetTimestamp();
        long due = _started + (long)(place / rate * Stopwatch.Frequency);
        TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
        if (left <= TimeSpan.Zero)
            return due;
        await Task.Delay(left, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Math.Max(due, Stopwatch.GetTimestamp());
    }

    private async Task<SendOutcome> SendAsync(LoadLane lane, LoadFrame frame, long due, CancellationToken stop)
    {
        TimeSpan pause = RetryPause;
        for (int attempt = 1; ; attempt++, pause *= 2)
        {
            (SendOutcome outcome, long receiptedAt) = await lane.Connection.SendAsync(frame);
            Interlocked.Increment(ref _outcomes[(int)outcome]);
            if (outcome == SendOutcome.Receipted)
            {
                Interlocked.Add(ref _sightings, frame.Sightings);
                lane.Receipted.Add(frame);
                double microseconds = Stopwatch.GetElapsedTime(due, receiptedAt).TotalMicroseconds;
                _latency.RecordValue(Math.Clamp((long)microseconds, 1, MaxMicroseconds));
            }

            bool mayTryAgain = outcome is SendOutcome.PublishRefused or SendOutcome.NoReceipt;
            if (!mayTryAgain || attempt == Attempts || stop.IsCancellationRequested)
                return outcome;
            await Task.Delay(pause, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
