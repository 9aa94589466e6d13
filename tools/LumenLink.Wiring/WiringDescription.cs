using System.Text.Json;
using System.Text.Json.Serialization;

namespace LumenLink.Wiring;

/// <summary>How a net is drawn.</summary>
public enum NetStyle
{
    /// <summary>Lines from the first pin to each of the others.</summary>
    Wire,

    /// <summary>A flag with the net's name at each pin.</summary>
    Label,

    /// <summary>A supply symbol at each pin.</summary>
    Supply,

    /// <summary>A ground symbol at each pin.</summary>
    Ground,
}

/// <summary>What a part looks like, and which pins it has.</summary>
public enum PartKind
{
    /// <summary>A box with named pins left and right.</summary>
    Block,

    /// <summary>Upright, pins 1 (top) and 2.</summary>
    Resistor,

    /// <summary>Upright, pins 1 (top) and 2.</summary>
    Capacitor,

    /// <summary>Upright, pins 1 (top) and 2.</summary>
    Button,

    /// <summary>Upright, pins A (top) and K.</summary>
    Led,

    /// <summary>Lying, pins 1 (left) and 2.</summary>
    Fuse,
}

/// <summary>One part of a design: its reference in bom.csv, words for people, its place in px.</summary>
public sealed record Part(string Ref, string Label, PartKind Kind, int X, int Y)
{
    /// <summary>Width of a block, px.</summary>
    public int Width { get; init; } = 120;

    /// <summary>Names of a block's pins on its left side, from the top; an empty one leaves a gap.</summary>
    public IReadOnlyList<string> Left { get; init; } = [];

    /// <summary>Names of a block's pins on its right side.</summary>
    public IReadOnlyList<string> Right { get; init; } = [];

    /// <summary>Names of all pins.</summary>
    [JsonIgnore]
    public IEnumerable<string> Pins => Kind switch
    {
        PartKind.Block => Left.Concat(Right).Where(name => name.Length > 0),
        PartKind.Led => ["A", "K"],
        _ => ["1", "2"],
    };
}

/// <summary>Pins that are connected, each as <c>reference.pin</c>.</summary>
public sealed record Net(string Name, NetStyle Style, IReadOnlyList<string> Pins);

/// <summary>A pale field with a heading, behind parts that belong together.</summary>
public sealed record Frame(string Title, int X, int Y, int Width, int Height);

/// <summary>One design: <c>hardware/wiring/*.json</c>.</summary>
public sealed record WiringDescription(
    string Design, string Title, string Note, int Width, int Height,
    IReadOnlyList<Frame> Frames, IReadOnlyList<Part> Parts, IReadOnlyList<Net> Nets)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Reads a description.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static WiringDescription Read(string json) =>
        JsonSerializer.Deserialize<WiringDescription>(json, Options) ?? throw new JsonException("no description");

    /// <summary>The net of a pin, or null.</summary>
    public Net? NetOf(string pin) => Nets.FirstOrDefault(net => net.Pins.Contains(pin));

    /// <summary>What is wrong with the connections; nothing, if each pin is in exactly one net.</summary>
    public IEnumerable<string> Problems()
    {
        string[] pins = [.. Parts.SelectMany(part => part.Pins.Select(pin => $"{part.Ref}.{pin}"))];
        string[] used = [.. Nets.SelectMany(net => net.Pins)];
        return Repeated(Parts.Select(part => part.Ref)).Select(name => $"two parts are {name}")
            .Concat(Repeated(Nets.Select(net => net.Name)).Select(name => $"two nets are {name}"))
            .Concat(Repeated(pins).Select(pin => $"two pins are {pin}"))
            .Concat(Repeated(used).Select(pin => $"{pin} is connected twice"))
            .Concat(used.Except(pins).Select(pin => $"there is no pin {pin}"))
            .Concat(pins.Except(used).Select(pin => $"{pin} is connected to nothing"))
            .Concat(Nets.Where(net => net.Pins.Count < 2).Select(net => $"{net.Name} connects nothing"));
    }

    private static IEnumerable<string> Repeated(IEnumerable<string> names) =>
        names.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => group.Key);
}
