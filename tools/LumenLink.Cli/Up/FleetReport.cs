using System.Text.Json;
using System.Text.Json.Serialization;

namespace LumenLink.Cli.Up;

/// <summary>What the fleet says of its run: what the radio delivered and what the devices put into records.</summary>
internal sealed record FleetReport(
    [property: JsonPropertyName("receivers")] IReadOnlyList<FleetReceiver> Receivers,
    [property: JsonPropertyName("attested")] int Attested,
    [property: JsonPropertyName("trace_offset_ms")] long TraceOffsetMs)
{
    public static FleetReport Read(string file)
    {
        if (!File.Exists(file))
            throw new UpException($"the fleet left no report at {file}");
        return JsonSerializer.Deserialize<FleetReport>(File.ReadAllBytes(file))
            ?? throw new UpException($"the fleet's report at {file} is empty");
    }
}

/// <summary>One board's part of it.</summary>
/// <param name="Receiver">Its name in the trace.</param>
/// <param name="Beacon">Its beacon id, text form.</param>
/// <param name="Boot">The boot of this run.</param>
/// <param name="Trace">Lines in the trace.</param>
/// <param name="Delivered">What its radio handed to the firmware, by the radio model.</param>
/// <param name="Reported">What the firmware put into records, by its own count.</param>
/// <param name="Queued">Records not receipted at the end.</param>
/// <param name="Windows">BLE scan windows [open, close) in trace milliseconds.</param>
internal sealed record FleetReceiver(
    [property: JsonPropertyName("receiver")] string Receiver,
    [property: JsonPropertyName("beacon")] string Beacon,
    [property: JsonPropertyName("boot")] long Boot,
    [property: JsonPropertyName("trace")] long Trace,
    [property: JsonPropertyName("delivered")] long Delivered,
    [property: JsonPropertyName("reported")] long Reported,
    [property: JsonPropertyName("queued")] long Queued,
    [property: JsonPropertyName("windows")] IReadOnlyList<long[]> Windows);
