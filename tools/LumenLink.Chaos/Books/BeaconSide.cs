using System.Security.Cryptography;
using System.Text.Json;
using LumenLink.Cli.Provisioning;
using LumenLink.Cli.Up;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Simulator.Fleet;

namespace LumenLink.Chaos.Books;

/// <summary>What the beacons say of their records when all is over.</summary>
/// <param name="Receipted">Records that a receipt let go.</param>
/// <param name="GaveWay">Records that gave way to a queue's bound.</param>
/// <param name="Queued">Records that are in a queue and wait for their receipt, or for what became of it.</param>
/// <param name="Refused">Beacons that the service refused, by name.</param>
internal sealed record BeaconSide(
    IReadOnlyDictionary<RecordId, RecordSums> Receipted,
    IReadOnlyDictionary<RecordId, RecordSums> GaveWay,
    IReadOnlyDictionary<RecordId, RecordSums> Queued,
    IReadOnlyList<string> Refused)
{
    /// <summary>
    /// Reads books and flash of the boards. A board whose queue was empty when the fleet ended has had receipts for all
    /// that its flash still holds.
    /// </summary>
    /// <param name="folder">Run folder.</param>
    /// <param name="boards">The boards.</param>
    public static BeaconSide Read(RunFolder folder, IReadOnlyList<string> boards)
    {
        Dictionary<string, long> queued = ReadReport(folder, out List<string> refused);
        ReportReader reader = new();
        Dictionary<RecordId, RecordSums> receipted = [];
        Dictionary<RecordId, RecordSums> gaveWay = [];
        Dictionary<RecordId, RecordSums> waiting = [];
        foreach (string board in boards)
        {
            long beacon = BeaconOf(folder.Enrolment(board));
            string own = Path.GetDirectoryName(folder.BoardChip(board))!;
            foreach (QueueEntry entry in QueueBooks.Read(Path.Combine(own, "books")))
            {
                (entry.Exit == QueueExit.Receipted ? receipted : gaveWay)
                    [new RecordId(beacon, entry.Boot, entry.Sequence)] = entry.Sums;
            }

            bool isDrained = queued.TryGetValue(board, out long count) && count == 0;
            foreach (string segment in QueueSegments.Of(Path.Combine(own, "flash")))
            {
                foreach ((long boot, long sequence, byte[] record) in QueueSegments.Read(segment))
                {
                    RecordId id = new(beacon, boot, sequence);
                    if (!receipted.ContainsKey(id))
                        (isDrained ? receipted : waiting)[id] = RecordSums.Of(record, reader);
                }
            }
        }

        return new BeaconSide(receipted, gaveWay, waiting, refused);
    }

    /// <summary>What waits at each board by its own word; empty when the fleet left no report.</summary>
    private static Dictionary<string, long> ReadReport(RunFolder folder, out List<string> refused)
    {
        refused = [];
        if (!File.Exists(folder.FleetReport)) return [];
        using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(folder.FleetReport));
        refused.AddRange(
            report.RootElement.GetProperty("refused").EnumerateArray()
                .Select(board => board.GetProperty("receiver").GetString()!));
        return FleetReport.Read(folder.FleetReport).Receivers
            .ToDictionary(board => board.Receiver, board => board.Queued);
    }

    private static long BeaconOf(string enrolmentFile)
    {
        using JsonDocument enrolment = JsonDocument.Parse(File.ReadAllBytes(enrolmentFile));
        byte[] key = enrolment.RootElement.GetProperty("public_key").GetBytesFromBase64();
        return unchecked((long)BeaconId.FromBytes(SHA256.HashData(key)).Value);
    }
}
