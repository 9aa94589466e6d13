using System.Text.Json;
using System.Xml.Linq;
using LumenLink.Wiring;

namespace LumenLink.Tests.Hardware;

/// <summary>The drawings are those of the descriptions, and a description that connects badly is not drawn.</summary>
public sealed class WiringTests
{
    private const string Small = """
        {
          "design": "x", "title": "X", "note": "", "width": 300, "height": 300, "frames": [],
          "parts": [
            { "ref": "R1", "label": "1 <&> kΩ", "kind": "resistor", "x": 100, "y": 100 },
            { "ref": "C1", "label": "", "kind": "capacitor", "x": 200, "y": 100 }
          ],
          "nets": [
            { "name": "A", "style": "supply", "pins": [ "R1.1", "C1.1" ] },
            { "name": "B", "style": "ground", "pins": [ "R1.2", "C1.2" ] }
          ]
        }
        """;

    public static TheoryData<string> Designs => [.. HardwareFiles.Boards.Select(board => board.Design)];

    [Theory]
    [MemberData(nameof(Designs))]
    public void TheCommittedDrawingIsTheOneOfItsDescription(string design)
    {
        WiringDescription wiring = HardwareFiles.Wiring(design);
        Assert.Equal(design, wiring.Design);
        Assert.True(
            WiringDrawing.Draw(wiring) == HardwareFiles.Read($"hardware/wiring/{design}.svg"),
            $"{design}.svg is not what its description gives. Run: dotnet run --project tools/LumenLink.Wiring");
    }

    [Fact]
    public void EveryDescriptionIsOfABoard() => Assert.Equal(
        HardwareFiles.Boards.Select(board => board.Design).Order(),
        Directory.GetFiles(Path.Combine(HardwareFiles.Root, "hardware", "wiring"), "*.json")
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order());

    [Fact]
    public void ADrawingIsXmlAndShowsTextAsItIs()
    {
        XElement svg = XElement.Parse(WiringDrawing.Draw(WiringDescription.Read(Small)));
        Assert.Contains(svg.Descendants(), element => element.Value == "1 <&> kΩ");
    }

    [Theory]
    [MemberData(nameof(Designs))]
    public void NothingIsDrawnOutsideThePicture(string design)
    {
        WiringDescription wiring = HardwareFiles.Wiring(design);
        Assert.All(wiring.Parts, part => Assert.True(
            part.X >= 24 && part.X + (part.Kind == PartKind.Block ? part.Width : 60) <= wiring.Width - 24
                && part.Y >= 80 && part.Y + 56 <= wiring.Height - 24,
            part.Ref));
    }

    [Theory]
    [InlineData("\"C1.1\"", "\"C1.3\"", "there is no pin C1.3")]
    [InlineData("\"C1.1\"", "\"C1.2\"", "C1.2 is connected twice")]
    [InlineData(", \"C1.2\"", "", "C1.2 is connected to nothing")]
    [InlineData(", \"C1.2\"", "", "B connects nothing")]
    [InlineData("\"ref\": \"C1\"", "\"ref\": \"R1\"", "two parts are R1")]
    [InlineData("\"name\": \"B\"", "\"name\": \"A\"", "two nets are A")]
    public void BadConnectionsAreNamed(string text, string instead, string problem)
    {
        WiringDescription wiring = WiringDescription.Read(Small.Replace(text, instead, StringComparison.Ordinal));
        Assert.Contains(problem, wiring.Problems());
        Assert.Throws<InvalidDataException>(() => WiringDrawing.Draw(wiring));
    }

    [Theory]
    [InlineData("\"resistor\"", "\"resister\"")]
    [InlineData("\"label\": \"\"", "\"lable\": \"\"")]
    [InlineData("\"title\": \"X\",", "")]
    public void AMisspelledDescriptionIsRefused(string text, string instead) => Assert.Throws<JsonException>(
        () => WiringDescription.Read(Small.Replace(text, instead, StringComparison.Ordinal)));
}
