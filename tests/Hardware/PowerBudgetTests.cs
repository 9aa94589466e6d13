using System.Globalization;

namespace LumenLink.Tests.Hardware;

/// <summary>The power budget: its policy is the firmware's, and its results follow from its figures.</summary>
public sealed class PowerBudgetTests
{
    private static readonly string Text = HardwareFiles.Read("hardware/power-budget.md");

    [Fact]
    public void ThePolicyIsThatOfTheFirmware()
    {
        Dictionary<string, int> limits = HardwareFiles.Constants("firmware/Core/DeviceLimits.cs");
        string[][] policy = [.. Table("## Policy")];
        Assert.Equal(4, policy.Length);
        Assert.All(policy, row => Assert.Equal(limits[row[1].Trim('`')], int.Parse(row[2])));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void TheResultFollowsFromTheFigures(int column)
    {
        double average = Average(column);
        string[][] result = [.. Table("## Result")];
        double bank = Assumption("power bank") * 3.7 * 0.85 / 5;
        Assert.Equal(
            [
                average.ToString("0.0", CultureInfo.InvariantCulture),
                (average * 5 / 1000).ToString("0.00", CultureInfo.InvariantCulture),
                (bank / average).ToString("0", CultureInfo.InvariantCulture),
            ],
            result.Select(row => row[column]));
    }

    /// <summary>Mean current at 3.3 V, mA.</summary>
    private static double Average(int column)
    {
        double wifi = Assumption("a Wi-Fi scan lasts") / Policy("WifiScanEveryMs");
        double advertising = (1 - wifi) * Policy("AdvertiseMs") / Policy("CycleMs");
        double scanning = (1 - wifi - advertising) * Assumption("scan duty within the slot");
        double onAir = Assumption("advertising events a second") * Assumption("one event on air") / 1000;
        double report = Assumption("Wi-Fi on air for a report") / Policy("ReportMs");
        double busy = Figure("radio off, CPU as assumed", column);
        double listening = Figure("receive, CPU idle", column) + busy - Figure("radio off, CPU idle", column);
        return ((wifi + scanning) * listening)
            + (advertising * (busy + (onAir * Figure("BLE transmit", column))))
            + (report * Figure("Wi-Fi transmit", column))
            + Assumption("LED lit all the time");
    }

    private static double Policy(string constant) =>
        Number(Table("## Policy").Single(row => row[1] == $"`{constant}`")[2]);

    private static double Assumption(string what) =>
        Number(Table("## Assumptions of ours").Single(row => row[0] == what)[1]);

    private static double Figure(string what, int column) =>
        Number(Table("## Datasheet figures").Single(row => row[0] == what)[column]);

    /// <summary>Rows below a heading's table head.</summary>
    private static IEnumerable<string[]> Table(string heading) =>
        HardwareFiles.Section(Text, heading).Split('\n')
            .Where(line => line.StartsWith('|'))
            .Skip(2)
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    private static double Number(string cell) =>
        double.Parse(cell.Split(' ')[0], CultureInfo.InvariantCulture);
}
