using LumenLink.Tests.Uplink.Hostile;
using Xunit.Abstractions;

namespace LumenLink.Tests.Uplink;

/// <summary>
/// A broker's whole power in the hands of an attacker, in a simulation: nothing forged is stored, no verdict is false,
/// no key is learned, nothing receipted is lost, nobody is locked out. Only delay.
/// </summary>
public sealed class HostileBrokerTests(ITestOutputHelper output)
{
    /// <summary>Under attack with something broken on purpose: long enough to show it.</summary>
    private static readonly TimeSpan BrokenFor = TimeSpan.FromMinutes(40);

    public static TheoryData<ulong> Seeds() => [.. HostileOptions.ShortSeeds];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Who_has_the_broker_can_only_delay(ulong seed)
    {
        await using HostileRun run = await HostileRun.RunAsync(new HostileOptions(seed, HostileOptions.ShortLength));
        List<string> wrong = HostileChecks.Of(run);
        HostileEvidence evidence = HostileEvidence.Of(run, seed, wrong);
        output.WriteLine($"{evidence}");
        Assert.True(wrong.Count == 0, $"{string.Join('\n', wrong)}\n{evidence}\n{run.World.Describe()}");
        Assert.All(
            Enum.GetValues<Trick>().Where(trick => trick != Trick.TakenOver),
            trick => Assert.True(run.Broker.Counts.Of(trick) > 0, $"never {trick}"));
        Assert.All(run.Boards, board => Assert.True(board.Total("DownlinkRefused") > 0, board.Board.Name));
    }

    [Fact]
    public void A_key_in_the_transcript_is_found_in_any_form_and_at_any_place()
    {
        byte[] key = [.. Enumerable.Range(100, 32).Select(number => (byte)number)];
        (string, byte[])[] secrets = [("key", key), ("other", [.. key.Select(one => (byte)(one + 100))])];
        string[] texts =
        [
            Convert.ToHexString(key), Convert.ToHexStringLower(key), Convert.ToBase64String([1, .. key]),
            Convert.ToBase64String([1, 2, .. key, 3]), System.Buffers.Text.Base64Url.EncodeToString(key),
        ];
        foreach (byte[] bytes in (IEnumerable<byte[]>)
            [key, [.. key.Reverse()], .. texts.Select(System.Text.Encoding.ASCII.GetBytes)])
        {
            Transcript transcript = new();
            transcript.Add(new byte[1000]);
            transcript.Add(bytes[..(bytes.Length / 2)]);
            Assert.Empty(transcript.Find(secrets));
            transcript.Add(bytes[(bytes.Length / 2)..]);
            Assert.Equal(["key"], transcript.Find(secrets));
        }
    }

    [Theory]
    [InlineData((int)Weakness.ServiceChecksNoTags, HostileChecks.Forgery)]
    [InlineData((int)Weakness.BeaconsCheckNoTags, HostileChecks.Loss, HostileChecks.Control)]
    [InlineData((int)Weakness.ServiceChecksNoSignatures, HostileChecks.Verdict)]
    [InlineData((int)Weakness.BeaconsCheckNoSignatures, HostileChecks.Verdict, HostileChecks.Loss)]
    public async Task What_is_broken_on_purpose_is_noticed(int weakness, params string[] promises)
    {
        HostileOptions options = new(HostileOptions.ShortSeeds[0], BrokenFor)
        {
            Weakness = (Weakness)weakness,
            Chips = 1,
        };
        await using HostileRun run = await HostileRun.RunAsync(options);
        List<string> wrong = HostileChecks.Of(run);
        Assert.All(promises, promise => Assert.Contains(
            wrong, one => one.StartsWith(promise, StringComparison.Ordinal)));
    }
}
