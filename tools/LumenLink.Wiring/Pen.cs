using System.Globalization;
using System.Security;
using System.Text;

namespace LumenLink.Wiring;

/// <summary>A point of the drawing, px from the upper left corner.</summary>
public readonly record struct Point(int X, int Y);

/// <summary>Writes the elements of one SVG file. Same calls, same bytes.</summary>
public sealed class Pen
{
    /// <summary>Colour of outlines and of text.</summary>
    public const string Ink = "#1f2937";

    /// <summary>Colour of what matters less.</summary>
    public const string Pale = "#6b7280";

    private readonly StringBuilder _svg = new();

    /// <summary>Begins a drawing of a size.</summary>
    public Pen(int width, int height)
    {
        Line($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" " +
            $"viewBox=\"0 0 {width} {height}\" font-family=\"DejaVu Sans, Verdana, sans-serif\">");
        Rectangle(0, 0, width, height, "#ffffff", "none", 0);
    }

    /// <summary>Where a text stands against its point.</summary>
    public enum Anchor
    {
        /// <summary>It begins there.</summary>
        Start,

        /// <summary>Its middle is there.</summary>
        Middle,

        /// <summary>It ends there.</summary>
        End,
    }

    /// <summary>A rectangle with round corners.</summary>
    public void Rectangle(int x, int y, int width, int height, string fill, string stroke, int radius) =>
        Line($"<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\" fill=\"{fill}\" " +
            $"stroke=\"{stroke}\" stroke-width=\"1.5\"/>");

    /// <summary>Lines from point to point.</summary>
    public void Path(string colour, params Point[] points) => Shape(
        string.Join(' ', points.Select((p, i) => $"{(i == 0 ? 'M' : 'L')}{p.X} {p.Y}")), colour, "none");

    /// <summary>An outline in path notation.</summary>
    public void Shape(string path, string stroke, string fill) =>
        Line($"<path d=\"{path}\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"1.8\" " +
            "stroke-linecap=\"round\" stroke-linejoin=\"round\"/>");

    /// <summary>A full circle.</summary>
    public void Dot(Point at, string colour, int radius = 4) =>
        Line($"<circle cx=\"{at.X}\" cy=\"{at.Y}\" r=\"{radius}\" fill=\"{colour}\"/>");

    /// <summary>A line of text; its vertical middle is at the point.</summary>
    public void Text(
        Point at, string text, Anchor anchor, int size = 12, string colour = Ink, bool isBold = false) =>
        Line($"<text x=\"{at.X}\" y=\"{at.Y + (size / 3)}\" font-size=\"{size}\" fill=\"{colour}\" " +
            $"text-anchor=\"{anchor.ToString().ToLowerInvariant()}\"{(isBold ? " font-weight=\"bold\"" : "")}>" +
            $"{SecurityElement.Escape(text)}</text>");

    /// <summary>Ends the drawing.</summary>
    /// <returns>The file's text.</returns>
    public string Finish()
    {
        Line("</svg>");
        return _svg.ToString();
    }

    private void Line(FormattableString element) => Line(element.ToString(CultureInfo.InvariantCulture));

    private void Line(string element) => _svg.Append(element).Append('\n');
}
