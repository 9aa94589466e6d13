using static LumenLink.Wiring.Pen;

namespace LumenLink.Wiring;

/// <summary>Draws parts.</summary>
internal sealed class PartPainter(Pen pen)
{
    private const string Fill = "#ffffff";
    private const int Lead = 12;
    private const int Body = PinPlaces.TwoPinLength - (2 * Lead);

    public void Draw(Part part)
    {
        switch (part.Kind)
        {
            case PartKind.Block: DrawBlock(part); return;
            case PartKind.Fuse: DrawFuse(part); return;
            case PartKind.Resistor: DrawResistor(part); break;
            case PartKind.Capacitor: DrawCapacitor(part); break;
            case PartKind.Button: DrawButton(part); break;
            case PartKind.Led: DrawLed(part); break;
        }

        pen.Text(new Point(part.X + 18, part.Y + 20), part.Ref, Anchor.Start, 12, Ink, isBold: true);
        pen.Text(new Point(part.X + 18, part.Y + 36), part.Label, Anchor.Start, 11, Pale);
    }

    private void DrawBlock(Part part)
    {
        int height = PinPlaces.HeightOf(part);
        pen.Rectangle(part.X, part.Y, part.Width, height, Fill, Ink, 8);
        int middle = part.X + (part.Width / 2);
        pen.Text(new Point(middle, part.Y + 16), part.Ref, Anchor.Middle, 13, Ink, isBold: true);
        pen.Text(new Point(middle, part.Y + 33), part.Label, Anchor.Middle, 11, Pale);
        foreach (string pin in part.Pins)
        {
            (Point at, Side side) = PinPlaces.Of(part, pin);
            bool isLeft = side == Side.Left;
            int edge = isLeft ? part.X : part.X + part.Width;
            pen.Path(Ink, new Point(edge, at.Y), at);
            pen.Text(
                new Point(edge + (isLeft ? 8 : -8), at.Y), pin, isLeft ? Anchor.Start : Anchor.End, 12);
        }
    }

    private void DrawFuse(Part part)
    {
        (int x, int y) = (part.X, part.Y);
        pen.Path(Ink, new Point(x, y), new Point(x + PinPlaces.TwoPinLength, y));
        pen.Rectangle(x + Lead, y - 8, Body, 16, "none", Ink, 3);
        pen.Text(new Point(x + (PinPlaces.TwoPinLength / 2), y - 22), part.Ref, Anchor.Middle, 12, Ink, isBold: true);
        pen.Text(new Point(x + (PinPlaces.TwoPinLength / 2), y + 22), part.Label, Anchor.Middle, 11, Pale);
    }

    private void DrawResistor(Part part)
    {
        Leads(part, Lead, Lead + Body);
        pen.Rectangle(part.X - 8, part.Y + Lead, 16, Body, Fill, Ink, 2);
    }

    private void DrawCapacitor(Part part)
    {
        const int Plate = PinPlaces.TwoPinLength / 2;
        Leads(part, Plate - 4, Plate + 4);
        pen.Path(Ink, new Point(part.X - 12, part.Y + Plate - 4), new Point(part.X + 12, part.Y + Plate - 4));
        pen.Path(Ink, new Point(part.X - 12, part.Y + Plate + 4), new Point(part.X + 12, part.Y + Plate + 4));
    }

    private void DrawButton(Part part)
    {
        Leads(part, Lead + 2, Lead + Body - 2);
        pen.Dot(new Point(part.X, part.Y + Lead + 2), Ink, 3);
        pen.Dot(new Point(part.X, part.Y + Lead + Body - 2), Ink, 3);
        pen.Path(
            Ink, new Point(part.X - 9, part.Y + Lead + 2), new Point(part.X - 9, part.Y + Lead + Body - 2));
        pen.Path(Ink, new Point(part.X - 9, part.Y + 28), new Point(part.X - 16, part.Y + 28));
    }

    private void DrawLed(Part part)
    {
        (int x, int top) = (part.X, part.Y + Lead + 4);
        Leads(part, Lead + 4, Lead + Body - 8);
        pen.Shape($"M{x - 10} {top} L{x + 10} {top} L{x} {top + 20} Z", Ink, "#fde68a");
        pen.Path(Ink, new Point(x - 10, top + 20), new Point(x + 10, top + 20));
        pen.Shape($"M{x - 14} {top + 8} l-8 8 m1 -6 l-1 6 l6 -1", Ink, "none");
    }

    /// <summary>Lines from the pins to where the body begins and ends.</summary>
    private void Leads(Part part, int from, int to)
    {
        pen.Path(Ink, new Point(part.X, part.Y), new Point(part.X, part.Y + from));
        pen.Path(Ink, new Point(part.X, part.Y + to), new Point(part.X, part.Y + PinPlaces.TwoPinLength));
    }
}
