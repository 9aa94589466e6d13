using System.Text.RegularExpressions;

namespace LumenLink.Tests.Hardware;

/// <summary>The bill of materials: its form, and that it has the parts of the wiring.</summary>
public sealed partial class PartsListTests
{
    private const string Header = "design,reference,quantity,description,manufacturer,manufacturer_part_number";

    private static readonly string[] Designs = [.. HardwareFiles.Boards.Select(board => board.Design)];

    public static TheoryData<string> DesignNames => [.. Designs];

    [Fact]
    public void EveryRowIsComplete()
    {
        Assert.Equal(Header, HardwareFiles.Read("hardware/bom.csv").Split('\n')[0]);
        Assert.All(Rows(), row =>
        {
            Assert.Equal(6, row.Length);
            Assert.Contains(row[0], Designs.Append("both"));
            Assert.All(row, cell => Assert.Equal(cell.Trim(), cell));
            Assert.All(row, cell => Assert.NotEqual("", cell));
            Assert.Equal(row[1].Split(' ').Length, int.Parse(row[2]));
            Assert.Matches("^[A-Z]+[0-9]+( [A-Z]+[0-9]+)*$", row[1]);
            Assert.Matches("^[A-Z0-9][A-Z0-9./-]{4,}$", row[5]);
        });
    }

    [Theory]
    [MemberData(nameof(DesignNames))]
    public void EachReferenceIsThereOnceAndTheWiringHasTheSame(string design)
    {
        string[] references = [.. Rows().Where(row => row[0] == design || row[0] == "both")
            .SelectMany(row => row[1].Split(' ')).Order()];
        Assert.Equal(references.Distinct(), references);
        Assert.Equal(HardwareFiles.Wiring(design).Parts.Select(part => part.Ref).Order(), references);
    }

    /// <summary>A value that the drawing shows is the one that is bought.</summary>
    [Theory]
    [MemberData(nameof(DesignNames))]
    public void ValuesOfTheDrawingAreThoseOfTheList(string design)
    {
        foreach (Wiring.Part part in HardwareFiles.Wiring(design).Parts)
            if (Value().Match(part.Label) is { Success: true } value)
            {
                string[] row = Rows().Single(
                    r => (r[0] == design || r[0] == "both") && r[1].Split(' ').Contains(part.Ref));
                Assert.Contains(value.Value, row[3], StringComparison.Ordinal);
            }
    }

    private static IEnumerable<string[]> Rows() =>
        HardwareFiles.Read("hardware/bom.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => Cell().Matches(line).Select(cell => cell.Groups[1].Value.Trim('"')).ToArray());

    [GeneratedRegex("(?:^|,)(\"[^\"]*\"|[^,]*)")]
    private static partial Regex Cell();

    [GeneratedRegex(@"^\d+(\.\d+)? (kΩ|µF|nF|A)")]
    private static partial Regex Value();
}
