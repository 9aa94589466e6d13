using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LumenLink.Cli.Provisioning;

namespace LumenLink.Cli.Up;

/// <summary>
/// The report of a run: the fleet's own counts beside what SQL finds in the store.
/// Delivered (radio model), reported (device) and stored (SQL) are counted independently.
/// </summary>
internal sealed class RunReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly FleetReport fleet;
    private readonly int fleetRestarts;
    private readonly Dictionary<string, long> stored = [];
    private readonly string rowsSha256;

    private RunReport(FleetReport fleet, int fleetRestarts, Dictionary<string, long> stored, string rowsSha256)
    {
        this.fleet = fleet;
        this.fleetRestarts = fleetRestarts;
        this.stored = stored;
        this.rowsSha256 = rowsSha256;
    }

    /// <summary>Reads the fleet's report and the store.</summary>
    /// <param name="folder">Of the run.</param>
    /// <param name="fleetRestarts">How often the fleet died: the report counts from its last start on.</param>
    public static async Task<RunReport> ComposeAsync(RunFolder folder, int fleetRestarts = 0)
    {
        FleetReport fleet = FleetReport.Read(folder.FleetReport);
        await using StoredRows rows = await StoredRows.OpenAsync(folder);
        var stored = new Dictionary<string, long>(StringComparer.Ordinal);
        var lines = new List<string>();
        foreach (FleetReceiver receiver in fleet.Receivers)
        {
            int before = lines.Count;
            await foreach (StoredRow row in rows.OfAsync(receiver.Beacon, receiver.Boot))
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{receiver.Receiver},{row.WindowOpenUnixMs - fleet.TraceOffsetMs},"
                    + $"{row.Address:x12},{row.RssiDbm}"));
            }

            stored[receiver.Receiver] = lines.Count - before;
        }

        return new RunReport(fleet, fleetRestarts, stored, Digest(lines));
    }

    /// <summary>The document that --json writes.</summary>
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            receivers = fleet.Receivers.Select(receiver => new
            {
                receiver = receiver.Receiver,
                beacon = receiver.Beacon,
                trace = receiver.Trace,
                delivered = receiver.Delivered,
                reported = receiver.Reported,
                stored = stored[receiver.Receiver],
                windows = receiver.Windows,
            }),
            attested = fleet.Attested,
            fleet_restarts = fleetRestarts,
            rows_sha256 = rowsSha256,
        },
        Indented) + "\n";

    /// <summary>A few lines for people.</summary>
    public IEnumerable<string> Summary()
    {
        if (fleetRestarts > 0)
        {
            yield return $"run: restarts of the fleet: {fleetRestarts}; counted is what came after the last one. "
                + "Of before, what the boards had in flash is sent too, and what they had in memory is lost";
        }

        long delivered = fleet.Receivers.Sum(receiver => receiver.Delivered);
        long reported = fleet.Receivers.Sum(receiver => receiver.Reported);
        yield return $"run: {fleet.Attested} beacons attested; sightings delivered by the radio {delivered}, "
            + $"put into records {reported}, stored {stored.Values.Sum()}";
        long queued = fleet.Receivers.Sum(receiver => receiver.Queued);
        if (queued > 0)
            yield return $"run: {queued} records are still in the beacons' queues; "
                + "the next run with this --data sends them";
    }

    /// <summary>SHA-256 over the lines, sorted by their bytes, each ended by a line feed.</summary>
    private static string Digest(List<string> lines)
    {
        lines.Sort(StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string line in lines)
            hash.AppendData(Encoding.ASCII.GetBytes(line + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
