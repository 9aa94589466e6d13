using static LumenLink.Wiring.Pen;

namespace LumenLink.Wiring;

/// <summary>A description as SVG.</summary>
public static class WiringDrawing
{
    /// <summary>Draws a description: fields, nets over them, parts over the nets.</summary>
    /// <returns>The text of the SVG file, lines ended by LF.</returns>
    /// <exception cref="InvalidDataException">The connections have problems; the message names each.</exception>
    public static string Draw(WiringDescription wiring)
    {
        string[] problems = [.. wiring.Problems()];
        if (problems.Length > 0) throw new InvalidDataException(string.Join('\n', problems));
        Pen pen = new(wiring.Width, wiring.Height);
        pen.Text(new Point(32, 34), wiring.Title, Anchor.Start, 20, Ink, isBold: true);
        pen.Text(new Point(32, 58), wiring.Note, Anchor.Start, 12, Pale);
        foreach (Frame frame in wiring.Frames)
        {
            pen.Rectangle(frame.X, frame.Y, frame.Width, frame.Height, "#f5f7fa", "#e2e8f0", 10);
            pen.Text(new Point(frame.X + 14, frame.Y + 18), frame.Title, Anchor.Start, 12, Pale, isBold: true);
        }

        Dictionary<string, PinPlace> pins = wiring.Parts
            .SelectMany(part => part.Pins.Select(pin => (Name: $"{part.Ref}.{pin}", Place: PinPlaces.Of(part, pin))))
            .ToDictionary(pin => pin.Name, pin => pin.Place);
        NetPainter nets = new(pen, pins);
        for (int i = 0; i < wiring.Nets.Count; i++) nets.Draw(wiring.Nets[i], i);
        PartPainter parts = new(pen);
        foreach (Part part in wiring.Parts) parts.Draw(part);
        return pen.Finish();
    }
}
