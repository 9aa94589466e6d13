using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace LumenLink.Bench.Decode;

/// <summary>Time and memory that decoding takes, beside that of other formats.</summary>
internal static class WireDecodeBenchmark
{
    /// <summary>Measures, prints the table and the line.</summary>
    /// <param name="quick">True for the own loop, false for BenchmarkDotNet.</param>
    /// <param name="output">Takes both.</param>
    public static void Run(bool quick, TextWriter output)
    {
        using var work = new DecodeWork();
        Print(work, quick ? QuickRun.Run(work) : RunForTheRecord(), output);
    }

    private static Dictionary<Measurement, Measured> RunForTheRecord()
    {
        IConfig config = ManualConfig.CreateEmpty()
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine(AppContext.BaseDirectory, "BenchmarkDotNet"));
        Summary summary = BenchmarkRunner.Run<DecodeRecord>(config);
        if (summary.HasCriticalValidationErrors) throw new BenchException("BenchmarkDotNet refused to run.");
        return summary.Reports.ToDictionary(
            report => Measurement.All.Single(
                one => one.Key == (string)report.BenchmarkCase.Parameters[nameof(DecodeRecord.Key)]),
            report => new Measured(
                report.ResultStatistics?.Median ?? throw new BenchException("BenchmarkDotNet gave no result."),
                report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0));
    }

    private static void Print(
        DecodeWork work, IReadOnlyDictionary<Measurement, Measured> results, TextWriter output)
    {
        Measurement hmac = Measurement.All.Single(one => one.Key == Measurement.Hmac);
        Measurement decode = Measurement.All.Single(one => one.Key == Measurement.Decode);
        Measurement authDecode = Measurement.All.Single(one => one.Key == Measurement.AuthDecode);
        double sightingsPerFrame = (double)work.Sightings / work.Frames;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{work.Sightings} sightings in {work.Frames} frames, {sightingsPerFrame:F1} a frame; "
            + $"every format gave back what it was given"));
        output.WriteLine();
        Row(output, "", "ns", "per", "bytes allocated", "ratio");
        foreach (Measurement one in Measurement.All)
        {
            double ratio = results[one].Nanoseconds / results[one.PerFrame ? hmac : decode].Nanoseconds;
            Row(output, one.Name, Number(results[one].Nanoseconds / one.UnitsOf(work)),
                one.PerFrame ? "frame" : "sighting", Number(results[one].AllocatedBytes / one.UnitsOf(work)),
                Number(ratio));
        }

        output.WriteLine();
        output.WriteLine("ratio: to LumenLink's body for formats, to the HMAC for frames; alloc_bytes: per frame, "
            + "authenticated and decoded");
        IEnumerable<(string Key, double Value)> figures = Measurement.All
            .Select(one => (one.Key, results[one].Nanoseconds / one.UnitsOf(work)))
            .Append(("alloc_bytes", results[authDecode].AllocatedBytes / work.Frames));
        output.WriteLine(BenchLine.Of("wire-decode", [.. figures]));
    }

    private static void Row(TextWriter output, string name, params string[] columns) =>
        output.WriteLine(name.PadRight(36) + string.Concat(columns.Select(column => column.PadLeft(17))));

    private static string Number(double value) => value.ToString("F3", CultureInfo.InvariantCulture);
}
