using System.Security.Cryptography;
using System.Text;
using LumenLink.Protocol;

namespace LumenLink.Bench.Input;

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
        byte[] id = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        Topic = MqttTopics.Up(MqttTopics.IdText(id, 0));
    }

    /// <summary>As the trace has it.</summary>
    public string Name { get; }

    /// <summary>UTC of tick 0.</summary>
    public long TickZeroUnixMs { get; }

    /// <summary>Where its frames go.</summary>
    public string Topic { get; }
}
