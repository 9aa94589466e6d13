using CsCheck;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;
using Xunit;

namespace LumenLink.Tests.Rendezvous.Store;

public abstract partial class StoreConformance
{
    /// <summary>Frames of two boots and days that pass, against a model that is a set of numbers.</summary>
    [StoreFact]
    public async Task Marks_bitmaps_and_novelty_are_those_of_the_model()
    {
        Gen<Step> step = Gen.Frequency(
            (6, Gen.Select(
                Gen.UInt[1, 2],
                Gen.UInt[0, 30],
                Gen.OneOf(
                    Gen.UInt[1, 40].Array[0, 12],
                    Gen.Select(Gen.UInt[1, 600], Gen.UInt[1, 32], (first, count) => Range(first, first + count - 1))),
                Gen.Bool,
                (boot, floor, sequences, joins) => new Step(boot, floor, sequences, joins, 0))),
            (1, Gen.Int[1, 3].Select(days => new Step(0, 0, [], false, days))));
        await step.Array[1, 14].SampleAsync(PlayAsync, iter: 60, threads: 1);
    }

    private async Task<bool> PlayAsync(Step[] steps)
    {
        BeaconId beacon = await EnrolWithSessionAsync();
        var model = new Dictionary<uint, BootModel> { [1] = new(), [2] = new() };
        DateTimeOffset now = Noon;
        var batch = new IngestBatch();
        for (int i = 0; i < steps.Length; i++)
        {
            Step step = steps[i];
            if (step.Days > 0)
            {
                now = now.AddDays(step.Days);
                await Store.RetainAsync(now, TimeSpan.FromDays(1), None);
                foreach (BootModel boot in model.Values)
                    boot.Prune(now.Date.AddDays(-1));
                continue;
            }
            AddFrame(batch, beacon, step.Boot, step.Floor, step.Sequences);
            if (step.JoinsNext && i + 1 < steps.Length && steps[i + 1].Days == 0)
                continue;
            await Store.CommitAsync(batch, now, None);
            CheckAgainst(model, batch, now);
            batch.Clear();
        }
        return true;
    }

    private static void CheckAgainst(Dictionary<uint, BootModel> model, IngestBatch batch, DateTimeOffset now)
    {
        bool[] expected =
            [.. batch.Records.Select(record => model[batch.Groups[record.Group].Boot].Add(record.Sequence, now.Date))];
        Assert.Equal(expected, NewOf(batch));
        foreach (GroupEntry group in batch.Groups)
            model[group.Boot].Raise(group.Floor);
        foreach (GroupEntry group in batch.Groups)
        {
            BootModel boot = model[group.Boot];
            Assert.Equal(boot.Settled, group.SettledThrough);
            Assert.InRange(group.Bitmap.Length, 0, 32);
            for (uint bit = 0; bit < 256; bit++)
            {
                bool isSet = bit / 8 < group.Bitmap.Length && (group.Bitmap[bit / 8] & (1 << (int)(bit % 8))) != 0;
                Assert.Equal(boot.Has(boot.Settled + 1 + bit), isSet);
            }
        }
    }

    private sealed record Step(uint Boot, uint Floor, uint[] Sequences, bool JoinsNext, int Days)
    {
        public override string ToString() =>
            Days > 0 ? $"+{Days} days" : $"{Boot}/{Floor}: {string.Join(' ', Sequences)}{(JoinsNext ? " +" : "")}";
    }

    /// <summary>One boot: what was ever stored and when, and the marks.</summary>
    private sealed class BootModel
    {
        private readonly Dictionary<uint, DateTime> stored = [];
        private uint forgotten;

        public uint Settled { get; private set; }

        public bool Has(uint sequence) => stored.ContainsKey(sequence);

        public bool Add(uint sequence, DateTime day) => sequence > forgotten && stored.TryAdd(sequence, day);

        public void Raise(uint floor)
        {
            Settled = Math.Max(Settled, floor == 0 ? 0 : floor - 1);
            while (stored.ContainsKey(Settled + 1))
                Settled++;
        }

        /// <summary>Identities are never needed again at or below the last old one that is settled.</summary>
        public void Prune(DateTime before) => forgotten = Math.Max(
            forgotten,
            stored.Where(record => record.Value < before && record.Key <= Settled).Select(record => record.Key)
                .DefaultIfEmpty(0u).Max());
    }
}
