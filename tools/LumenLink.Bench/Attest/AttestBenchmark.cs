using System.Diagnostics;
using System.Globalization;
using LumenLink.Load;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Bench.Attest;

/// <summary>
/// Verdicts a second on one core: a Hello is answered and the Evidence judged, in memory and with the verdict's
/// transaction in PostgreSQL, beside the bare operations of P-256 that an exchange is made of.
/// </summary>
internal sealed class AttestBenchmark
{
    /// <summary>Beacons of a round, each with a key of its own.</summary>
    private const int Beacons = 200;

    private const int Rounds = 15;
    private const int AtOnce = 16;

    private readonly AttestService _service;
    private readonly TextWriter _output;
    private readonly LoadBeacon[] _beacons;
    private readonly RegisteredBeacon[] _registered;

    private AttestBenchmark(AttestService service, TextWriter output)
    {
        _service = service;
        _output = output;
        _beacons = [.. service.Beacons];
        _registered = [.. service.Registered];
    }

    /// <summary>Runs and prints.</summary>
    /// <exception cref="BenchException">
    /// PostgreSQL is not installed, or an exchange did not end as it should.
    /// </exception>
    public static async Task RunAsync(TextWriter output)
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            Process.GetCurrentProcess().ProcessorAffinity = 1;
        await output.WriteLineAsync($"{Beacons} beacons, {Rounds} rounds; a round in PostgreSQL has {AtOnce} at once");
        await using AttestService service = await AttestService.StartAsync(Beacons);
        await new AttestBenchmark(service, output).MeasureAsync();
    }

    private async Task MeasureAsync()
    {
        using var primitives = new Primitives(Beacons);
        List<double> verdicts = [], bare = [], bareWithoutKeys = [], stored = [];
        for (int round = -1; round < Rounds; round++)
        {
            double bareTime = Time(() => primitives.Run(makesKeys: true));
            double withoutKeys = Time(() => primitives.Run(makesKeys: false));
            double verdictTime = await JudgeAllAsync();
            double storedTime = await StoreAllAsync();
            if (round < 0)
                continue;
            bare.Add(bareTime);
            bareWithoutKeys.Add(withoutKeys);
            verdicts.Add(verdictTime);
            stored.Add(storedTime);
            await _output.WriteAsync(".");
        }

        await _output.WriteLineAsync();
        (double verdict, double primitive, double bareOnly, double kept) =
            (PerSecond(verdicts), PerSecond(bare), PerSecond(bareWithoutKeys), PerSecond(stored));
        await _output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            verdicts / primitives                       {verdict / primitive:F2}   (goal 0.6)
            verdicts / primitives without making a key  {verdict / bareOnly:F2}
            stored verdicts / verdicts                  {kept / verdict:F2}
            """));
        await _output.WriteLineAsync(BenchLine.Of(
            "attest", ("verdicts_per_s", verdict), ("primitives_per_s", primitive), ("stored_verdicts_per_s", kept)));
    }

    /// <summary>Seconds of answering every Hello and judging every Evidence; what beacons do is not counted.</summary>
    private async Task<double> JudgeAllAsync()
    {
        (byte[][] evidences, double seconds) = await ChallengeAllAsync();
        var cases = new EvidenceCase[Beacons];
        for (int i = 0; i < Beacons; i++)
            cases[i] = await _service.CaseAsync(evidences[i], _registered[i]);
        return seconds + Time(() =>
        {
            foreach (EvidenceCase one in cases)
            {
                using SessionKeys? keys = AttestationVerifier.Verify(one).Keys;
                if (keys is null)
                    throw new BenchException("A good Evidence is refused.");
            }
        });
    }

    /// <summary>As <see cref="JudgeAllAsync"/>, through the store.</summary>
    private async Task<double> StoreAllAsync()
    {
        (byte[][] evidences, double seconds) = await ChallengeAllAsync();
        long started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Beacons), new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (i, cancellation) =>
            {
                AttestationAnswer? answer =
                    await _service.Attestation.JudgeAsync(_beacons[i].Id, evidences[i], true, cancellation);
                if (answer?.Outcome != AttestationOutcome.Accepted)
                    throw new BenchException($"A good Evidence ends as {answer?.Outcome}: {answer?.Detail}");
            });
        return seconds + Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private async Task<(byte[][] Evidences, double Seconds)> ChallengeAllAsync()
    {
        var challenges = new byte[Beacons][];
        HelloFrame hello = new();
        foreach (LoadBeacon beacon in _beacons)
            beacon.NextHello();
        long started = Stopwatch.GetTimestamp();
        for (int i = 0; i < Beacons; i++)
        {
            hello.Read(_beacons[i].Hello, 0, _beacons[i].Hello.Length);
            challenges[i] = await _service.Issuer.IssueAsync(_beacons[i].Hello, hello, CancellationToken.None);
        }

        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return ([.. challenges.Select((challenge, i) => _beacons[i].Evidence(challenge))], seconds);
    }

    private static double Time(Action work)
    {
        long started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>By the median round: others use the machine, too.</summary>
    private static double PerSecond(List<double> rounds) => Beacons / rounds.Order().ElementAt(rounds.Count / 2);
}
