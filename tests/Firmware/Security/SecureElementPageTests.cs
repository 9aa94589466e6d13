using System.Globalization;
using LumenLink.Beacon.Security;

namespace LumenLink.Tests.Firmware.Security;

/// <summary>hardware/secure-element.md says what the code does.</summary>
public sealed class SecureElementPageTests
{
    private const string NotWritten = "–";
    private static readonly string[] Page = File.ReadAllLines(PathOf("hardware/secure-element.md"));

    [Fact]
    public void Every_byte_of_the_configuration_stands_in_the_table_once()
    {
        string?[] values = new string?[ChipConfiguration.Size];
        foreach (string[] row in Rows("| bytes | value |"))
        {
            int[] bounds = [.. row[0].Split('–').Select(int.Parse)];
            string[] pattern = row[1].Split(' ');
            Assert.All(row, cell => Assert.NotEmpty(cell));
            Assert.Equal(0, (bounds[^1] - bounds[0] + 1) % pattern.Length);
            for (int i = bounds[0]; i <= bounds[^1]; i++)
            {
                Assert.Null(values[i]);
                values[i] = pattern[(i - bounds[0]) % pattern.Length];
            }
        }

        for (int i = 0; i < values.Length; i++)
        {
            string expected = ChipConfiguration.IsWritten(i)
                ? ChipConfiguration.Wanted(i).ToString("X2", CultureInfo.InvariantCulture)
                : NotWritten;
            Assert.True(expected == values[i], $"byte {i}: code {expected}, page {values[i]}");
        }
    }

    [Fact]
    public void Times_are_the_sums_of_the_worst_cases()
    {
        string[][] rows = [.. Rows("| operation | commands in one wake |")];
        Assert.Equal(7, rows.Length);
        foreach (string[] row in rows)
        {
            foreach (ChipSpeed speed in Enum.GetValues<ChipSpeed>())
            {
                int sum = row[1].Split(", ").Sum(name => Atecc608Timing.WorstCaseMs(Opcode(name), speed));
                Assert.Equal(sum.ToString(CultureInfo.InvariantCulture), row[2 + (int)speed]);
            }

            int m2 = int.Parse(row[4], CultureInfo.InvariantCulture);
            bool fits = m2 <= Atecc608Timing.WakeBudget(Atecc608Timing.WatchdogMs);
            Assert.Equal(row[0] != "self-test", fits);
        }
    }

    [Fact]
    public void Steps_and_outcomes_are_those_of_the_code()
    {
        Assert.Equal(
            Enum.GetNames<ChipProvisioningStep>(), Rows("| step | what is done |").Select(row => row[0].Trim('`')));
        Assert.Equal(
            Enum.GetNames<ChipProvisioningOutcome>(), Rows("| outcome | meaning |").Select(row => row[0].Trim('`')));
    }

    private static byte Opcode(string name) => name switch
    {
        "Random" => Atecc608Opcode.Random,
        "Counter" => Atecc608Opcode.Counter,
        "GenKey" => Atecc608Opcode.GenKey,
        "ECDH" => Atecc608Opcode.Ecdh,
        "Nonce" => Atecc608Opcode.Nonce,
        "Sign" => Atecc608Opcode.Sign,
        "Verify" => Atecc608Opcode.Verify,
        "SelfTest" => Atecc608Opcode.SelfTest,
        _ => throw new ArgumentException(name),
    };

    /// <summary>The cells of the table that this line begins.</summary>
    private static IEnumerable<string[]> Rows(string head)
    {
        int start = Array.FindIndex(Page, line => line.StartsWith(head, StringComparison.Ordinal));
        Assert.True(start >= 0, head);
        return Page.Skip(start + 2).TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());
    }

    private static string PathOf(string file)
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "LumenLink.sln")))
            directory = directory.Parent;
        return Path.Combine(directory!.FullName, file);
    }
}
