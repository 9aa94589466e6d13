using CsCheck;
using LumenLink.Protocol;
using LumenLink.Tests.Protocol.VectorMaker;

namespace LumenLink.Tests.Protocol;

/// <summary>What a status says beyond its fields.</summary>
public sealed class StatusDetailTests
{
    private static readonly Gen<uint> Numbers = Gen.OneOf(Gen.Const(0u), Gen.UInt[0, 3], Gen.UInt);

    [Fact]
    public void Details_say_what_was_put_into_them_and_zeros_are_left_out()
    {
        Gen.Select(Numbers.Array[18], Gen.Byte, Gen.Byte, Gen.Byte, Gen.Int[0, 32]).Sample(
            (n, kind, index, level, version) =>
            {
                StatusBody body = Body(n, kind, index, level);
                Assert.True(body.FirmwareVersion.Set(new string('v', version)));
                byte[] bytes = new byte[StatusBody.MaxSize];
                int length = body.Write(bytes, 0);
                Assert.Equal(WireError.None, StatusReader.Read(bytes.AsSpan(0, length), out StatusReader read));
                StatusDetailValues expected = new(
                    kind + index == 0 ? null : new StatusTransport((TransportKind)kind, index),
                    IsZero(n[..3]) ? null : new StatusRadioDuty(n[0], n[1], n[2]),
                    IsZero(n[3..8]) ? null : new StatusFiltered(n[3], n[4], n[5], n[6], n[7]),
                    IsZero(n[8..12]) ? null : new StatusLink(n[8], n[9], n[10], n[11]),
                    level == 0 ? null : (KeyHome)level,
                    n[12] == 0 ? null : n[12],
                    IsZero(n[13..17]) ? null : new StatusFaults(n[13], n[14], n[15], n[16]),
                    n[17] == 0 ? null : n[17]);
                Assert.Equal(expected, read.Details);
                Assert.Equal(version, read.FirmwareVersion.Length);
            });
    }

    [Fact]
    public void The_largest_status_fits_its_bound_and_no_smaller_room()
    {
        StatusBody body = Body([.. Enumerable.Repeat(uint.MaxValue, 18)], 255, 255, 255);
        Assert.True(body.FirmwareVersion.Set(new string('v', WireLimits.MaxAsciiBytes)));
        Assert.Equal(StatusBody.MaxSize, body.Write(new byte[StatusBody.MaxSize], 0));
        Assert.Equal(-(int)WireError.NoRoom, body.Write(new byte[StatusBody.MaxSize - 1], 0));
    }

    [Theory]
    [InlineData("status", null)]
    [InlineData("status_detail_unknown", null)]
    [InlineData("status_details", null)]
    [InlineData("detail_without_length", WireError.TooShort)]
    [InlineData("detail_behind_end", WireError.TooShort)]
    [InlineData("detail_known_behind_end", WireError.TooShort)]
    [InlineData("detail_too_short", WireError.LengthInvalid)]
    [InlineData("detail_too_long", WireError.LengthInvalid)]
    [InlineData("detail_empty", WireError.LengthInvalid)]
    [InlineData("detail_twice", WireError.Repeated)]
    public void A_body_is_refused_by_name(string name, WireError? error)
    {
        Vector vector = VectorFiles.Read("records").Vectors.Single(v => v.Name == name);
        Assert.Equal(WireError.None, RecordsFrameReader.Read(vector.Bytes, out RecordsFrameReader reader));
        foreach (RecordGroup group in reader)
        {
            foreach (RecordView record in group)
            {
                Assert.Equal(error ?? WireError.None, StatusReader.Read(record.Body, out _));
            }
        }
    }

    [Fact]
    public void No_cut_and_no_flip_of_a_full_body_throws()
    {
        StatusBody body = Body([.. Enumerable.Range(1, 18).Select(i => (uint)i)], 1, 0, 1);
        Assert.True(body.FirmwareVersion.Set("0.1.0"));
        byte[] bytes = new byte[StatusBody.MaxSize];
        bytes = bytes[..body.Write(bytes, 0)];
        int whole = 0;
        for (int count = 0; count <= bytes.Length; count++)
        {
            whole += StatusReader.Read(bytes.AsSpan(0, count), out _) == WireError.None ? 1 : 0;
        }

        // Behind the version and behind each of the eight details.
        Assert.Equal(9, whole);
        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(Enum.IsDefined(StatusReader.Read(bytes, out _)));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void Neither_writing_nor_reading_allocates()
    {
        StatusBody body = Body([.. Enumerable.Range(1, 18).Select(i => (uint)i)], 1, 0, 1);
        byte[] bytes = new byte[StatusBody.MaxSize];
        long before = 0;
        WireError read = WireError.NoRoom;
        for (int round = 0; round < 2; round++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            int length = body.Write(bytes, 0);
            read = StatusReader.Read(bytes.AsSpan(0, length), out _);
        }

        long after = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal((WireError.None, 0), (read, after - before));
    }

    [Theory]
    [InlineData("status_details", "detail = 1 Transport", "kind = 2 Http", "detail = 2 RadioDuty",
        "level = 2 SoftwareKey", "ble_scan_tenths = 16909058", "unchanged = 16909064", "downlink_refused = 16909068",
        "other = 16909073", "eid_period = 16909074")]
    [InlineData("status_detail_unknown", "detail = 200 (unknown)", "data = 010203", "kind = 1 Mqtt")]
    [InlineData("status_boot_reason_unknown", "boot_reason = 200 (unknown)")]
    [InlineData("detail_too_long", "detail = 1 Transport", "length = 3", "data = 010000")]
    [InlineData("detail_behind_end", "rest of body = 0102")]
    public void The_printer_shows_details(string name, params string[] lines)
    {
        string text = FrameText.Describe(VectorFiles.Read("records").Vectors.Single(v => v.Name == name).Bytes);
        Assert.All(lines, line => Assert.Contains(line + "\n", text, StringComparison.Ordinal));
    }

    private static bool IsZero(uint[] numbers) => numbers.All(number => number == 0);

    private static StatusBody Body(uint[] n, byte kind, byte index, byte level)
    {
        StatusBody body = new();
        StatusDetails details = body.Details;
        (details.TransportKind, details.TransportIndex) = ((TransportKind)kind, index);
        (details.AdvertiseTenths, details.BleScanTenths, details.WifiScanTenths) = (n[0], n[1], n[2]);
        (details.FilteredByRssi, details.FilteredByAddress, details.FilteredByService) = (n[3], n[4], n[5]);
        (details.FilteredByManufacturer, details.FilteredUnchanged) = (n[6], n[7]);
        (details.Connects, details.ConnectFailures) = (n[8], n[9]);
        (details.ReceiptsMissed, details.DownlinkRefused) = (n[10], n[11]);
        (details.SecurityLevel, details.ConfigVersion) = ((KeyHome)level, n[12]);
        (details.RadioFaults, details.ChipFaults) = (n[13], n[14]);
        (details.TornRecords, details.OtherFaults, details.EidPeriod) = (n[15], n[16], n[17]);
        return body;
    }
}
