using System.Buffers.Binary;
using System.Globalization;

namespace LumenLink.Simulator.Fleet;

/// <summary>
/// The segments of a board's queue as its flash has them, read without the firmware's code: entries of length u16,
/// CRC u32, record; a record begins with its sequence, u24.
/// </summary>
internal static class QueueSegments
{
    private const int PrefixBytes = 6;

    /// <summary>The segment files on a board's flash.</summary>
    /// <param name="flash">Folder of its drive.</param>
    public static IEnumerable<string> Of(string flash)
    {
        string queue = Path.Combine(flash, "queue");
        return Directory.Exists(queue) ? Directory.EnumerateFiles(queue, "*.seg") : [];
    }

    /// <summary>The records of a segment, with their identities.</summary>
    public static List<(long Boot, long Sequence, byte[] Record)> Read(string file)
    {
        long boot = long.Parse(Path.GetFileName(file)[..8], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        byte[] segment = File.ReadAllBytes(file);
        List<(long, long, byte[])> records = [];
        for (int at = 0, length; at < segment.Length; at += PrefixBytes + length)
        {
            length = BinaryPrimitives.ReadUInt16LittleEndian(segment.AsSpan(at));
            byte[] record = segment.AsSpan(at + PrefixBytes, length).ToArray();
            records.Add((boot, record[0] | (record[1] << 8) | (record[2] << 16), record));
        }

        return records;
    }
}
