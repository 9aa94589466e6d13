using LumenLink.Bench.Input;

namespace LumenLink.Bench.Baselines;

/// <summary>A way to put reports on the wire. Not safe for use by several threads.</summary>
internal interface ISightingFormat
{
    /// <summary>Name for people.</summary>
    string Name { get; }

    /// <summary>False if the format leaves it to the time of arrival when something was heard.</summary>
    bool CarriesTime { get; }

    /// <summary>The MQTT messages that carry a report.</summary>
    IReadOnlyList<Publish> Encode(ScanReport report);

    /// <summary>
    /// Appends the sightings of one message. The order within a window is the format's own.
    /// </summary>
    /// <exception cref="FormatException">The message is not of this format.</exception>
    void Decode(ReadOnlyMemory<byte> payload, SightingColumns sightings);
}
