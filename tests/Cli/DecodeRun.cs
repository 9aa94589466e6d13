using System.CommandLine;
using LumenLink.Cli.Decode;

namespace LumenLink.Tests.Cli;

/// <summary>What one run of the command printed and returned.</summary>
internal sealed record DecodeRun(int Status, string Output, string Error)
{
    public static DecodeRun Of(params string[] arguments) => With([], arguments);

    public static DecodeRun With(byte[] input, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var root = new RootCommand { DecodeCommand.Create(() => new MemoryStream(input)) };
        int status = root.Parse(["decode", .. arguments])
            .Invoke(new InvocationConfiguration { Output = output, Error = error });
        return new DecodeRun(status, output.ToString(), error.ToString());
    }

    /// <summary>Status 2, nothing decoded, and one sentence with these words.</summary>
    public void IsRefusedWith(params string[] words)
    {
        Assert.Equal((2, ""), (Status, Output));
        Assert.StartsWith("error: ", Error, StringComparison.Ordinal);
        Assert.Equal(1, Error.Count(c => c == '\n'));
        Assert.All(words, word => Assert.Contains(word, Error, StringComparison.Ordinal));
    }
}
