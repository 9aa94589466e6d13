using System.Text;
using LumenLink.Cli.Decode;

namespace LumenLink.Tests.Cli;

/// <summary>Where frames come from, and what is said of input that holds none.</summary>
public sealed class DecodeInputTests : IDisposable
{
    private static readonly string Hello = GoldenVectors.Named("hello.json", "ok").Hex;
    private static readonly string Expected = DecodeRun.Of(Hello).Output;

    private readonly string folder = Directory.CreateTempSubdirectory("lumen-decode-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(" ", "")]
    [InlineData(":", "")]
    [InlineData("\n", "")]
    [InlineData(" \t\r\n", "")]
    [InlineData(" ", "0x")]
    [InlineData("", "")]
    public void SeparatorsDoNotMatter(string between, string before)
    {
        string[] bytes = [.. Hello.Chunk(2).Select(pair => before + new string(pair))];
        Assert.Equal(new DecodeRun(0, Expected, ""), DecodeRun.Of(string.Join(between, bytes)));
        Assert.Equal(new DecodeRun(0, Expected, ""), DecodeRun.Of("0x" + Hello.ToUpperInvariant()));
    }

    [Fact]
    public void ATextFileHasAFrameALine()
    {
        string path = Write($"# two frames\n\n{Hello}  # sent by A\r\n   \n 02 ff\n");
        DecodeRun run = DecodeRun.Of(path);
        Assert.Equal(
            new DecodeRun(
                1, $"frame 1, {Hello.Length / 2} bytes: line 3\n{Expected}\nframe 2, 2 bytes: line 5\n"
                    + "invalid: VersionUnknown, 2 bytes\n    0    version = ! VersionUnknown\n", ""),
            run);
    }

    [Fact]
    public void ABinaryFileIsOneFrame()
    {
        byte[] frame = Convert.FromHexString(Hello);
        Assert.Equal(new DecodeRun(0, Expected, ""), DecodeRun.Of(Write(frame)));
        Assert.Equal(1, DecodeRun.Of(Write(frame[..^1])).Status);
    }

    [Fact]
    public void StandardInputIsBinaryOrTextToo()
    {
        var expected = new DecodeRun(0, Expected, "");
        Assert.Equal(expected, DecodeRun.With(Convert.FromHexString(Hello), "-"));
        Assert.Equal(expected, DecodeRun.With(Encoding.ASCII.GetBytes(Hello + "\n"), "-"));
        Assert.Equal(expected, DecodeRun.With([0xEF, 0xBB, 0xBF, .. Encoding.ASCII.GetBytes(Hello)], "-"));
        DecodeRun.With([], "-").IsRefusedWith("standard input is empty");
    }

    [Fact]
    public void AnOddNumberOfDigitsSaysWhere()
    {
        DecodeRun.Of("01020").IsRefusedWith("position 5", "'0'", "two digits a byte");
        DecodeRun.Of("01 2 034").IsRefusedWith("position 4", "'2'");
        DecodeRun.Of(Write($"{Hello}\n01 023\n")).IsRefusedWith("line 2, position 6", "'3'");
    }

    [Fact]
    public void NoHexAndNoFileSaysBoth()
    {
        DecodeRun.Of("no-such.hex").IsRefusedWith("no-such.hex", "neither hex digits nor a file");
        DecodeRun.Of("0103zz").IsRefusedWith("neither hex digits nor a file");
        DecodeRun.Of("10x1").IsRefusedWith("neither hex digits nor a file");
        DecodeRun.Of(folder).IsRefusedWith("is a folder");
    }

    [Fact]
    public void ASlipInATextFileIsNotTakenForABinaryFrame() =>
        DecodeRun.Of(Write($"{Hello}\n# fine\n01 0g\n")).IsRefusedWith("line 3, position 5", "'g'");

    [Fact]
    public void EmptyInputIsRefused()
    {
        DecodeRun.Of("").IsRefusedWith("empty");
        DecodeRun.Of().IsRefusedWith("give one argument");
        DecodeRun.Of(Write("")).IsRefusedWith("is empty");
        DecodeRun.Of(Write("# nothing\n\n")).IsRefusedWith("holds no frame");
        DecodeRun.Of("0x").IsRefusedWith("neither hex digits nor a file");
        DecodeRun.Of(Hello, Hello).IsRefusedWith("give one argument");
    }

    [Fact]
    public void TooLargeAFileIsRefusedAndTheLargestIsNot()
    {
        string path = Write([1]);
        Resize(path, FrameInput.MaxInputBytes);
        Assert.Equal((1, ""), (DecodeRun.Of(path).Status, DecodeRun.Of(path).Error));
        Resize(path, FrameInput.MaxInputBytes + 1L);
        DecodeRun.Of(path).IsRefusedWith("larger than 16 MiB", "split");
        DecodeRun.With(new byte[FrameInput.MaxInputBytes + 1], "-").IsRefusedWith("larger than 16 MiB");
    }

    [Fact]
    public void JsonThatIsNoVectorFileIsRefused()
    {
        DecodeRun.Of(GoldenVectors.PathOf("crypto.json")).IsRefusedWith("without a list \"vectors\"");
        DecodeRun.Of(Write("{\n \"vectors\": [\n")).IsRefusedWith("breaks at line");
        DecodeRun.Of(Write("{\"vectors\": [{\"name\": \"a\"}]}")).IsRefusedWith("vector 1", "\"hex\"");
        DecodeRun.Of(Write("{\"vectors\": [{\"hex\": \"012\"}]}")).IsRefusedWith("vector 1, position 3");
        DecodeRun.Of(Write("{\"vectors\": [4]}")).IsRefusedWith("vector 1");
        DecodeRun.Of(Write("{\"vectors\": []}")).IsRefusedWith("holds no");
    }

    [Fact]
    public void NamesOfVectorsCannotSteerATerminal()
    {
        string vector = "{\"name\": \"\\u001b[31m\", \"hex\": \"" + Hello + "\"}";
        DecodeRun run = DecodeRun.Of(Write($"{{\"vectors\": [{vector}, {vector}]}}"));
        Assert.Contains("bytes: ?[31m\n", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    private string Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    private string Write(byte[] content)
    {
        string path = Path.Combine(folder, "frames.in");
        File.WriteAllBytes(path, content);
        return path;
    }

    private static void Resize(string path, long length)
    {
        using FileStream file = File.OpenWrite(path);
        file.SetLength(length);
    }
}
