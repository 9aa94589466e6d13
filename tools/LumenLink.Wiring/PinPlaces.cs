namespace LumenLink.Wiring;

/// <summary>Direction in which a pin leaves its part.</summary>
public enum Side
{
    /// <summary>To the left.</summary>
    Left,

    /// <summary>To the right.</summary>
    Right,

    /// <summary>Upwards.</summary>
    Top,

    /// <summary>Downwards.</summary>
    Bottom,
}

/// <summary>Where a pin ends, and in which direction.</summary>
public readonly record struct PinPlace(Point At, Side Side);

/// <summary>Sizes of parts and places of their pins.</summary>
internal static class PinPlaces
{
    /// <summary>From one pin of a block to the next.</summary>
    public const int Pitch = 28;

    /// <summary>From the top of a block to its first pin.</summary>
    public const int Head = 58;

    /// <summary>Length of a pin of a block.</summary>
    public const int PinLength = 18;

    /// <summary>From pin to pin of a part with two.</summary>
    public const int TwoPinLength = 56;

    public static int HeightOf(Part block) =>
        Head + (Math.Max(block.Left.Count, block.Right.Count) * Pitch) - (Pitch / 2) + 6;

    public static PinPlace Of(Part part, string pin)
    {
        if (part.Kind == PartKind.Fuse)
            return pin == "1"
                ? new PinPlace(new Point(part.X, part.Y), Side.Left)
                : new PinPlace(new Point(part.X + TwoPinLength, part.Y), Side.Right);
        if (part.Kind != PartKind.Block)
            return pin is "1" or "A"
                ? new PinPlace(new Point(part.X, part.Y), Side.Top)
                : new PinPlace(new Point(part.X, part.Y + TwoPinLength), Side.Bottom);
        int left = part.Left.ToList().IndexOf(pin);
        return left >= 0
            ? new PinPlace(new Point(part.X - PinLength, PinY(part, left)), Side.Left)
            : new PinPlace(
                new Point(part.X + part.Width + PinLength, PinY(part, part.Right.ToList().IndexOf(pin))), Side.Right);
    }

    private static int PinY(Part block, int index) => block.Y + Head + (index * Pitch);
}
