using CsCheck;
using LumenLink.Protocol;

namespace LumenLink.Tests.Protocol;

/// <summary>Extras come back as they were said, cost others a bit, and never break a record's bound.</summary>
public sealed class ReportExtraTests
{
    [Fact]
    public void Extras_survive_and_the_first_word_stays()
    {
        Gen.Select(Gen.UInt[0, 20], Gen.Int[1, 5], Gen.ULong, Gen.Bool).Array[0, 90].Sample(
            said =>
            {
                byte[] buffer = new byte[WireLimits.MaxRecordBytes];
                ReportWriter writer = new();
                Dictionary<(Radio, ulong, ReportExtra), ulong> expected = [];
                Assert.True(writer.Begin(buffer, 0, ReportAddressing.Raw, 0));
                foreach (Radio radio in new[] { Radio.Ble, Radio.WiFi })
                {
                    Assert.True(writer.BeginWindow(radio, (ulong)radio * 10_000));
                    foreach ((uint address, int kind, ulong value, bool isBle) in said)
                    {
                        if (isBle != (radio == Radio.Ble) || !writer.TryAddSighting(address, AddressType.Random, -60))
                            continue;
                        ReportExtra extra = (ReportExtra)kind;
                        if (writer.TryAddExtra(extra, value))
                            expected.TryAdd((radio, address, extra), value & (ulong.MaxValue >> (64 - Width(extra))));
                    }

                    writer.EndWindow(5_000);
                }

                int length = writer.Finish(1, 40_000, 0);
                Assert.True(length > 0);
                ReportReader report = new();
                Assert.Equal(WireError.None, report.Read(buffer.AsSpan(0, length)));
                Assert.Equal(
                    expected.OrderBy(e => e.Key).Select(e => (e.Key, e.Value)),
                    report.Extras.ToArray().Select(e => ((e.Radio, e.Address, e.Kind), e.Value)).Order());
            },
            iter: 500);
    }

    [Fact]
    public void The_fullest_report_with_extras_fits_its_record()
    {
        Gen.Int[1, 64].Sample(
            every =>
            {
                byte[] buffer = new byte[WireLimits.MaxRecordBytes];
                ReportWriter writer = new();
                Assert.True(writer.Begin(buffer, 0, ReportAddressing.Pseudonym, 9));
                ulong now = 0;
                for (ulong w = 0; w < 40 && writer.BeginWindow(w % 3 == 2 ? Radio.WiFi : Radio.Ble, now); w++)
                {
                    for (ulong i = 0; i < 70; i++)
                    {
                        int dbm = (i + w) % 2 == 0 ? -128 : 127;
                        if (writer.TryAddSighting(i * 0x9E3779B97F4AUL, (AddressType)(i % 3), dbm)
                            && i % (ulong)every == 0)
                            writer.TryAddExtra((ReportExtra)(1 + (i % 5)), ulong.MaxValue);
                    }

                    writer.EndWindow((uint)(w * 999));
                    now += 500_000_000;
                }

                int length = writer.Finish(1, now, 0);
                Assert.True(length > 0, $"{(WireError)(-length)}");
                ReportReader report = new();
                Assert.Equal(WireError.None, report.Read(buffer.AsSpan(0, length)));
                Assert.True(report.ExtraCount > 0);
                Assert.Equal(writer.SightingCount, report.SightingCount);
            });
    }

    [Fact]
    public void A_report_without_extras_pays_one_bit_a_block()
    {
        int without = Bytes([]);
        int with = Bytes([ReportExtra.TxPower]);

        // Ten bits of a column, its end, a bit for each of 20 addresses and one value.
        Assert.InRange(with - without, 5, 6);
    }

    private static int Bytes(ReportExtra[] extras)
    {
        byte[] buffer = new byte[WireLimits.MaxRecordBytes];
        ReportWriter writer = new();
        Assert.True(writer.Begin(buffer, 0, ReportAddressing.Raw, 0) && writer.BeginWindow(Radio.Ble, 0));
        for (ulong i = 0; i < 20; i++)
            Assert.True(writer.TryAddSighting(i << 40, AddressType.Random, -60));
        Assert.All(extras, extra => Assert.True(writer.TryAddExtra(extra, 1)));
        writer.EndWindow(10_000);
        return writer.Finish(1, 10_000, 0);
    }

    private static int Width(ReportExtra extra) => ReportCoding.ExtraWidth(extra);
}
