using System.Globalization;
using LumenLink.Protocol;
using LumenLink.Tests.Uplink.Support;

namespace LumenLink.Tests.Uplink.Hostile;

/// <summary>
/// What boards' queues said, record by record, and what the service's rows say of the same records, field by field.
/// </summary>
internal sealed class HostileBook
{
    private readonly ReportReader _reports = new();
    private readonly Dictionary<(long Board, long Boot, long Sequence), string> _made = [];

    /// <summary>Takes in the records of a board when they are durable.</summary>
    public void Follow(UplinkBoard board, BoardLedger ledger) => ledger.OnDurable = (record, bytes) =>
        _made[(unchecked((long)board.Id.Value), record.Boot, record.Sequence)] = Describe(bytes);

    /// <summary>What is stored and says else than a board's queue did, or that no board's queue had.</summary>
    public List<string> Differing(IReadOnlyDictionary<(long Board, long Boot, long Sequence), string> stored) =>
    [
        .. stored.Where(pair => _made.GetValueOrDefault(pair.Key) != pair.Value)
            .Select(pair => _made.ContainsKey(pair.Key)
                ? $"record {pair.Key} says {pair.Value}, its board {_made[pair.Key]}"
                : $"record {pair.Key} is stored and no board's queue had it: {pair.Value}"),
    ];

    /// <summary>What a row of sightings is called; in the order of their columns.</summary>
    public static string Row(long radio, long address, long type, long day, long rssi, long durationMs) =>
        string.Create(CultureInfo.InvariantCulture, $"{radio}/{address:x12}/{type}/{day}/{rssi}/{durationMs}");

    /// <summary>What a record is called.</summary>
    public static string Record(long kind, IEnumerable<string> sightings) =>
        $"kind {kind}: {string.Join(' ', sightings.Order(StringComparer.Ordinal))}";

    private string Describe(byte[] record)
    {
        int kind = BitConverter.ToUInt16(record, 8) >> 12;
        if (_reports.Read(record) != WireError.None)
            return Record(kind, []);
        return Record(kind, Enumerable.Range(0, _reports.SightingCount).Select(index =>
        {
            Sighting one = _reports[index];
            ReportWindow window = _reports.Windows[one.Window];
            return Row(
                (long)window.Radio, (long)one.Address, (long)one.AddressType, _reports.KeyDay, one.RssiDbm,
                window.DurationMs);
        }));
    }
}
