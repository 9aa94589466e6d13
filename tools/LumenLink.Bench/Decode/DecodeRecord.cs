using BenchmarkDotNet.Attributes;

namespace LumenLink.Bench.Decode;

/// <summary>The measured methods as BenchmarkDotNet runs them; it needs a public class.</summary>
public class DecodeRecord
{
    private DecodeWork _work = null!;
    private Action<DecodeWork> _measured = null!;

    /// <summary>Which method.</summary>
    [ParamsSource(nameof(Keys))]
    public string Key { get; set; } = "";

    /// <summary>All methods.</summary>
    public static IEnumerable<string> Keys => Measurement.All.Select(one => one.Key);

    /// <summary>Makes the frames and messages.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _work = new DecodeWork();
        _measured = Measurement.All.Single(one => one.Key == Key).Work;
    }

    /// <summary>Lets go of them.</summary>
    [GlobalCleanup]
    public void CleanUp() => _work.Dispose();

    /// <summary>All reports once.</summary>
    [Benchmark]
    public void AllReports() => _measured(_work);
}
