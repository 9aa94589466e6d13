using System.Text.RegularExpressions;
using LumenLink.Protocol;

namespace LumenLink.Tests.Cli;

/// <summary>What decode says of frames, good and bad.</summary>
public sealed partial class DecodeFrameTests
{
    private static readonly byte[] OnlyEmpty = """{"vectors": [{"hex": ""}]}"""u8.ToArray();

    public static TheoryData<string> Files => [.. GoldenVectors.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public void EachGoldenFrameGetsTheStatusOfItsVector(string file)
    {
        GoldenVector[] vectors = GoldenVectors.Read(file);
        Assert.True(vectors.Length > 5);
        foreach (GoldenVector vector in vectors)
        {
            // An empty argument is no frame; the frame of no bytes comes from a file.
            DecodeRun run = vector.Hex.Length > 0 ? DecodeRun.Of(vector.Hex) : DecodeRun.With(OnlyEmpty, "-");
            (int status, string verdict) = Expected(vector);
            Assert.Equal((vector.Name, status, ""), (vector.Name, run.Status, run.Error));
            Assert.StartsWith(verdict, run.Output, StringComparison.Ordinal);
            Assert.Equal((vector.Name, status == 1), (vector.Name, Mark().IsMatch(run.Output)));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void AVectorFileIsPrintedByName(string file)
    {
        GoldenVector[] vectors = GoldenVectors.Read(file);
        DecodeRun run = DecodeRun.Of(GoldenVectors.PathOf(file));
        Assert.Equal((1, ""), (run.Status, run.Error));
        string[] headings = [.. run.Output.Split('\n').Where(l => l.StartsWith("frame ", StringComparison.Ordinal))];
        Assert.Equal(
            vectors.Select((v, i) => $"frame {i + 1}, {v.Hex.Length / 2} bytes: {v.Name}"), headings);
    }

    [Fact]
    public void FieldsHaveOffsets()
    {
        string hex = GoldenVectors.Named("hello.json", "ok").Hex;
        DecodeRun run = DecodeRun.Of(hex);
        Assert.Contains($"    6    device_nonce = {hex[12..44]}\n", run.Output, StringComparison.Ordinal);
        Assert.Contains($"   22    key_hash = {hex[44..108]}\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("frame 1", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryTruncationOfRecordsSaysWhereAndWhy()
    {
        string hex = GoldenVectors.Named("records.json", "ok").Hex;
        Assert.Equal(0, DecodeRun.Of(hex).Status);
        for (int length = 1; length < hex.Length / 2; length++)
        {
            DecodeRun run = DecodeRun.Of(hex[..(2 * length)]);
            Assert.Equal((length, 1), (length, run.Status));
            Assert.Matches($@"^invalid: \w+, {length} bytes\n", run.Output);
            Assert.Matches(@"\n *\d+    \w[\w ]* = ! \w+", run.Output);
        }
    }

    [Fact]
    public void AFrameOverTheLimitPrintsItsReason()
    {
        DecodeRun run = DecodeRun.Of("01" + new string('0', 2 * WireLimits.MaxFrameBytes));
        Assert.Equal(1, run.Status);
        Assert.Equal(
            $"invalid: TooLong, {WireLimits.MaxFrameBytes + 1} bytes\n {WireLimits.MaxFrameBytes}    end = ! TooLong\n",
            run.Output);
    }

    [Theory]
    [InlineData("hello.json", "version_2", "    0    version = ! VersionUnknown\n")]
    [InlineData("hello.json", "type_unknown", "    1    type = ! TypeUnknown\n")]
    [InlineData("hello.json", "session_not_zero", "    2    session_id = ! SessionNotZero\n")]
    [InlineData("receipt.json", "session_missing", "    2    session_id = ! SessionMissing\n")]
    [InlineData("command.json", "session_missing", "    2    session_id = ! SessionMissing\n")]
    [InlineData("config.json", "cert_usage_1", "       ! ValueInvalid: every field fits, ")]
    [InlineData("command-ack.json", "subject_3", "       ! ValueInvalid: every field fits, ")]
    [InlineData("hello.json", "version_min_zero", "       ! ValueInvalid: every field fits, ")]
    public void WhatTheFieldsDoNotShowIsSaidBelowThem(string file, string name, string line)
    {
        DecodeRun run = DecodeRun.Of(GoldenVectors.Named(file, name).Hex);
        Assert.Contains("\n" + line, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void OneBadFrameAmongGoodOnesGivesTheStatus()
    {
        string good = GoldenVectors.Named("hello.json", "ok").Hex;
        byte[] Lines(params string[] lines) => System.Text.Encoding.ASCII.GetBytes(string.Join('\n', lines));
        Assert.Equal(0, DecodeRun.With(Lines(good, good), "-").Status);
        Assert.Equal(1, DecodeRun.With(Lines(good, "02", good), "-").Status);
    }

    [GeneratedRegex(@"\n[ \d]{5}  .*! [A-Z]\w+")]
    private static partial Regex Mark();

    private static (int Status, string Verdict) Expected(GoldenVector vector) => vector switch
    {
        // A frame of another type than the vector's reader takes; what it is on its own the vector does not say.
        { Error: "TypeNotExpected" } when FrameText.Check(Convert.FromHexString(vector.Hex)) == WireError.None =>
            (0, "valid, "),
        { Error: "None", Refusal: "BodyMalformed" } => (1, "invalid: "),
        { Error: "None" } => (0, "valid, "),
        { Error: "TypeNotExpected" } => (1, "invalid: "),
        _ => (1, $"invalid: {vector.Error}, "),
    };
}
