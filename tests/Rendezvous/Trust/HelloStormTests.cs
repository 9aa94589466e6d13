using System.Collections;
using System.Net;
using System.Reflection;
using LumenLink.Rendezvous.Frames;
using LumenLink.Rendezvous.Ingest;
using LumenLink.Rendezvous.Trust;
using LumenLink.Tests.Rendezvous.Support;

namespace LumenLink.Tests.Rendezvous.Trust;

/// <summary>Hellos without end: what they may cost.</summary>
public sealed class HelloStormTests
{
    private const int Beacons = 50;
    private const int HellosOfEach = 400;

    [Fact]
    public async Task A_storm_of_Hellos_is_bounded_by_each_beacons_rate_and_leaves_nothing_behind()
    {
        await using RunningService service = await RunningService.StartAsync();
        List<TestBeacon> beacons = [];
        for (int i = 0; i < Beacons; i++)
            beacons.Add(await service.EnrolAsync($"beacon {i}"));
        Assert.Equal(IngestOutcome.Challenged, (await service.HandleAsync(beacons[0], beacons[0].Hello())).Outcome);
        string[] tables = ["attestations", "used_nonces", "sessions", "shared_keys", "frames", "evidence"];
        long[] before = await CountAsync(service, tables);

        IngestOutcome[] outcomes = await Task.WhenAll(beacons.SelectMany(
            beacon => Enumerable.Range(0, HellosOfEach).Select(_ => Task.Run(
                async () => (await service.HandleAsync(beacon, beacon.Hello())).Outcome))));

        Assert.Equal((Beacons * TrustPolicy.ExchangeBurst) - 1, outcomes.Count(one => one == IngestOutcome.Challenged));
        Assert.All(outcomes, one => Assert.Contains(
            one, (IngestOutcome[])[IngestOutcome.Challenged, IngestOutcome.RateLimited]));
        Assert.Equal(before, await CountAsync(service, tables));
    }

    [Fact]
    public async Task More_than_may_wait_to_be_judged_are_told_to_back_off_whoever_they_are()
    {
        using ExchangeGate gate = new(new ManualTime());
        int slots = Environment.ProcessorCount * TrustPolicy.JudgedAtOncePerProcessor;
        Task<bool>[] entries = [.. Enumerable.Range(0, slots + TrustPolicy.JudgedWaiting + 100)
            .Select(_ => gate.TryEnterAsync(default).AsTask())];
        Assert.Equal(slots, entries.Count(entry => entry.IsCompleted && entry.Result));
        Assert.Equal(100, entries.Count(entry => entry.IsCompleted && !entry.Result));
        for (int i = 0; i < slots + TrustPolicy.JudgedWaiting; i++)
            gate.Leave();
        await Task.WhenAll(entries);
        Assert.True(await gate.TryEnterAsync(default));
    }

    [Fact]
    public void However_many_addresses_call_so_many_are_remembered_and_so_many_served_at_a_time()
    {
        AddressGate gate = new(new ManualTime());
        ICollection rates = (ICollection)typeof(AddressGate)
            .GetField("rates", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(gate)!;
        byte[] address = new byte[16];
        for (int i = 0; i < 4 * IngestPolicy.RatesRemembered; i++)
        {
            BitConverter.TryWriteBytes(address, i);
            Assert.True(gate.Allows(new IPAddress(address)));
            Assert.InRange(rates.Count, 1, IngestPolicy.RatesRemembered);
        }

        for (int i = 0; i < TrustPolicy.UnknownSendersAtOnce; i++)
            Assert.True(gate.TryEnter());
        Assert.False(gate.TryEnter());
        gate.Leave();
        Assert.True(gate.TryEnter());
    }

    private static async Task<long[]> CountAsync(RunningService service, string[] tables)
    {
        List<long> counts = [];
        foreach (string table in tables)
            counts.Add(await service.Database.CountAsync(table));
        return [.. counts];
    }
}
