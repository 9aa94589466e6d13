using System.Diagnostics;

namespace LumenLink.Bench.Decode;

/// <summary>
/// The quick way to measure: warm up, then several rounds in which every method has its turn, and the median of the
/// rounds. Whatever else the machine does meets all methods alike.
/// </summary>
internal static class QuickRun
{
    private const int Rounds = 21;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(1500);
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(30);

    /// <summary>Measures all methods.</summary>
    public static IReadOnlyDictionary<Measurement, Measured> Run(DecodeWork work)
    {
        foreach (Measurement one in Measurement.All) Time(one, work, WarmUp);
        Dictionary<Measurement, List<double>> times = Measurement.All.ToDictionary(one => one, _ => new List<double>());
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Measurement one in Measurement.All) times[one].Add(Time(one, work, Round));
        }

        return Measurement.All.ToDictionary(
            one => one, one => new Measured(times[one].Order().ElementAt(Rounds / 2), Allocated(one, work)));
    }

    /// <summary>Repeats the work for a span of time; nanoseconds of one call.</summary>
    private static double Time(Measurement one, DecodeWork work, TimeSpan span)
    {
        int calls = 0;
        long begin = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            one.Work(work);
            calls++;
            elapsed = Stopwatch.GetElapsedTime(begin);
        }
        while (elapsed < span);

        return elapsed.TotalNanoseconds / calls;
    }

    private static double Allocated(Measurement one, DecodeWork work)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        one.Work(work);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
