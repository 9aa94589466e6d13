using System.Globalization;
using LumenLink.Protocol;
using static LumenLink.Tests.Protocol.VectorMaker.Mutation;

namespace LumenLink.Tests.Protocol.VectorMaker;

/// <summary>Records frames that hold a status.</summary>
internal static class StatusVectors
{
    // Offsets in the frame of one status: header 0, group's form 6, record 7 (form 15), body 17.
    private const int Body = 17;

    public static IEnumerable<Vector> Make(byte[] key)
    {
        byte[] plain = Frame(PlainBody());
        byte[] details = [.. PlainBody(), .. AllDetails()];
        byte[] transport = [1, 2, 1, 0];
        byte[] Frame(byte[] body) => RecordsVectors.Frame(
            key, [(Exchange.Boot, 1, [RecordsVectors.Header(1, RecordKind.Status, body, captureTicks: 60_000)])]);
        Vector Good(string name, params byte[] more) => Sealed(name, Frame([.. PlainBody(), .. more]), key);
        Vector Refused(string name, byte[] frame) =>
            Sealed(name, frame.Seal(key), key) with { Refusal = nameof(RefusalReason.BodyMalformed) };
        Vector Bad(string name, params byte[] more) => Refused(name, Frame([.. PlainBody(), .. more]));
        return
        [
            Good("status"),
            Sealed("status_details", Frame(details), key),
            Sealed("status_boot_reason_unknown", plain.With(Body + 8, 200).Seal(key), key),
            Good("status_detail_unknown", [0, 0, 200, 3, 1, 2, 3, .. transport, 200, 1, 9]),
            Good("status_values_unknown", [1, 2, 77, 255, 5, 1, 99]),
            Good("status_detail_zeros", [1, 2, 0, 0]),
            Refused("version_length_33", plain.With(Body + 38, 33)),
            Refused("version_length_behind_end", plain.With(Body + 38, 6)),
            Refused("version_not_ascii", plain.With(Body + 39, 0x1F)),
            Bad("detail_without_length", 1),
            Bad("detail_behind_end", 200, 3, 1, 2),
            Bad("detail_known_behind_end", 1, 2, 1),
            Bad("detail_too_short", 2, 11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
            Bad("detail_too_long", 1, 3, 1, 0, 0),
            Bad("detail_empty", 5, 0),
            Bad("detail_twice", [.. transport, 200, 0, .. transport]),
        ];
    }

    /// <summary>A status record as a vector says it: see the file's note.</summary>
    public static string Line(uint boot, RecordView record)
    {
        Assert.Equal(WireError.None, StatusReader.Read(record.Body, out StatusReader status));
        StatusDetailValues d = status.Details;
        return string.Create(
            CultureInfo.InvariantCulture, $"{boot},{record.Sequence},{(int)status.BootReason}")
            + Numbers(1, (byte?)d.Transport?.Kind, d.Transport?.Index)
            + Numbers(2, d.RadioDuty?.AdvertiseTenths, d.RadioDuty?.BleScanTenths, d.RadioDuty?.WifiScanTenths)
            + Numbers(
                3, d.Filtered?.Rssi, d.Filtered?.Address, d.Filtered?.Service, d.Filtered?.Manufacturer,
                d.Filtered?.Unchanged)
            + Numbers(
                4, d.Link?.Connects, d.Link?.ConnectFailures, d.Link?.ReceiptsMissed, d.Link?.DownlinkRefused)
            + Numbers(5, (byte?)d.SecurityLevel)
            + Numbers(6, d.ConfigVersion)
            + Numbers(7, d.Faults?.Radio, d.Faults?.Chip, d.Faults?.TornRecords, d.Faults?.Other)
            + Numbers(8, d.EidPeriod);
    }

    public static byte[] Status(uint sequence)
    {
        byte[] record = new byte[WireLimits.MaxRecordBytes];
        RecordHeader header = new() { Sequence = sequence };
        header.SetTime(60_000, 0);
        return record[..Plain().WriteRecord(record, 0, header)];
    }

    private static string Numbers(int id, params uint?[] numbers) => numbers[0] is null
        ? string.Empty
        : string.Create(CultureInfo.InvariantCulture, $" {id}:{string.Join(',', numbers)}");

    private static byte[] PlainBody()
    {
        byte[] buffer = new byte[StatusBody.MaxSize];
        return buffer[..Plain().Write(buffer, 0)];
    }

    /// <summary>Every detail, each number another one.</summary>
    private static byte[] AllDetails()
    {
        StatusBody body = new();
        StatusDetails details = body.Details;
        details.TransportKind = TransportKind.Http;
        details.TransportIndex = 1;
        uint number = 0x01020300;
        details.AdvertiseTenths = ++number;
        details.BleScanTenths = ++number;
        details.WifiScanTenths = ++number;
        details.FilteredByRssi = ++number;
        details.FilteredByAddress = ++number;
        details.FilteredByService = ++number;
        details.FilteredByManufacturer = ++number;
        details.FilteredUnchanged = ++number;
        details.Connects = ++number;
        details.ConnectFailures = ++number;
        details.ReceiptsMissed = ++number;
        details.DownlinkRefused = ++number;
        details.SecurityLevel = KeyHome.SoftwareKey;
        details.ConfigVersion = ++number;
        details.RadioFaults = ++number;
        details.ChipFaults = ++number;
        details.TornRecords = ++number;
        details.OtherFaults = ++number;
        details.EidPeriod = ++number;
        byte[] buffer = new byte[StatusBody.MaxSize];
        return buffer[StatusBody.FixedSize..body.Write(buffer, 0)];
    }

    private static StatusBody Plain()
    {
        StatusBody body = new()
        {
            UptimeMs = 60_000,
            BootReason = BootReason.Power,
            HeapFreeBytes = 43_210,
            QueueRecords = 3,
            QueueBytes = 900,
            DroppedRecords = 1,
            DroppedSightings = 2,
            StaleEvents = 4,
            WifiRssiDbm = -61,
        };
        Assert.True(body.FirmwareVersion.Set("0.1.0"));
        return body;
    }
}
