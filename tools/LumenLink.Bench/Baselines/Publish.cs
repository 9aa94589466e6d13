using System.Text;
using LumenLink.Bench.Input;

namespace LumenLink.Bench.Baselines;

/// <summary>One PUBLISH of MQTT 3.1.1.</summary>
/// <param name="Topic">Where it goes.</param>
/// <param name="Acknowledged">True for QoS 1, which takes a packet id.</param>
/// <param name="Payload">What it carries.</param>
internal sealed record Publish(string Topic, bool Acknowledged, byte[] Payload)
{
    private const int PacketType = 1;
    private const int LengthOfText = 2;
    private const int PacketId = 2;

    /// <summary>Bytes of the whole packet.</summary>
    public int Size
    {
        get
        {
            int remaining = LengthOfText + Encoding.UTF8.GetByteCount(Topic) + (Acknowledged ? PacketId : 0)
                + Payload.Length;
            return PacketType + LengthOfLength(remaining) + remaining;
        }
    }

    /// <summary>A message to the service's own broker, QoS 1: how LumenLink and the binary baselines travel.</summary>
    public static Publish OnTopicOf(ScanReport report, byte[] payload) => new(Receiver.Topic, true, payload);

    // Seven bits a byte, at most four bytes.
    private static int LengthOfLength(int remaining) => remaining switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        _ => 4,
    };
}
