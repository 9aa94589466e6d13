using CsCheck;
using LumenLink.Protocol;
using LumenLink.Tests.Protocol.VectorMaker;

namespace LumenLink.Tests.Protocol;

/// <summary>What goes in comes out, whatever it is, split wherever the limits say.</summary>
public sealed class RoundTripTests
{
    private static readonly Gen<ulong> Addresses = Gen.OneOf(
        Gen.ULong[0, (1UL << 48) - 1], Gen.ULong[0, 40], Gen.ULong[(1UL << 48) - 40, (1UL << 48) - 1]);

    private static readonly Gen<Heard> Sightings = Gen.Select(
        Addresses, Gen.OneOf(Gen.SByte, Gen.SByte[-80, -60]), (a, r) => new Heard(a, (AddressType)(a % 3), r));

    // Gaps and durations as a radio makes them, and any that the limits allow.
    private static readonly Gen<HeardWindow> Windows = Gen.Select(
        Gen.Bool,
        Gen.OneOf(Gen.Const(1000u), Gen.UInt[990, 1010], Gen.UInt[0, 2_000_000_000]),
        Gen.OneOf(Gen.Const(9000u), Gen.UInt[8990, 9010], Gen.UInt[0, WireLimits.MaxWindowMs]),
        Sightings.Array[0, 100],
        (ble, gap, duration, heard) => new HeardWindow(ble ? Radio.Ble : Radio.WiFi, gap, duration, heard));

    [Fact]
    public void Sightings_survive_records_and_frames_of_any_size()
    {
        const int least = RecordsFrameWriter.Overhead + WireLimits.MaxRecordBytes;
        Gen.Select(Windows.Array[1, 40], Gen.Int[least, 4000], Gen.Bool)
            .Sample(
                (windows, limit, raw) =>
                {
                    List<(Radio, ulong, uint, Heard)> expected = [];
                    List<byte[]> records = WriteRecords(windows, raw, expected);
                    List<(Radio, ulong, uint, Heard)> read = [];
                    foreach (byte[] frame in WriteFrames(records, limit))
                    {
                        Assert.True(frame.Length <= Math.Min(limit, WireLimits.MaxFrameBytes));
                        Assert.Equal(WireError.None, FrameText.Check(frame));
                        read.AddRange(ReadSightings(frame));
                    }

                    Assert.Equal(expected.Order(), read.Order());
                },
                iter: 300);
    }

    [Fact]
    public void The_fullest_report_fits_its_record_whatever_it_holds()
    {
        Gen.Select(Gen.Int[0, 1], Gen.ULong, Gen.UInt[0, WireLimits.MaxWindowMs]).Array[1, 20]
            .Sample(
                shapes =>
                {
                    // Far-off addresses, signals that alternate between the ends, times that jump: the worst there is.
                    byte[] buffer = new byte[WireLimits.MaxRecordBytes];
                    ReportWriter writer = new();
                    Assert.True(writer.Begin(buffer, 0, ReportAddressing.Pseudonym, 9));
                    ulong ticks = 0;
                    ulong closed = 0;
                    foreach ((int radio, ulong salt, uint duration) in shapes)
                    {
                        ticks += duration * 60UL;
                        if (!writer.BeginWindow(radio == 0 ? Radio.Ble : Radio.WiFi, ticks))
                        {
                            break;
                        }

                        for (ulong i = 0; i < 100; i++)
                        {
                            ulong address = (i * 0x9E3779B97F4AUL) ^ (salt & 0xFF);
                            writer.TryAddSighting(address, (AddressType)(i % 3), (i + ticks) % 2 == 0 ? -128 : 127);
                        }

                        writer.EndWindow(duration);
                        ticks += duration;
                        closed = ticks;
                    }

                    int length = writer.Finish(1, closed, 0);
                    Assert.True(length > 0, $"{(WireError)(-length)}");
                    ReportReader report = new();
                    Assert.Equal(WireError.None, report.Read(buffer.AsSpan(0, length)));
                    Assert.Equal(writer.WindowCount, report.WindowCount);
                    Assert.Equal(writer.SightingCount, report.SightingCount);
                },
                iter: 2000);
    }

    [Fact]
    public void A_record_that_does_not_fit_is_left_for_the_next_frame_whole()
    {
        Heard one = new(5, AddressType.Random, -1);
        byte[] record = WriteRecords([new HeardWindow(Radio.Ble, 1, 2, [one])], true, [])[0];
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        RecordsFrameWriter writer = new();
        for (int spare = 0; spare < record.Length; spare++)
        {
            int limit = RecordsFrameWriter.Overhead - (2 * GroupLayout.FieldSize) + record.Length + spare;
            Assert.True(writer.Begin(buffer, 0, limit, 1, 1) && writer.BeginGroup(1, 1));
            Assert.True(writer.TryAddRecord(record, 0, record.Length));
            Assert.False(writer.TryAddRecord(record, 0, record.Length));
            Assert.Equal(WireError.NoRoom, writer.LastError);
            int length = writer.Finish();
            Assert.Equal(limit - spare, length);
            Assert.Equal(WireError.None, RecordsFrameReader.Read(buffer.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void An_empty_group_leaves_nothing_and_an_empty_frame_is_not_sent()
    {
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        byte[] record = WriteRecords([new HeardWindow(Radio.Ble, 1, 2, [])], true, [])[0];
        RecordsFrameWriter writer = new();
        Assert.True(writer.Begin(buffer, 0, buffer.Length, 1, 1) && writer.BeginGroup(1, 1) && writer.BeginGroup(2, 1));
        Assert.Equal(0, writer.Finish());
        Assert.True(writer.Begin(buffer, 0, buffer.Length, 1, 1) && writer.BeginGroup(1, 1) && writer.BeginGroup(2, 1));
        Assert.True(writer.TryAddRecord(record, 0, record.Length) && writer.BeginGroup(3, 1));
        int length = writer.Finish();
        Assert.Equal(WireError.None, RecordsFrameReader.Read(buffer.AsSpan(0, length), out RecordsFrameReader reader));
        Assert.Equal((1, 1), (reader.GroupCount, reader.RecordCount));
        Assert.Equal(RecordsFrameWriter.Overhead - GroupLayout.FieldSize + record.Length, length);
    }

    [Fact]
    public void A_boot_that_goes_without_saying_is_refused_when_said()
    {
        byte[] record = WriteRecords([new HeardWindow(Radio.Ble, 1, 2, [])], true, [])[0];
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        RecordsFrameWriter writer = new();
        Assert.True(writer.Begin(buffer, 0, buffer.Length, 1, 4) && writer.BeginGroup(3, 1));
        Assert.True(writer.TryAddRecord(record, 0, record.Length) && writer.BeginGroup(4, 1));
        Assert.True(writer.TryAddRecord(record, 0, record.Length));
        byte[] frame = buffer[..writer.Finish()];
        Assert.Equal(WireError.None, RecordsFrameReader.Read(frame, out RecordsFrameReader reader, 4));
        List<uint> boots = [];
        foreach (RecordGroup group in reader)
        {
            boots.Add(group.Boot);
        }

        Assert.Equal([3u, 4u], boots);
        Assert.Equal(WireError.ValueInvalid, RecordsFrameReader.Read(frame, out _, 3));
    }

    [Fact]
    public void The_writer_refuses_what_the_reader_would()
    {
        byte[] buffer = new byte[WireLimits.MaxFrameBytes];
        byte[] record = WriteRecords([new HeardWindow(Radio.Ble, 1, 2, [])], true, [])[0];
        RecordsFrameWriter writer = new();
        Assert.False(writer.Begin(buffer, 0, buffer.Length, 0, 1));
        Assert.False(writer.Begin(buffer, 0, 20, 1, 1));
        Assert.True(writer.Begin(buffer, 0, buffer.Length, 1, 1));
        Assert.False(writer.TryAddRecord(record, 0, record.Length));
        Assert.False(writer.BeginGroup(0, 1));
        Assert.False(writer.BeginGroup(WireLimits.MaxBoot + 1, 1));
        Assert.False(writer.BeginGroup(1, 0));
        Assert.True(writer.BeginGroup(1, 2));
        Assert.False(writer.TryAddRecord(record, 0, record.Length));
        Assert.True(writer.BeginGroup(1, 1));
        Assert.False(writer.TryAddRecord(record, 0, record.Length - 1));
        Assert.True(writer.TryAddRecord(record, 0, record.Length));
        Assert.False(writer.BeginGroup(1, 1));
        Assert.Equal(WireError.Repeated, writer.LastError);
    }

    [Fact]
    public void A_receipt_says_what_was_put_into_it()
    {
        Gen<HashSet<uint>> steps = Gen.UInt[1, 400].HashSet[0, 40];
        Gen.Select(Gen.UInt[1, WireLimits.MaxBoot], Gen.UInt, steps, steps)
            .Sample((boot, through, settled, refused) =>
            {
                ReceiptEntry entry = new();
                entry.Reset(boot, through);
                HashSet<uint> expected = [];
                foreach (uint step in settled.Where(s => uint.MaxValue - through >= s))
                {
                    Assert.Equal(step <= WireLimits.MaxBitmapBytes * 8, entry.TrySettle(through + step));
                    expected.UnionWith(step <= WireLimits.MaxBitmapBytes * 8 ? [through + step] : []);
                }

                foreach (uint step in refused.Where(s => uint.MaxValue - through >= s))
                {
                    bool named = entry.TryRefuse(through + step, RefusalReason.BodyMalformed);
                    expected.UnionWith(named ? [through + step] : []);
                }

                byte[] frame = ReceiptVectors.Frame(new byte[32], [entry]);
                ReceiptFrame read = new();
                Assert.Equal(WireError.None, read.Read(frame, 0, frame.Length));
                Assert.True(read.NextEntry());
                Assert.Equal((boot, through), (read.Entry.Boot, read.Entry.SettledThrough));
                for (uint step = 1; step <= 400 && step <= uint.MaxValue - through; step++)
                {
                    Assert.Equal(expected.Contains(through + step), read.Entry.IsSettled(through + step));
                }

                Assert.True(read.Entry.IsSettled(through) && read.Entry.IsSettled(0));
                Assert.False(read.NextEntry());
            });
    }

    [Fact]
    public void A_status_says_what_was_put_into_it()
    {
        Gen.Select(Gen.ULong, Gen.UInt.Array[7], Gen.SByte, Gen.Int[0, 255], Gen.Char[' ', '~'].Array[0, 32])
            .Sample((uptime, n, rssi, reason, version) =>
            {
                StatusBody body = new()
                {
                    UptimeMs = uptime,
                    BootReason = (BootReason)reason,
                    HeapFreeBytes = n[0],
                    HeapLargestBytes = n[1],
                    QueueRecords = n[2],
                    QueueBytes = n[3],
                    DroppedRecords = n[4],
                    DroppedSightings = n[5],
                    StaleEvents = n[6],
                    WifiRssiDbm = rssi,
                };
                Assert.True(body.FirmwareVersion.Set(new string(version)));
                byte[] bytes = new byte[StatusBody.MaxSize];
                int length = body.Write(bytes, 0);
                Assert.Equal(WireError.None, StatusReader.Read(bytes.AsSpan(0, length), out StatusReader read));
                Assert.Equal((uptime, (BootReason)reason, rssi), (read.UptimeMs, read.BootReason, read.WifiRssiDbm));
                Assert.Equal(n, (uint[])[read.HeapFreeBytes, read.HeapLargestBytes, read.QueueRecords, read.QueueBytes,
                    read.DroppedRecords, read.DroppedSightings, read.StaleEvents]);
                Assert.Equal(new string(version), System.Text.Encoding.ASCII.GetString(read.FirmwareVersion));
                Assert.Equal(default, read.Details);
                Assert.NotEqual(WireError.None, StatusReader.Read(bytes.AsSpan(0, length - 1), out _));
            });
    }

    [Fact]
    public void Evidence_says_what_was_put_into_it()
    {
        Gen<string> text = Gen.Char[' ', '~'].Array[0, 32].Select(c => new string(c));
        Gen.Select(text.Array[4], Gen.Byte.Array[32], Gen.Bool, Gen.Bool, Gen.UInt[1, WireLimits.MaxBoot], Gen.ULong)
            .Sample((texts, hash, measured, configured, boot, uptime) =>
            {
                EvidenceFrame written = new Exchange().EvidenceWithoutClaims();
                written.Boot = boot;
                written.UptimeMs = uptime;
                EvidenceClaims claims = written.Claims;
                Assert.True(claims.SwName.Set(texts[0]) && claims.SwVersion.Set(texts[1]));
                Assert.True(claims.ClrVersion.Set(texts[2]) && claims.Target.Set(texts[3]));
                claims.HasMeasurement = measured;
                claims.HasConfigHash = configured;
                hash.CopyTo(claims.Measurement, 0);
                hash.CopyTo(claims.ConfigHash, 0);
                byte[] buffer = new byte[EvidenceFrame.MaxWriteSize];
                int length = written.Write(buffer, 0);
                EvidenceFrame read = new();
                Assert.Equal(WireError.None, read.Read(buffer, 0, length));
                Assert.Equal(texts, (string[])[read.Claims.SwName.ToText(), read.Claims.SwVersion.ToText(),
                    read.Claims.ClrVersion.ToText(), read.Claims.Target.ToText()]);
                Assert.Equal((measured, configured), (read.Claims.HasMeasurement, read.Claims.HasConfigHash));
                Assert.Equal(measured ? hash : new byte[32], read.Claims.Measurement);
                Assert.Equal((boot, uptime), (read.Boot, read.UptimeMs));
                Assert.Equal(buffer.AsSpan(13, 16).ToArray(), read.Hello.DeviceNonce);
            },
            iter: 30);
    }

    /// <summary>Writes windows one after the other, and says what a reader should find.</summary>
    private static List<byte[]> WriteRecords(
        HeardWindow[] windows, bool raw, List<(Radio, ulong, uint, Heard)> expected)
    {
        List<byte[]> records = [];
        byte[] buffer = new byte[WireLimits.MaxRecordBytes];
        ReportWriter writer = new();
        ulong ticks = 0;
        Begin();
        foreach (HeardWindow window in windows)
        {
            int next = 0;
            ulong open = ticks + window.GapMs;
            HashSet<ulong> seen = [];
            do
            {
                if (!writer.BeginWindow(window.Radio, open))
                {
                    Finish();
                    Begin();
                    Assert.True(writer.BeginWindow(window.Radio, open));
                }

                while (next < window.Heard.Length && writer.TryAddSighting(
                    window.Heard[next].Address, window.Heard[next].AddressType, window.Heard[next].RssiDbm))
                {
                    if (seen.Add(window.Heard[next].Address))
                    {
                        expected.Add((window.Radio, open, window.DurationMs, window.Heard[next]));
                    }

                    next++;
                }

                writer.EndWindow(window.DurationMs);
                ticks = open + window.DurationMs;
                if (next < window.Heard.Length)
                {
                    seen.Clear(); // the next record knows nothing of this one
                    Finish();
                    Begin();
                }
            }
            while (next < window.Heard.Length);
        }

        Finish();
        return records;

        void Begin() => Assert.True(writer.Begin(
            buffer, 0, raw ? ReportAddressing.Raw : ReportAddressing.Pseudonym, raw ? (ushort)0 : (ushort)20782));

        void Finish()
        {
            int length = writer.Finish((uint)records.Count + 1, ticks + 5, 0);
            Assert.True(length > 0, $"{(WireError)(-length)}");
            records.Add(buffer[..length]);
        }
    }

    private static List<byte[]> WriteFrames(List<byte[]> records, int limit)
    {
        List<byte[]> frames = [];
        byte[] buffer = new byte[4096];
        RecordsFrameWriter writer = new();
        for (int next = 0; next < records.Count;)
        {
            Assert.True(writer.Begin(buffer, 7, limit, 1, 1) && writer.BeginGroup(1, (uint)next + 1));
            while (next < records.Count && writer.TryAddRecord(records[next], 0, records[next].Length))
            {
                next++;
            }

            frames.Add(buffer[7..(7 + writer.Finish())]);
        }

        return frames;
    }

    private static List<(Radio, ulong, uint, Heard)> ReadSightings(byte[] frame)
    {
        List<(Radio, ulong, uint, Heard)> read = [];
        ReportReader report = new();
        Assert.Equal(WireError.None, RecordsFrameReader.Read(frame, out RecordsFrameReader reader));
        foreach (RecordGroup group in reader)
        {
            foreach (RecordView record in group)
            {
                Assert.Equal(WireError.None, report.Read(record));
                for (int i = 0; i < report.SightingCount; i++)
                {
                    Sighting sighting = report[i];
                    ReportWindow window = report.Windows[sighting.Window];
                    Heard heard = new(sighting.Address, sighting.AddressType, sighting.RssiDbm);
                    read.Add((window.Radio, (ulong)window.OpenMs, window.DurationMs, heard));
                }
            }
        }

        return read;
    }

    private readonly record struct Heard(ulong Address, AddressType AddressType, sbyte RssiDbm) : IComparable<Heard>
    {
        public int CompareTo(Heard other) => (Address, RssiDbm).CompareTo((other.Address, other.RssiDbm));
    }

    private sealed record HeardWindow(Radio Radio, uint GapMs, uint DurationMs, Heard[] Heard);
}
