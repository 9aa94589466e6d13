using LumenLink.Beacon;
using LumenLink.Beacon.Identifier;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

public class EidTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    internal static (byte Id, byte[] Secret) Secret(byte exponent, uint offsetS) =>
        (1, [.. Key, exponent, .. TestService.U32(offsetS)]);

    /// <summary>The two AES inputs of the Eddystone-EID specification, spelled out byte by byte.</summary>
    [Theory]
    [InlineData(0, 0u)]
    [InlineData(10, 1_767_225_600u)]
    [InlineData(15, uint.MaxValue)]
    public void The_frame_follows_the_specification(byte exponent, uint clockS)
    {
        var crypto = new DotNetCrypto();
        byte[] frame = new byte[EidFrame.Size];
        new EidFrame(crypto).Write(Key, exponent, clockS, -17, frame);

        byte[] temporary = new byte[16];
        byte[] identifier = new byte[16];
        byte[] upper = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0, 0, (byte)(clockS >> 24), (byte)(clockS >> 16)];
        crypto.AesEncryptBlock(Key, upper, temporary);
        uint period = clockS & ~((1u << exponent) - 1);
        byte[] masked =
        [
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, exponent,
            (byte)(period >> 24), (byte)(period >> 16), (byte)(period >> 8), (byte)period,
        ];
        crypto.AesEncryptBlock(temporary, masked, identifier);
        Assert.Equal([0xAA, 0xFE, 0x30, 0xEF, .. identifier[..8]], frame);
    }

    [Fact]
    public void The_identifier_rotates_with_its_period_and_is_stored_before_use()
    {
        using var rig = new BeaconRig();
        rig.Service.Secrets = [Secret(8, 100)];
        var writer = new EidFrame(new DotNetCrypto());
        rig.Radio.OnAdvertise = advertised =>
        {
            byte[] stored = rig.Values.Read(EidAdvertiser.PeriodName)!;
            byte[] frame = new byte[EidFrame.Size];
            writer.Write(Key, 8, BitConverter.ToUInt32(stored, 1) << 8, DeviceLimits.EidTxPowerDbm, frame);
            Assert.Equal(frame, advertised);
        };
        rig.RunFor(3_600_000);
        Assert.InRange(rig.Radio.Advertised.Select(Convert.ToHexString).Distinct().Count(), 14, 16); // periods of 256 s
    }

    [Fact]
    public void After_a_power_loss_no_identifier_comes_back()
    {
        using var rig = new BeaconRig();
        rig.Service.Secrets = [Secret(15, 0)];
        var seen = new HashSet<string>();
        for (int boot = 0; boot < 4; boot++)
        {
            rig.RunFor(120_000);
            string[] now = [.. rig.Radio.Advertised.Select(Convert.ToHexString).Distinct()];
            Assert.NotEmpty(now);
            Assert.All(now, eid => Assert.True(seen.Add(eid), "an identifier came back"));
            rig.Boot();
        }
    }
}
