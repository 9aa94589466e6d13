using System.Text.RegularExpressions;

namespace LumenLink.Tests.Hardware;

/// <summary>What the assembly page promises of the console is what the firmware says.</summary>
public sealed partial class AssemblyTests
{
    [Fact]
    public void TheConsoleLinesAreTheFirmwares()
    {
        string said = HardwareFiles.Read("firmware/Device/ConsoleLog.cs");
        string[] promised =
        [
            .. Row().Matches(HardwareFiles.Section(HardwareFiles.Read("hardware/assembly.md"), "## 5. Firmware"))
                .SelectMany(row => Span().Matches(row.Groups[1].Value)).Select(span => span.Groups[1].Value),
        ];
        Assert.True(promised.Length >= 8, "the table was not found");
        // "link: " and the outcome's words are two literals.
        Assert.All(promised, line => Assert.All(
            line.StartsWith("link: ", StringComparison.Ordinal) ? ["link: ", line["link: ".Length..]] : new[] { line },
            part => Assert.Contains($"\"{part}", said, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("hardware/README.md")]
    [InlineData("hardware/assembly.md")]
    [InlineData("hardware/pinout.md")]
    [InlineData("hardware/power-budget.md")]
    [InlineData("hardware/security.md")]
    public void NoPageHidesThatNothingIsBuilt(string page) =>
        Assert.Matches("(?i)no board has been built|has been measured on a board yet", HardwareFiles.Read(page));

    [GeneratedRegex(@"^\| (`[^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Span();
}
