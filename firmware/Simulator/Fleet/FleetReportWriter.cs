using System.Text.Json;

namespace LumenLink.Simulator.Fleet;

/// <summary>Writes what the radio model and the devices counted, for whoever compares it with the store.</summary>
internal static class FleetReportWriter
{
    /// <summary>Writes the report.</summary>
    /// <param name="file">Where.</param>
    /// <param name="boards">The driven boards.</param>
    /// <param name="speed">Board seconds per second.</param>
    /// <param name="worldEpochMs">UTC of world time 0.</param>
    /// <param name="offsetMs">Board time minus trace time, milliseconds.</param>
    public static void Write(
        string file, IReadOnlyList<FleetBoard> boards, double speed, long worldEpochMs, long offsetMs)
    {
        var report = new
        {
            receivers = boards.Where(board => board.Refusal is null).Select(board => new
            {
                receiver = board.Name,
                beacon = board.Beacon,
                boot = board.FirstBoot,
                trace = board.TraceLines,
                delivered = board.RadioLog.Delivered,
                reported = board.Recorded,
                queued = board.QueueDepth,
                windows = board.RadioLog.Windows.Select(window => new[]
                {
                    worldEpochMs + window.OpenMs - offsetMs, worldEpochMs + window.CloseMs - offsetMs,
                }),
            }),
            refused = boards.Where(board => board.Refusal is not null)
                .Select(board => new { receiver = board.Name, beacon = board.Beacon, outcome = board.Refusal }),
            attested = boards.Count(board => board.Attestations > 0),
            trace_offset_ms = offsetMs,
            speed,
        };
        File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(report));
    }
}
