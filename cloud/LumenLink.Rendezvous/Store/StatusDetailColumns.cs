using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Store;

/// <summary>The columns of beacon_status that hold details: names, values and reading in one order.</summary>
internal static class StatusDetailColumns
{
    private static readonly string[] Names =
    [
        "transport_kind", "transport_index",
        "advertise_tenths", "ble_scan_tenths", "wifi_scan_tenths",
        "filtered_rssi", "filtered_address", "filtered_service", "filtered_manufacturer", "filtered_unchanged",
        "connects", "connect_failures", "receipts_missed", "downlink_refused",
        "security_level",
        "config_version",
        "radio_faults", "chip_faults", "torn_records", "other_faults",
        "eid_period",
    ];

    /// <summary>The names, for an INSERT or a SELECT.</summary>
    public static string List { get; } = string.Join(", ", Names);

    /// <summary>The parameters of an INSERT.</summary>
    public static string Parameters { get; } = string.Join(", ", Names.Select(name => "@" + name));

    /// <summary>The assignments of an upsert.</summary>
    public static string Assignments { get; } =
        string.Join(", ", Names.Select(name => $"{name} = excluded.{name}"));

    /// <summary>Sets the parameters.</summary>
    public static SqlStatement WithDetails(this SqlStatement statement, StatusDetailValues details)
    {
        uint?[] values =
        [
            (uint?)details.Transport?.Kind, details.Transport?.Index,
            details.RadioDuty?.AdvertiseTenths, details.RadioDuty?.BleScanTenths, details.RadioDuty?.WifiScanTenths,
            details.Filtered?.Rssi, details.Filtered?.Address, details.Filtered?.Service,
            details.Filtered?.Manufacturer, details.Filtered?.Unchanged,
            details.Link?.Connects, details.Link?.ConnectFailures, details.Link?.ReceiptsMissed,
            details.Link?.DownlinkRefused,
            (uint?)details.SecurityLevel,
            details.ConfigVersion,
            details.Faults?.Radio, details.Faults?.Chip, details.Faults?.TornRecords, details.Faults?.Other,
            details.EidPeriod,
        ];
        for (int i = 0; i < Names.Length; i++)
            statement.With(Names[i], values[i]);
        return statement;
    }

    /// <summary>Reads them from the column that is the first of them.</summary>
    public static StatusDetailValues Read(SqlRow row, int first)
    {
        return new StatusDetailValues(
            Has(0) ? new StatusTransport((TransportKind)Number(0), (byte)Number(1)) : null,
            Has(2) ? new StatusRadioDuty(Number(2), Number(3), Number(4)) : null,
            Has(5) ? new StatusFiltered(Number(5), Number(6), Number(7), Number(8), Number(9)) : null,
            Has(10) ? new StatusLink(Number(10), Number(11), Number(12), Number(13)) : null,
            Has(14) ? (KeyHome)Number(14) : null,
            Has(15) ? Number(15) : null,
            Has(16) ? new StatusFaults(Number(16), Number(17), Number(18), Number(19)) : null,
            Has(20) ? Number(20) : null);

        bool Has(int column) => !row.IsNull(first + column);
        uint Number(int column) => row.UInt(first + column);
    }
}
