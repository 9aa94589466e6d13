namespace LumenLink.Tests.Cli;

/// <summary>Tags are checked with a key, and the key stays unsaid.</summary>
public sealed class DecodeKeyTests
{
    private static readonly GoldenVector Receipt = GoldenVectors.Named("receipt.json", "ok");

    [Fact]
    public void EveryTagIsAsItsVectorSays()
    {
        var seen = new HashSet<string>();
        foreach (GoldenVector vector in GoldenVectors.Files.SelectMany(GoldenVectors.Read))
        {
            if (vector is not { Key: { } key, Verify: { } verify })
                continue;
            DecodeRun run = DecodeRun.Of(vector.Hex, "--key", key);
            string last = run.Output.TrimEnd('\n').Split('\n')[^1];
            Assert.Equal((vector.Name, verify == "ok" ? "tag ok" : "! " + verify), (vector.Name, last));
            Assert.True(verify == "ok" || run.Status == 1, vector.Name);
            NoKey(run, key);
            seen.Add(verify);
        }

        Assert.Equal(["TagMismatch", "ok"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void AnotherKeyIsAMismatch()
    {
        string key = new('a', 64);
        Assert.Equal(0, DecodeRun.Of(Receipt.Hex, "--key", Receipt.Key!).Status);
        DecodeRun run = DecodeRun.Of(Receipt.Hex, "--key", key);
        Assert.Equal(1, run.Status);
        Assert.StartsWith("valid, ", run.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n! TagMismatch\n", run.Output, StringComparison.Ordinal);
    }

    /// <summary>The frames of one session: each opens with the key of its direction, and with no other.</summary>
    [Fact]
    public void TheKeyOfTheOtherDirectionIsAMismatch()
    {
        string[] up = ["records.json", "command-ack.json"];
        string[] down = ["attestation-result.json", "receipt.json", "config.json", "command.json"];
        string upKey = GoldenVectors.Named(up[0], "ok").Key!;
        string downKey = GoldenVectors.Named(down[0], "ok").Key!;
        foreach (string file in up.Concat(down))
        {
            string hex = GoldenVectors.Named(file, "ok").Hex;
            bool isUp = up.Contains(file);
            Assert.Equal((file, 0), (file, DecodeRun.Of(hex, "--key", isUp ? upKey : downKey).Status));
            Assert.Equal((file, 1), (file, DecodeRun.Of(hex, "--key", isUp ? downKey : upKey).Status));
        }
    }

    [Fact]
    public void WithoutAKeyAndForFramesWithoutATagNothingIsSaidOfIt()
    {
        Assert.DoesNotContain("tag ok", DecodeRun.Of(Receipt.Hex).Output, StringComparison.Ordinal);
        DecodeRun hello = DecodeRun.Of(GoldenVectors.Named("hello.json", "ok").Hex, "--key", Receipt.Key!);
        Assert.Equal(0, hello.Status);
        Assert.DoesNotContain("tag", hello.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("0123456789abcdef")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdefff")]
    [InlineData("0123456789abcdefsecretsecretsecretsecretsecretsecretsecretsecret")]
    [InlineData("")]
    public void ABadKeyIsRefusedUnsaid(string key)
    {
        DecodeRun run = DecodeRun.Of(Receipt.Hex, "--key", key);
        run.IsRefusedWith("--key", "64 hex digits");
        NoKey(run, key);
    }

    [Fact]
    public void SlipsOfTheHandDoNotSayTheKey()
    {
        string key = Receipt.Key!;
        string[][] slips =
        [
            [Receipt.Hex, "--key", key, key], [Receipt.Hex, "--kye", key], ["--key", key], ["--key" + key],
            [Receipt.Hex, "--key", key, "--key", key], [Receipt.Hex, "--key"], ["--key", "no.hex", key],
            [Receipt.Hex, "--key=" + key + "0"],
        ];
        foreach (string[] slip in slips)
        {
            DecodeRun run = DecodeRun.Of(slip);
            run.IsRefusedWith();
            NoKey(run, key);
        }
    }

    private static void NoKey(DecodeRun run, string key)
    {
        string said = run.Output + run.Error;
        Assert.True(key.Length < 8 || !said.Contains(key[..8], StringComparison.OrdinalIgnoreCase), said);
    }
}
