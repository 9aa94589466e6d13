using LumenLink.Beacon;
using LumenLink.Beacon.Identifier;
using LumenLink.Protocol;
using LumenLink.Tests.Firmware.Security;

namespace LumenLink.Tests.Firmware.Core;

public class EidTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, 16).Select(i => (byte)i)];

    internal static (byte Id, byte[] Secret) Secret(byte exponent, uint offsetS) =>
        (1, [.. Key, exponent, .. TestService.U32(offsetS)]);

    /// <summary>
    /// Published vectors: identity key, K, clock and identifier from the tests of RadiusNetworks/ephemeral_calc
    /// (spec/encryptor_spec.rb), and of two independent implementations named ephemeral_id (Python and Rust).
    /// </summary>
    [Theory]
    [InlineData("0102030405060708090A111213141516", 10, 0u, "A9B76A71C5F89290")]
    [InlineData("0102030405060708090A111213141516", 10, 2_000u, "4144413E45FEFA58")]
    [InlineData("7C91330E61DFEA4606B5B3ECB4457D76", 0, 0u, "436BFE57D5A09505")]
    public void Published_vectors_give_their_identifiers(string key, byte exponent, uint clockS, string identifier)
    {
        byte[] frame = new byte[EidFrame.Size];
        new EidFrame(new DotNetCrypto()).Write(Convert.FromHexString(key), exponent, clockS, 0, frame);
        Assert.Equal(identifier, Convert.ToHexString(frame, EidFrame.IdentifierOffset, EidFrame.IdentifierSize));
    }

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
    public void Without_clock_and_service_a_beacon_that_lost_its_power_goes_on_past_its_last_period()
    {
        using var rig = new BeaconRig();
        rig.Service.Secrets = [Secret(8, 100)];
        rig.RunFor(1_000_000);
        uint last = StoredPeriod(rig);

        rig.Clock.ForgetUtc();
        rig.Service.NextConnect = Beacon.Uplink.LinkOutcome.Unreachable;
        rig.Boot();
        long bootMs = rig.Clock.NowMs;
        rig.RunFor(1_000_000); // nearly four periods of 256 s
        Assert.InRange(rig.Radio.Advertised.Select(Convert.ToHexString).Distinct().Count(), 4, 5);
        Assert.Equal(last + 1 + (uint)((rig.Clock.NowMs - bootMs) / 256_000), StoredPeriod(rig));

        // Somebody says the time: the beacon is where it would be had it never stopped.
        rig.Clock.Advance(3_600_000);
        rig.Clock.SetUtc(TestService.Now + rig.Clock.NowMs);
        rig.RunFor(60_000);
        Assert.InRange(StoredPeriod(rig), ExpectedPeriod(rig) - 1, ExpectedPeriod(rig));
    }

    [Fact]
    public void A_key_sent_again_costs_no_write_and_a_period_that_flash_does_not_take_is_not_used()
    {
        using var rig = new BeaconRig();
        rig.Service.Secrets = [Secret(15, 0)];
        rig.Service.LifetimeS = 600;
        rig.RunFor(3_600_000);
        Assert.True(rig.Counters.Attestations > 4);
        Assert.InRange(rig.Values.Writes, 3, 4); // certificate version, key, one period or two

        rig.Values.RefusesWrites = true;
        string[] before = [.. rig.Radio.Advertised.Select(Convert.ToHexString).Distinct()];
        rig.RunFor(36_000_000);
        Assert.Equal(before, rig.Radio.Advertised.Select(Convert.ToHexString).Distinct());
        rig.Values.RefusesWrites = false;
        rig.RunFor(60_000);
        Assert.Equal(before.Length + 1, rig.Radio.Advertised.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void The_scan_response_says_how_the_beacon_is()
    {
        using var rig = new BeaconRig("privacy=raw\nqueue_max_bytes=65536");
        rig.Service.Secrets = [Secret(10, 0)];
        rig.RunFor(60_000);
        Assert.Equal((AirState.Attested | AirState.Live | AirState.ClockSet, 0), State(rig));
        rig.Service.NextConnect = Beacon.Uplink.LinkOutcome.Unreachable;
        rig.Service.Cut();
        rig.RunFor(4 * 3_600_000);
        (AirState state, int tenths) = State(rig);
        Assert.Equal(AirState.ClockSet, state);
        Assert.True(tenths > 0, "a queue that fills says so");
        rig.Chip.Home = KeyHome.SoftwareKey;
        rig.Boot();
        rig.RunFor(60_000);
        Assert.Equal(AirState.ClockSet | AirState.SoftwareKey, State(rig).State);

        static (AirState State, int QueueTenths) State(BeaconRig rig)
        {
            byte[] data = rig.Radio.ScanResponses[^1];
            Assert.True(AirStatus.TryRead(data, 0, data.Length, out AirState state, out byte tenths));
            Assert.False(AirStatus.TryRead(data, 0, data.Length - 1, out _, out _));
            return (state, tenths);
        }
    }

    private static uint StoredPeriod(BeaconRig rig) =>
        BitConverter.ToUInt32(rig.Values.Read(EidAdvertiser.PeriodName)!, 1);

    private static uint ExpectedPeriod(BeaconRig rig) =>
        (uint)(((rig.Clock.UtcEpochMs + rig.Clock.NowMs) / 1000) + 100) >> 8;

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
