using LumenLink.Protocol;
using static LumenLink.Tests.Protocol.VectorMaker.Mutation;

namespace LumenLink.Tests.Protocol.VectorMaker;

internal static class RecordsVectors
{
    // Offsets in the min frame: header 0, group_count 6, group 7 (boot, floor 11, record_count 15), record 16
    // (sequence, kind 20, clock 21, capture_ticks 22, epoch 30, length 38), body 40.
    private const int Record = 16;
    private const int Body = Record + 24;

    public static VectorFile Make(Exchange exchange)
    {
        byte[] key = exchange.Keys.UpKey.ToArray();
        byte[] ok = Frame(
            key, [(Exchange.Boot - 1, 40, [Report(41, 1, 3)]), (Exchange.Boot, 1, [Report(1, 2, 5), Status(2)])]);
        byte[] min = Frame(key, [(1, 1, [Header(1, RecordKind.Report, [0, 0, 0, 0])])]);
        byte[] full = Report(1, 1, WireLimits.MaxSightingsPerWindow);
        byte[] status = Frame(key, [(Exchange.Boot, 1, [Status(1)])]);
        byte[] report = Frame(key, [(Exchange.Boot, 1, [Report(1, 1, 2)])]);
        byte[] manyGroups = Frame(key, Enumerable.Range(1, 8).Select(i => ((uint)i, 1u, Tiny(i == 8 ? 32 : 1))));
        int tag = FrameTag.Offset(ok.Length);
        Vector Wrong(string name, byte[] frame, WireError error) => Sealed(name, frame.Seal(key), key, error);
        Vector Refused(string name, byte[] frame, RefusalReason reason) =>
            Sealed(name, frame.Seal(key), key) with { Refusal = reason.ToString() };
        List<Vector> vectors =
        [
            Sealed("ok", ok, key),
            Sealed("min", min, key),
            Sealed("max_sightings", Frame(key, [(WireLimits.MaxBoot, 1, [full])]), key),
            Sealed("max_groups_and_records", manyGroups, key),
            Sealed("max_bytes", Fill(report).Seal(key), key),
            Sealed("max_windows", Frame(key, [(1, 1, [ManyWindows(32)])]), key),
            Sealed("status", status, key),
            Sealed("extension", ok.Insert(tag, 0xEE, 3, 1, 2, 3).Seal(key), key),
            Sealed("bad_tag", ok.With(tag, (byte)(ok[tag] ^ 0x80)), key) with { Verify = "TagMismatch" },
            Bad("truncated", min[..^1], WireError.TooShort),
            Wrong("session_missing", ok.With(2, 0, 0, 0, 0), WireError.SessionMissing),
            Wrong("group_count_0", ok.With(6, 0), WireError.CountInvalid),
            Wrong("group_count_9", ok.With(6, 9), WireError.CountInvalid),
            Wrong("group_behind_end", min.With(6, 2), WireError.TooShort),
            Wrong("boot_zero", min.With(7, 0, 0, 0, 0), WireError.ValueInvalid),
            Wrong("boot_over_counter", min.With(7, 0, 0, 0x20, 0), WireError.ValueInvalid),
            Wrong("boot_twice", manyGroups.With(7, 2), WireError.Repeated),
            Wrong("floor_zero", min.With(11, 0), WireError.ValueInvalid),
            Wrong("record_count_0", min.With(15, 0), WireError.CountInvalid),
            Wrong("record_count_33", min.With(15, 33), WireError.CountInvalid),
            Wrong("record_behind_end", min.With(15, 2), WireError.TooShort),
            Wrong("sequence_zero", min.With(Record, 0), WireError.ValueInvalid),
            Wrong("sequence_below_floor", min.With(11, 2), WireError.ValueInvalid),
            Wrong("length_1513", min.With(38, 0xE9, 0x05), WireError.LengthInvalid),
            Wrong("length_behind_end", min.With(38, 5), WireError.TooShort),
            Wrong("extension_broken", ok.Insert(tag, 0xEE, 4, 1, 2, 3), WireError.ExtensionMalformed),
            Bad("too_long", [.. Fill(ok), 0], WireError.TooLong),
        ];
        vectors.AddRange(
        [
            Refused("kind_unknown", min.With(20, 9), RefusalReason.KindUnknown),
            Refused("clock_2", min.With(21, 2), RefusalReason.BodyMalformed),
            Refused("epoch_without_clock", min.With(30, 1), RefusalReason.BodyMalformed),
            Refused("addressing_2", min.With(Body, 2), RefusalReason.BodyMalformed),
            Refused("raw_with_day", min.With(Body, 1, 1), RefusalReason.BodyMalformed),
            Refused("window_count_33", min.With(Body + 3, 33), RefusalReason.BodyMalformed),
            Refused("window_behind_end", min.With(Body + 3, 1), RefusalReason.BodyMalformed),
            Refused("report_with_more", report.With(Body + 3, 0), RefusalReason.BodyMalformed),
            Refused("radio_3", report.With(Body + 4, 3), RefusalReason.BodyMalformed),
            Refused("sighting_count_187", report.With(Body + 4 + 13, 187), RefusalReason.BodyMalformed),
            Refused("sighting_behind_end", report.With(Body + 4 + 13, 3), RefusalReason.BodyMalformed),
            Refused("address_type_3", report.With(Body + 4 + 15 + 6, 3), RefusalReason.BodyMalformed),
            Refused("boot_reason_4", status.With(Body + 8, 4), RefusalReason.BodyMalformed),
            Refused("version_length_33", status.With(Body + 38, 33), RefusalReason.BodyMalformed),
            Refused("version_not_ascii", status.With(Body + 39, 0x1F), RefusalReason.BodyMalformed),
        ]);
        return new VectorFile("Records", "README section 4; key is the up key", vectors);
    }

    public static byte[] Frame(byte[] key, IEnumerable<(uint Boot, uint Floor, byte[][] Records)> groups)
    {
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        RecordsFrameWriter writer = new();
        Assert.True(writer.Begin(buffer, 0, buffer.Length, Exchange.SessionId));
        foreach ((uint boot, uint floor, byte[][] records) in groups)
        {
            Assert.True(writer.BeginGroup(boot, floor));
            foreach (byte[] record in records)
            {
                Assert.True(writer.TryAddRecord(record, 0, record.Length));
            }
        }

        return buffer[..writer.Finish()].Seal(key);
    }

    private static byte[] Fill(byte[] frame) =>
        frame.Insert(FrameTag.Offset(frame.Length), FrameVectors.Filling(WireLimits.MaxFrameBytes - frame.Length));

    private static byte[] Report(uint sequence, int windows, int sightings)
    {
        byte[] buffer = new byte[WireLimits.MaxRecordBytes];
        ReportWriter writer = new();
        Assert.True(writer.Begin(buffer, 0, ReportAddressing.Pseudonym, 20782));
        for (int w = 0; w < windows; w++)
        {
            Assert.True(writer.BeginWindow(w % 2 == 0 ? Radio.Ble : Radio.WiFi, (ulong)(10_000 * w)));
            for (int s = 0; s < sightings; s++)
            {
                Assert.True(writer.TryAddSighting(0xA1B2C3D40000UL + (ulong)s, (AddressType)(s % 3), -30 - (s % 70)));
            }

            writer.EndWindow(5000);
        }

        int length = writer.Finish(sequence, true, 12345, Exchange.IssuedUnixMs);
        return buffer[..length];
    }

    private static byte[] ManyWindows(int count)
    {
        byte[] windows = [];
        for (int i = 0; i < count; i++)
        {
            windows = [.. windows, .. new byte[15].With(0, 1, (byte)i)];
        }

        return Header(1, RecordKind.Report, [1, 0, 0, (byte)count, .. windows]);
    }

    private static byte[] Status(uint sequence)
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
        byte[] buffer = new byte[WireLimits.MaxRecordBytes];
        return buffer[..body.WriteRecord(buffer, 0, new RecordHeader { Sequence = sequence, CaptureTicks = 60_000 })];
    }

    private static byte[][] Tiny(int count) =>
        [.. Enumerable.Range(1, count).Select(i => Header((uint)i, RecordKind.Report, [0, 0, 0, 0]))];

    private static byte[] Header(uint sequence, RecordKind kind, byte[] body)
    {
        byte[] record = new byte[RecordHeader.Size + body.Length];
        RecordHeader header = new() { Sequence = sequence, Kind = kind, BodyLength = body.Length };
        Assert.Equal(RecordHeader.Size, header.Write(record, 0));
        body.CopyTo(record, RecordHeader.Size);
        return record;
    }
}
