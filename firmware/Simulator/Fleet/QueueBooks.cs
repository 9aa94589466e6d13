using System.Globalization;
using System.Text;
using LumenLink.Protocol;

namespace LumenLink.Simulator.Fleet;

/// <summary>Why a record left a board's queue.</summary>
internal enum QueueExit
{
    /// <summary>A receipt named it.</summary>
    Receipted,

    /// <summary>It gave way to the queue's bound.</summary>
    GaveWay,
}

/// <summary>One line of the books.</summary>
/// <param name="Exit">Why the record left.</param>
/// <param name="Boot">Its boot.</param>
/// <param name="Sequence">Its sequence.</param>
/// <param name="Sums">Its sightings.</param>
internal readonly record struct QueueEntry(QueueExit Exit, long Boot, long Sequence, RecordSums Sums);

/// <summary>
/// The books of a board: every record that its queue let go, written to a file of the host before the segment is
/// deleted. The queue deletes a segment when receipts named all of its records, or when it is at its bound.
/// </summary>
/// <param name="flash">Folder of the board's drive.</param>
/// <param name="file">The books; they go on where a killed process left them.</param>
/// <param name="maxSegments">Segments that the queue may have: a deletion below that is a receipt's.</param>
internal sealed class QueueBooks(string flash, string file, int maxSegments) : ISimFlashFaults
{
    private const char Between = ' ';
    private const int Fields = 6;

    /// <inheritdoc/>
    public FlashFault Before(FlashOperation operation, string path, int bytes)
    {
        if (operation == FlashOperation.Delete && path.EndsWith(".seg", StringComparison.Ordinal))
            Write(flash + path[2..].Replace('\\', '/'));
        return FlashFault.None;
    }

    /// <summary>Reads them; a line that a kill left unfinished is not there: its segment was not deleted.</summary>
    public static IEnumerable<QueueEntry> Read(string file)
    {
        if (!File.Exists(file)) yield break;
        foreach (string line in File.ReadLines(file))
        {
            string[] fields = line.Split(Between);
            if (fields.Length != Fields + 1 || fields[^1] != ".") continue;
            long[] numbers =
                [.. fields.Skip(1).SkipLast(1).Select(one => long.Parse(one, CultureInfo.InvariantCulture))];
            yield return new QueueEntry(
                Enum.Parse<QueueExit>(fields[0]), numbers[0], numbers[1],
                new RecordSums(numbers[2], numbers[3], numbers[4]));
        }
    }

    private void Write(string segment)
    {
        if (!File.Exists(segment)) return;
        QueueExit exit =
            QueueSegments.Of(flash).Count() >= maxSegments ? QueueExit.GaveWay : QueueExit.Receipted;
        ReportReader reader = new();
        StringBuilder lines = new("\n"); // ends what a kill left unfinished
        foreach ((long boot, long sequence, byte[] record) in QueueSegments.Read(segment))
        {
            RecordSums sums = RecordSums.Of(record, reader);
            lines.Append(
                CultureInfo.InvariantCulture,
                $"{exit} {boot} {sequence} {sums.Count} {sums.Addresses} {sums.RssiDbm} .\n");
        }

        using FileStream books = new(file, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        books.Write(Encoding.ASCII.GetBytes(lines.ToString()));
    }
}
