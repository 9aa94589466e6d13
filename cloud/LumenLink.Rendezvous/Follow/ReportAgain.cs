using LumenLink.Protocol;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Follow;

/// <summary>
/// Encodes a report once more from its rows, by the writer that beacons use. What rows do not have is not in it: when
/// the record was made (the close of its last window stands for that), windows in which nothing was heard, and extras.
/// </summary>
internal static class ReportAgain
{
    /// <summary>The record, or why it cannot be encoded.</summary>
    /// <param name="rows">All sightings of the record.</param>
    /// <param name="session">The session that placed them, if their times were placed.</param>
    public static (byte[]? Record, string? Fault) Encode(
        IReadOnlyList<FollowedSighting> rows, FollowedSession? session)
    {
        CaptureQuality quality = rows[0].View.Quality;
        int keyDay = rows[0].View.KeyDay;
        if (quality == CaptureQuality.Received || rows.Any(row => row.View.Quality != quality))
            return (null, "it is not known when its windows were open");
        if (quality == CaptureQuality.Placed && session is null)
            return (null, "the session that placed its ticks in time is not kept any more");
        // Ticks count from anywhere when the clock was set: the writer adds what they count from.
        long first = rows.Min(row => row.View.WindowOpenUnixMs);
        long tickZero = quality == CaptureQuality.Placed ? session!.TickZeroUnixMs : first;
        long epoch = quality == CaptureQuality.Placed ? 0 : first;
        if (first < tickZero)
            return (null, "its windows lie before the boot");

        byte[] bytes = new byte[WireLimits.MaxRecordBytes];
        ReportWriter writer = new();
        ReportAddressing addressing = keyDay == 0 ? ReportAddressing.Raw : ReportAddressing.Pseudonym;
        long close = 0;
        bool isWritten = writer.Begin(bytes, 0, addressing, (ushort)keyDay);
        foreach (var window in rows
            .GroupBy(row => (row.View.WindowOpenUnixMs, row.View.Radio, row.DurationMs))
            .OrderBy(group => group.Key.WindowOpenUnixMs).ThenBy(group => group.Key.DurationMs))
        {
            isWritten = isWritten
                && writer.BeginWindow((Radio)window.Key.Radio, (ulong)(window.Key.WindowOpenUnixMs - tickZero))
                && window.All(row => writer.TryAddSighting(
                    (ulong)row.View.Address, (AddressType)row.AddressType, row.View.RssiDbm));
            writer.EndWindow((uint)window.Key.DurationMs);
            close = Math.Max(close, window.Key.WindowOpenUnixMs + window.Key.DurationMs);
        }

        int length = isWritten ? writer.Finish(rows[0].Record.Sequence, (ulong)(close - tickZero), epoch) : 0;
        return length > 0 ? (bytes[..length], null) : (null, "the rows do not fit a record");
    }
}
