using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace LumenLink.Tests.EndToEnd;

/// <summary>What a user does wrong gets a sentence that says what to do, and a failing exit status.</summary>
public sealed class BadInputTests
{
    [Fact]
    public async Task APortInUseIsNamed()
    {
        int port = UpRun.FreePorts();
        using var taken = new TcpListener(IPAddress.Loopback, port + 1);
        taken.Start();
        await using UpRun run = UpRun.StartAt(port, UpRun.NewFolder(), "--for", "5");
        Assert.Equal(1, await run.ExitAsync());
        Assert.Contains(
            $"port {(port + 1).ToString(CultureInfo.InvariantCulture)} is in use",
            run.Output, StringComparison.Ordinal);
        Assert.Contains("--port", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1581249601.4,a1,e78f135624ce,-87\n1581249601.5,a1,e78f135624ce\n", "line 2")]
    [InlineData("1581249601.4,a1,e78f135624ce,-87\nyesterday,a1,e78f135624ce,-60\n", "line 2")]
    [InlineData("1581249601.4,a1,not-an-address,-87\n", "line 1")]
    [InlineData("1581249601.4,a1,e78f135624ce,loud\n", "line 1")]
    [InlineData("", "no sighting")]
    public async Task AnUnreadableTraceIsNamedWithItsLine(string text, string expected)
    {
        string folder = UpRun.NewFolder();
        string trace = Path.Combine(folder, "bad.csv");
        await File.WriteAllTextAsync(trace, text);
        await using UpRun run = UpRun.StartAt(UpRun.FreePorts(), folder, "--trace", trace);
        Assert.Equal(1, await run.ExitAsync());
        Assert.Contains(expected, run.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AMissingTraceIsNamed()
    {
        await using UpRun run = UpRun.Start("--trace", "nowhere.csv");
        Assert.Equal(1, await run.ExitAsync());
        Assert.Contains("nowhere.csv", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--speed", "0")]
    [InlineData("--speed", "fast")]
    [InlineData("--beacons", "-1")]
    [InlineData("--for", "0")]
    [InlineData("--privacy", "none")]
    [InlineData("--no-such-option", "1")]
    public async Task AWrongOptionIsNamed(string option, string value)
    {
        await using UpRun run = UpRun.Start(option, value);
        Assert.Equal(2, await run.ExitAsync()); // misused: docs/cli.md
        Assert.Contains(option, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Output, StringComparison.Ordinal);
    }
}
