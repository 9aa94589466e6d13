using LumenLink.Beacon;
using LumenLink.Beacon.Radio;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

public class AdvertisementTests
{
    private const string Flags = "020106";
    private const string IBeacon = "1AFF4C000215" + "00112233445566778899AABBCCDDEEFF" + "00010002" + "C5";
    private const string EddystoneList = "0303AAFE";
    private const string Eid = "0D16AAFE30EF0102030405060708";

    [Theory]
    [InlineData(Flags, RecognisedAs.Other, null)]
    [InlineData("", RecognisedAs.Other, null)]
    [InlineData(Flags + IBeacon, RecognisedAs.IBeacon, -59)]
    [InlineData(Flags + EddystoneList + "1516AAFE00EE00010203040506070809AABBCCDDEEFF", RecognisedAs.EddystoneUid, -18)]
    [InlineData("1716AAFE00EE00010203040506070809AABBCCDDEEFF0000", RecognisedAs.EddystoneUid, -18)]
    [InlineData(Flags + EddystoneList + "0816AAFE10EB036100", RecognisedAs.EddystoneUrl, -21)]
    [InlineData(Flags + "1116AAFE20000BB8151A0000000100000002", RecognisedAs.EddystoneTlm, null)]
    [InlineData(Flags + EddystoneList + Eid, RecognisedAs.EddystoneEid, -17)]
    [InlineData(Flags + EddystoneList + Eid + "06094C756D656E", RecognisedAs.LumenLink, -17)]
    [InlineData("06084C756D656E" + Eid, RecognisedAs.LumenLink, -17)]
    [InlineData("06094C756D656E", RecognisedAs.Other, null)]
    [InlineData(IBeacon + "020AF4", RecognisedAs.IBeacon, -12)]
    [InlineData("020AF4" + Eid, RecognisedAs.EddystoneEid, -12)]
    public void Formats_are_told_apart(string payload, RecognisedAs format, int? txPower)
    {
        Advertisement read = Read(payload);
        Assert.Equal(format, read.Recognised);
        Assert.Equal(txPower, read.HasTxPower ? read.TxPowerDbm : null);
        bool carriesEid = payload.Contains(Eid, StringComparison.Ordinal);
        Assert.Equal(carriesEid, read.HasEid);
        Assert.True(!carriesEid || read.Eid == 0x0102030405060708);
    }

    [Theory]
    [InlineData("0C16AAFE30EF01020304050607")] // one byte of the identifier short
    [InlineData("0D16AAFE30EF01020304050607")] // runs over the end
    [InlineData("0D16ABFE30EF0102030405060708")] // another service
    [InlineData("000D16AAFE30EF0102030405060708")] // behind an early end
    [InlineData("19FF4C000215" + "00112233445566778899AABBCCDDEEFF" + "00010002")]
    [InlineData("1AFF4D000215" + "00112233445566778899AABBCCDDEEFF" + "00010002" + "C5")]
    [InlineData("0316AAFE")]
    [InlineData("0416AAFE30")]
    [InlineData("030AF4F4")]
    public void What_is_cut_or_only_alike_is_not_recognised(string payload)
    {
        Advertisement read = Read(payload);
        Assert.Equal((RecognisedAs.Other, false, false), (read.Recognised, read.HasTxPower, read.HasEid));
    }

    [Fact]
    public void Services_and_manufacturers_are_found()
    {
        Advertisement read = Read(Flags + "05020D180F18" + "04160A1805" + "05FF59000102");
        Assert.True(read.HasService(0x180D) && read.HasService(0x180F) && read.HasService(0x180A));
        Assert.False(read.HasService(0x1805) || read.HasService(0x0106) || read.HasService(0x0059));
        Assert.Equal(0x0059, read.CompanyId);
        Assert.Equal(Advertisement.NoCompany, Read(Flags + "02FF59").CompanyId);
    }

    /// <summary>Bytes that nobody made on purpose, and good ones with one byte changed or cut off.</summary>
    [Fact]
    public void Hostile_bytes_never_throw_and_nothing_of_the_last_payload_stays()
    {
        var random = new Random(1);
        byte[] good = Convert.FromHexString(Flags + EddystoneList + Eid + "06094C756D656E");
        var read = new Advertisement();
        var afresh = new Advertisement();
        byte[] payload = new byte[255];
        for (int i = 0; i < 200_000; i++)
        {
            random.NextBytes(payload);
            int length = random.Next(40);
            if (i % 2 == 0)
            {
                good.CopyTo(payload, 0);
                payload[random.Next(good.Length)] = (byte)random.Next(256);
                length = random.Next(good.Length + 1);
            }

            read.Read(payload, length);
            read.HasService(0xFEAA);
            if (i % 97 == 0)
            {
                afresh = new Advertisement();
                afresh.Read(payload, length);
                Assert.Equal(
                    (afresh.Recognised, afresh.HasTxPower, afresh.HasEid, afresh.CompanyId),
                    (read.Recognised, read.HasTxPower, read.HasEid, read.CompanyId));
            }
        }
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        byte[] payload = Convert.FromHexString(Flags + EddystoneList + Eid);
        var read = new Advertisement();
        read.Read(payload, payload.Length);
        Assert.Equal(0, Allocation.Of(() =>
        {
            for (int i = 0; i < 100; i++) read.Read(payload, payload.Length);
        }));
    }

    private static Advertisement Read(string hex)
    {
        byte[] payload = Convert.FromHexString(hex);
        var advertisement = new Advertisement();
        advertisement.Read(payload, payload.Length);
        return advertisement;
    }
}
