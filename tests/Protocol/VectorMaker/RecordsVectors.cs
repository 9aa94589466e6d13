using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LumenLink.Protocol;
using static LumenLink.Tests.Protocol.VectorMaker.Mutation;

namespace LumenLink.Tests.Protocol.VectorMaker;

internal static class RecordsVectors
{
    // Offsets in the min frame: header 0, group's form 6, record 7 (sequence, time_ms 10, form 15). In the
    // frame of an other boot: group's form 6, boot 7, floor 10, record 13.
    private const int Record = 7;

    private const string Note = "README section 4; key is the up key. sightings_sha256 is over the lines "
        + "'boot,sequence,key_day,radio,open_ms,duration_ms,address,address_type,rssi_dbm', "
        + "boot 0 for the session's own, address as 12 hex digits, the rest decimal, and of extras "
        + "'boot,sequence,radio,address,extra,value', all sorted, each ended by a line feed. statuses are lines "
        + "'boot,sequence,boot_reason' with ' detail:number,number' for each known detail, in order of their ids; "
        + "diagnostics are 'boot,sequence,text'";

    public static VectorFile Make(Exchange exchange)
    {
        byte[] key = exchange.Keys.UpKey.ToArray();
        byte[] ok = Frame(
            key,
            [
                (Exchange.Boot - 1, 40, [Report(41, 1, 3)]),
                (Exchange.Boot, 1, [Report(1, 2, 5), StatusVectors.Status(2)]),
            ]);
        byte[] min = Frame(key, [(Exchange.Boot, 1, [Header(1, RecordKind.Report, [0x01])])]);
        byte[] other = Frame(key, [(1, 1, [Header(2, RecordKind.Report, [0x01])])]);
        byte[] full = Full();
        byte[] report = Frame(key, [(Exchange.Boot, 1, [Report(1, 1, 2)])]);
        byte[] manyGroups = Frame(key, Enumerable.Range(1, 8).Select(i => ((uint)i, 1u, Tiny(i == 8 ? 32 : 1))));
        int tag = FrameTag.Offset(ok.Length);
        Vector Wrong(string name, byte[] frame, WireError error) => Sealed(name, frame.Seal(key), key, error);
        byte[] Malformed(byte[] body) =>
            Frame(key, [(Exchange.Boot, 1, [Header(1, RecordKind.Report, body, captureTicks: 20_000)])]);
        Vector Refused(string name, byte[] frame, RefusalReason reason) =>
            Sealed(name, frame.Seal(key), key) with { Refusal = reason.ToString() };
        List<Vector> vectors =
        [
            Sealed("ok", ok, key),
            Sealed("min", min, key),
            Sealed("max_sightings", Frame(key, [(WireLimits.MaxBoot, 1, [full])]), key),
            Sealed("max_groups_and_records", manyGroups, key),
            Sealed("max_bytes", Fill(report).Seal(key), key),
            Sealed("max_windows", Frame(key, [(1, 1, [ManyWindows()])]), key),
            Sealed("extras", Frame(key, [(Exchange.Boot, 1, [WithExtras()])]), key),
            Sealed("extras_unknown", Malformed(Block(Columns((9, 5, 1, 17), (15, 64, 1, 5)), extras: 1)), key),
            Sealed("extension", ok.Insert(tag, 0xEE, 3, 1, 2, 3).Seal(key), key),
            Sealed("bad_tag", ok.With(tag, (byte)(ok[tag] ^ 0x80)), key) with { Verify = "TagMismatch" },
            Bad("truncated", min[..^1], WireError.TooShort),
            Wrong("session_missing", ok.With(2, 0, 0, 0, 0), WireError.SessionMissing),
            Sealed("other_boot", other, key),
            Wrong("groups_9", manyGroups.Insert(6, manyGroups[6..21].With(1, 9)), WireError.CountInvalid),
            Wrong("group_behind_end", min.With(6, 0x80), WireError.TooShort),
            Wrong("boot_zero", other.With(7, 0, 0, 0), WireError.ValueInvalid),
            Wrong("boot_over_counter", other.With(7, 0, 0, 0x20), WireError.ValueInvalid),
            Wrong("boot_twice", manyGroups.With(7, 2), WireError.Repeated),
            Wrong("floor_zero", other.With(10, 0), WireError.ValueInvalid),
            Wrong("floor_is_first_sequence", other.With(10, 2), WireError.ValueInvalid),
            Wrong("record_behind_end", min.With(6, 1), WireError.TooShort),
            Wrong("sequence_zero", min.With(Record, 0), WireError.ValueInvalid),
            Wrong("sequence_below_floor", other.With(10, 3), WireError.ValueInvalid),
            Wrong("length_1527", min.With(15, 0xF7, 0x15), WireError.LengthInvalid),
            Wrong("length_behind_end", min.With(15, 2), WireError.TooShort),
            Wrong("extension_broken", ok.Insert(tag, 0xEE, 4, 1, 2, 3), WireError.ExtensionMalformed),
            Bad("too_long", [.. Fill(ok), 0], WireError.TooLong),
        ];
        vectors.AddRange(
        [
            Refused("kind_unknown", min.With(16, 0x90), RefusalReason.KindUnknown),
            Refused("report_without_bytes", Malformed([]), RefusalReason.BodyMalformed),
            Refused("raw_with_day", Malformed([0x03, 0x00, 0x00]), RefusalReason.BodyMalformed),
            Refused("no_day_and_no_clock", Malformed([0x00]), RefusalReason.BodyMalformed),
            Refused("fill_not_zero", Malformed([0x81]), RefusalReason.BodyMalformed),
            Refused("report_with_more", Malformed([0x01, 0x00]), RefusalReason.BodyMalformed),
            Refused("block_behind_end", Malformed([0x05]), RefusalReason.BodyMalformed),
            Refused("window_before_boot", Malformed(Block(NoRows, endGap: 100_000)), RefusalReason.BodyMalformed),
            Refused("duration_negative", Malformed(Block(NoRows, duration: -10_001)), RefusalReason.BodyMalformed),
            Refused("extras_of_no_address", Malformed(Block(NoRows, extras: 1)), RefusalReason.BodyMalformed),
            Refused("extras_of_no_kind", Malformed(Block(Columns(), extras: 1)), RefusalReason.BodyMalformed),
            Refused("extras_width_wrong", Malformed(Block(Columns((2, 7, 1, 5)), extras: 1)),
                RefusalReason.BodyMalformed),
            Refused("extras_column_empty", Malformed(Block(Columns((2, 8, 0, 5)), extras: 1)),
                RefusalReason.BodyMalformed),
            Refused("extras_not_rising", Malformed(Block(Columns((2, 8, 1, 5), (2, 8, 1, 5)), extras: 1)),
                RefusalReason.BodyMalformed),
            Refused("address_count_65", Malformed(Block(NoRows, addresses: 65)), RefusalReason.BodyMalformed),
            Refused("address_over_48_bits", Malformed(Block(Rows(zeros: 2))), RefusalReason.BodyMalformed),
            Refused("address_type_3", Malformed(Block(Rows(ownType: 3))), RefusalReason.BodyMalformed),
            Refused("heard_in_no_window", Malformed(Block(Rows(presence: 0), windows: 2)), RefusalReason.BodyMalformed),
            Refused("quotient_over_escape", Malformed(Block(Rows(quotient: 8))), RefusalReason.BodyMalformed),
            Refused("rssi_over_127", Malformed(Block(Rows(signal: 400))), RefusalReason.BodyMalformed),
        ]);
        vectors.AddRange(StatusVectors.Make(key));
        vectors.AddRange(DiagnosticsVectors.Make(key));
        return new VectorFile("Records", Note, [.. vectors.Select(WithSightings)]);
    }

    public static byte[] Frame(byte[] key, IEnumerable<(uint Boot, uint Floor, byte[][] Records)> groups)
    {
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        RecordsFrameWriter writer = new();
        Assert.True(writer.Begin(buffer, 0, buffer.Length, Exchange.SessionId, Exchange.Boot));
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

    private static Vector WithSightings(Vector vector)
    {
        if (vector.Error != "None" || vector.Refusal is not null
            || RecordsFrameReader.Read(vector.Bytes, out RecordsFrameReader reader) != WireError.None)
        {
            return vector;
        }

        List<string> lines = [];
        int extras = 0;
        ReportReader report = new();
        List<string> statuses = [];
        List<string> diagnostics = [];
        foreach (RecordGroup group in reader)
        {
            foreach (RecordView record in group)
            {
                if (record.Kind == RecordKind.Status)
                {
                    statuses.Add(StatusVectors.Line(group.Boot, record));
                    continue;
                }

                if (record.Kind == RecordKind.Diagnostics)
                {
                    string text = Encoding.ASCII.GetString(record.Body);
                    diagnostics.Add(string.Create(
                        CultureInfo.InvariantCulture, $"{group.Boot},{record.Sequence},{text}"));
                    continue;
                }

                Assert.Equal(WireError.None, report.Read(record));
                for (int i = 0; i < report.SightingCount; i++)
                {
                    Sighting s = report[i];
                    ReportWindow window = report.Windows[s.Window];
                    lines.Add(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{group.Boot},{record.Sequence},{report.KeyDay},{(int)window.Radio},{window.OpenMs},"
                            + $"{window.DurationMs},{s.Address:x12},{(int)s.AddressType},{s.RssiDbm}\n"));
                }

                foreach (AddressExtra extra in report.Extras)
                {
                    extras++;
                    lines.Add(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{group.Boot},{record.Sequence},{(int)extra.Radio},{extra.Address:x12},{(int)extra.Kind},"
                            + $"{extra.Value}\n"));
                }
            }
        }

        lines.Sort(StringComparer.Ordinal);
        byte[] digest = SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(lines)));
        return vector with
        {
            Sightings = lines.Count - extras,
            SightingsSha256 = Convert.ToHexStringLower(digest),
            Statuses = statuses.Count > 0 ? statuses : null,
            Diagnostics = diagnostics.Count > 0 ? diagnostics : null,
        };
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
                Assert.True(writer.TryAddSighting(
                    0xA1B2C3D40000UL + ((ulong)s << 20), (AddressType)(s % 3), -30 - (7 * s) - w));
            }

            writer.EndWindow(5000);
        }

        int length = writer.Finish(sequence, (ulong)(10_000 * windows) + 2_345, Exchange.IssuedUnixMs);
        return buffer[..length];
    }

    /// <summary>As many addresses, windows and odd signals as a record takes, of both radios.</summary>
    private static byte[] Full()
    {
        byte[] buffer = new byte[WireLimits.MaxRecordBytes];
        ReportWriter writer = new();
        Assert.True(writer.Begin(buffer, 0, ReportAddressing.Pseudonym, 20782));
        for (int w = 0; writer.BeginWindow(w % 4 == 3 ? Radio.WiFi : Radio.Ble, (ulong)(10_000 * w)); w++)
        {
            for (int s = 0; s < WireLimits.MaxAddressesPerBlock; s++)
            {
                ulong address = (ulong)s * 0x03A1B2C3D4E5UL;
                if (!writer.TryAddSighting(address, (AddressType)(s % 3), -128 + (((s * 37) + (w * 101)) % 256)))
                {
                    break;
                }
            }

            writer.EndWindow(9000);
        }

        return buffer[..writer.Finish(1, 400_000, Exchange.IssuedUnixMs)];
    }

    private static byte[] ManyWindows()
    {
        byte[] buffer = new byte[WireLimits.MaxRecordBytes];
        ReportWriter writer = new();
        Assert.True(writer.Begin(buffer, 0, ReportAddressing.Raw, 0));
        for (int w = 0; w < 2 * WireLimits.MaxWindowsPerBlock; w++)
        {
            Assert.True(writer.BeginWindow(w % 2 == 0 ? Radio.Ble : Radio.WiFi, (ulong)(10_000 * w)));
            writer.EndWindow(w % 2 == 0 ? 7000u : 2000u);
        }

        return buffer[..writer.Finish(1, 400_000, 0)];
    }

    /// <summary>A raw report with one BLE block, made bit by bit: none of the writer's rules hold.</summary>
    private static byte[] Block(
        Action<BitWriter> rows, int windows = 1, uint endGap = 0, int duration = 0, uint addresses = 0, uint extras = 0)
    {
        byte[] buffer = new byte[WireLimits.MaxRecordBytes];
        BitWriter bits = new();
        bits.Begin(buffer, 0, buffer.Length);
        bits.Bits(0b0101, 4); // raw, has_ble
        bits.Bits((uint)(windows - 1), ReportCoding.WindowCountBits);
        bits.Bits(0, ReportCoding.JitterBits);
        bits.ExpGolomb(endGap, ReportCoding.EndGapOrder);
        if (windows > 1)
        {
            bits.ExpGolomb(0, ReportCoding.GapOrder);
        }

        bits.ExpGolomb(BitWriter.ZigZag(duration), ReportCoding.DurationOrder);
        for (int i = 1; i < windows; i++)
        {
            bits.ExpGolomb(0, 0);
            if (i < windows - 1)
            {
                bits.ExpGolomb(0, 0);
            }
        }

        bits.ExpGolomb(addresses > 0 ? addresses : rows == NoRows ? 0u : 1u, ReportCoding.AddressCountOrder);
        bits.Bits(extras, 1);
        rows(bits);
        return buffer[..bits.Finish()];
    }

    /// <summary>One address with its type, presence and signal, each as wrong as asked for.</summary>
    private static Action<BitWriter> Rows(
        int zeros = 0, uint ownType = 0, uint presence = 3, uint signal = 0,
        int quotient = ReportCoding.Escape) => bits =>
    {
        bits.Bits(ReportCoding.TypesMixed, ReportCoding.TypesBits);
        bits.Bits(ownType, ReportCoding.TypesBits);
        if (presence != 3)
        {
            bits.Bits(presence, 2);
        }

        bits.Bits(0, ReportCoding.BaseBits + ReportCoding.RiceBits);
        bits.Bits(5, ReportCoding.AddressOrder(1));
        bits.Unary(zeros);
        bits.Unary(quotient);
        if (quotient == ReportCoding.Escape)
        {
            bits.Bits(signal, ReportCoding.SignalBits);
        }
    };

    /// <summary>One good address, then columns of extras: id, width, has, value.</summary>
    private static Action<BitWriter> Columns(params (uint Id, int Width, uint Has, ulong Value)[] columns) => bits =>
    {
        Rows()(bits);
        foreach ((uint id, int width, uint has, ulong value) in columns)
        {
            bits.Bits(id, ReportCoding.ExtraIdBits);
            bits.Bits((uint)width - 1, ReportCoding.ExtraWidthBits);
            bits.Bits(has, 1);
            bits.Bits(value, has != 0 ? width : 0);
        }

        bits.Bits(0, ReportCoding.ExtraIdBits);
    };

    /// <summary>Every kind of extra, of some addresses of both radios.</summary>
    private static byte[] WithExtras()
    {
        byte[] buffer = new byte[WireLimits.MaxRecordBytes];
        ReportWriter writer = new();
        Assert.True(writer.Begin(buffer, 0, ReportAddressing.Pseudonym, 20782));
        for (int w = 0; w < 3; w++)
        {
            Assert.True(writer.BeginWindow(w == 1 ? Radio.WiFi : Radio.Ble, (ulong)(10_000 * w)));
            for (uint s = 0; s < 5; s++)
            {
                Assert.True(writer.TryAddSighting(0xFEDC_BA98_0000UL - (s * 77_777), AddressType.Random, -50));
                for (uint kind = 1; w < 2 && kind <= (uint)ReportExtra.Fingerprint; kind++)
                {
                    bool isSaid = (s + kind) % 3 == 0;
                    Assert.True(!isSaid || writer.TryAddExtra((ReportExtra)kind, 0xF123_4567_89AB_CDEFUL >> (int)s));
                }
            }

            writer.EndWindow(5000);
        }

        return buffer[..writer.Finish(3, 31_000, Exchange.IssuedUnixMs)];
    }

    private static void NoRows(BitWriter bits)
    {
    }

    private static byte[][] Tiny(int count) =>
        [.. Enumerable.Range(1, count).Select(i => Header((uint)i, RecordKind.Report, [0x01]))];

    public static byte[] Header(uint sequence, RecordKind kind, byte[] body, ulong captureTicks = 0)
    {
        byte[] record = new byte[RecordHeader.Size + body.Length];
        RecordHeader header = new()
        {
            Sequence = sequence,
            Kind = kind,
            BodyLength = body.Length,
        };
        header.SetTime(captureTicks, 0);
        Assert.Equal(RecordHeader.Size, header.Write(record, 0));
        body.CopyTo(record, RecordHeader.Size);
        return record;
    }
}
