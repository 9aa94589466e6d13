using LumenLink.Protocol;

namespace LumenLink.Load.Input;

/// <summary>A receiver as a beacon: its identity, and the boot that makes all its reports.</summary>
internal sealed class Receiver
{
    /// <summary>Boot number of every receiver.</summary>
    public const uint Boot = 17;

    /// <param name="name">As the trace has it.</param>
    /// <param name="tickZeroUnixMs">When it booted.</param>
    public Receiver(string name, long tickZeroUnixMs)
    {
        Name = name;
        TickZeroUnixMs = tickZeroUnixMs;
    }

    /// <summary>As the trace has it.</summary>
    public string Name { get; }

    /// <summary>UTC of tick 0.</summary>
    public long TickZeroUnixMs { get; }

    /// <summary>Where frames go at the service's own broker, which tells beacons by their connections.</summary>
    public static string Topic => MqttTopics.ConnectionUp;
}
