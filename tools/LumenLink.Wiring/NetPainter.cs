using static LumenLink.Wiring.Pen;

namespace LumenLink.Wiring;

/// <summary>Draws nets: lines, flags, supply and ground symbols.</summary>
internal sealed class NetPainter(Pen pen, IReadOnlyDictionary<string, PinPlace> pins)
{
    private const string SupplyColour = "#b91c1c";
    private const int Stub = 12;
    private static readonly string[] Colours =
        ["#0f766e", "#1d4ed8", "#b45309", "#7c3aed", "#be185d", "#4d7c0f", "#0369a1", "#a16207"];

    /// <summary>Draws one net.</summary>
    /// <param name="net">The net.</param>
    /// <param name="index">Its place among the nets; gives the colour.</param>
    public void Draw(Net net, int index)
    {
        string colour = Colours[index % Colours.Length];
        PinPlace[] places = [.. net.Pins.Select(pin => pins[pin])];
        switch (net.Style)
        {
            case NetStyle.Wire: DrawWires(places, net.Name, colour); break;
            case NetStyle.Label: DrawLabels(places, net.Name, colour); break;
            case NetStyle.Supply: foreach (PinPlace pin in places) DrawSupply(pin, net.Name); break;
            case NetStyle.Ground: foreach (PinPlace pin in places) DrawGround(pin); break;
        }
    }

    private static Point Away(PinPlace pin, int distance) => pin.Side switch
    {
        Side.Left => pin.At with { X = pin.At.X - distance },
        Side.Right => pin.At with { X = pin.At.X + distance },
        Side.Top => pin.At with { Y = pin.At.Y - distance },
        _ => pin.At with { Y = pin.At.Y + distance },
    };

    /// <summary>Each other pin from the first: along its height, then up or down; a dot where lines part.</summary>
    private void DrawWires(PinPlace[] places, string name, string colour)
    {
        Point hub = places[0].At;
        int furthest = places.Skip(1).MaxBy(place => Math.Abs(place.At.X - hub.X)).At.X;
        foreach (PinPlace place in places.Skip(1))
        {
            Point corner = place.At with { Y = hub.Y };
            pen.Path(colour, hub, corner, place.At);
            if (corner.X != furthest) pen.Dot(corner, colour);
        }

        if (places[0].Side is Side.Left or Side.Right)
            pen.Text(Away(places[0], 24) with { Y = hub.Y - 9 }, name, Anchor.Middle, 11, colour, isBold: true);
    }

    /// <summary>Upright neighbours are joined by a line with one flag; every other pin has a flag of its own.</summary>
    private void DrawLabels(PinPlace[] places, string name, string colour)
    {
        foreach (IGrouping<int, PinPlace> column in places.GroupBy(place => place.At.X))
        {
            PinPlace[] upright = [.. column.Where(p => p.Side is Side.Top or Side.Bottom).OrderBy(p => p.At.Y)];
            if (upright.Length == 2 && upright[0].Side == Side.Bottom && upright[1].Side == Side.Top)
            {
                pen.Path(colour, upright[0].At, upright[1].At);
                Point middle = new(column.Key, (upright[0].At.Y + upright[1].At.Y) / 2);
                pen.Dot(middle, colour);
                Flag(middle, Side.Left, name, colour);
                foreach (PinPlace pin in column.Except(upright)) Flag(pin.At, pin.Side, name, colour);
            }
            else
            {
                foreach (PinPlace pin in column) Flag(pin.At, pin.Side, name, colour);
            }
        }
    }

    private void Flag(Point at, Side side, string name, string colour)
    {
        int width = 14 + (name.Length * 8);
        if (side is Side.Top or Side.Bottom)
        {
            int y = at.Y + (side == Side.Top ? -Stub : Stub);
            pen.Path(colour, at, at with { Y = y });
            pen.Rectangle(at.X - (width / 2), side == Side.Top ? y - 20 : y, width, 20, colour, "none", 5);
            pen.Text(new Point(at.X, side == Side.Top ? y - 10 : y + 10), name, Anchor.Middle, 11, "#ffffff", true);
            return;
        }

        int sign = side == Side.Left ? -1 : 1;
        int near = at.X + (sign * Stub);
        pen.Path(colour, at, at with { X = near });
        pen.Rectangle(sign < 0 ? near - width : near, at.Y - 10, width, 20, colour, "none", 5);
        pen.Text(new Point(near + (sign * width / 2), at.Y), name, Anchor.Middle, 11, "#ffffff", isBold: true);
    }

    private void DrawSupply(PinPlace pin, string name)
    {
        Point end = Away(pin, Stub);
        pen.Path(SupplyColour, pin.At, end);
        switch (pin.Side)
        {
            case Side.Top or Side.Bottom:
                pen.Path(SupplyColour, end with { X = end.X - 11 }, end with { X = end.X + 11 });
                pen.Text(
                    end with { Y = end.Y + (pin.Side == Side.Top ? -10 : 10) }, name, Anchor.Middle, 11,
                    SupplyColour, isBold: true);
                break;
            default:
                pen.Path(SupplyColour, end with { Y = end.Y - 8 }, end with { Y = end.Y + 8 });
                bool isLeft = pin.Side == Side.Left;
                pen.Text(
                    Away(pin, Stub + 6), name, isLeft ? Anchor.End : Anchor.Start, 11, SupplyColour, isBold: true);
                break;
        }
    }

    /// <summary>Ground hangs down: from a pin at the side after a short line.</summary>
    private void DrawGround(PinPlace pin)
    {
        Point end = Away(pin, Stub);
        pen.Path(Ink, pin.At, end);
        if (pin.Side is Side.Left or Side.Right)
        {
            Point down = end with { Y = end.Y + 8 };
            pen.Path(Ink, end, down);
            end = down;
        }

        pen.Path(Ink, end with { X = end.X - 11 }, end with { X = end.X + 11 });
        pen.Path(Ink, new Point(end.X - 7, end.Y + 4), new Point(end.X + 7, end.Y + 4));
        pen.Path(Ink, new Point(end.X - 3, end.Y + 8), new Point(end.X + 3, end.Y + 8));
    }
}
