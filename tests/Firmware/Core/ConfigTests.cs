using System.Text;
using LumenLink.Beacon;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Uplink;
using LumenLink.Protocol;

namespace LumenLink.Tests.Firmware.Core;

public class ConfigTests
{
    private static readonly string Key = new('a', 128);
    private static readonly string Needed = $"transports=mqtts://h\naudience=a\nroot_key_1={Key}\n";

    [Fact]
    public void A_whole_file_is_read()
    {
        BeaconConfig config = Parse($"""
            # a beacon
            transports = mqtts://a.example, mqtt://b.example:8800 ,https://c.example,http://10.0.0.1:8080
            audience=lumenlink-dev
            wifi_ssid=net
            wifi_password=pass=word
            root_key_1={Key}
            root_key_2={new string('B', 128)}
            privacy=raw
            report_ms=30000
            cycle_ms=20000
            advertise_ms=2000
            wifi_scan_every_ms=0
            hardware_model=65535
            identity=flash
            filter_rssi_floor=-90
            filter_addresses=AABBCCDDEEFF,001122334455
            filter_services=180d,FEAA
            filter_manufacturers=0059
            filter_change_db=6
            report_extras=recognised, eid,tx_power

            region=roof
            """);
        Assert.Equal(0, config.ProblemCount);
        Assert.True(config.CanConnect && config.IsRaw && config.HasFlashIdentity);
        Assert.Equal("lumenlink-dev", config.Audience);
        Assert.Equal(
            [
                (TransportKind.Mqtt, true, "a.example", 8883), (TransportKind.Mqtt, false, "b.example", 8800),
                (TransportKind.Http, true, "c.example", 443), (TransportKind.Http, false, "10.0.0.1", 8080),
            ],
            config.Transports.Select(t => (t.Kind, t.IsTls, t.Host, t.Port)));
        Assert.Equal(("net", "pass=word", "roof"), (config.WifiSsid, config.WifiPassword, config.Region));
        Assert.Equal((30_000, 20_000, 2_000, 0),
            (config.Radio.ReportMs, config.Radio.CycleMs, config.Radio.AdvertiseMs, config.Radio.WifiScanEveryMs));
        Assert.Equal(HardwareModel.Simulator, config.HardwareModel);
        Assert.Equal((-90, 6), (config.Filter.RssiFloorDbm, config.Filter.ChangeDb));
        Assert.Equal([0xAABBCCDDEEFF, 0x001122334455], config.Filter.Addresses);
        Assert.Equal([0x180D, 0xFEAA], config.Filter.Services);
        Assert.Equal([0x0059], config.Filter.Manufacturers);
        Assert.True(config.Filter.Says(ReportExtra.TxPower) && config.Filter.Says(ReportExtra.Eid));
        Assert.False(config.Filter.Says(ReportExtra.Fingerprint));
        Assert.All(config.RootKey1!, b => Assert.Equal(0xAA, b));
        Assert.All(config.RootKey2!, b => Assert.Equal(0xBB, b));
    }

    [Theory]
    [InlineData("nonsense", "(line)", ConfigError.LineMalformed)]
    [InlineData("=x", "(line)", ConfigError.LineMalformed)]
    [InlineData("trasnports=x", "trasnports", ConfigError.KeyUnknown)]
    [InlineData("audience=b", "audience", ConfigError.KeyRepeated)]
    [InlineData("queue_max_bytes=65535", "queue_max_bytes", ConfigError.ValueInvalid)]
    [InlineData("cycle_stretch_max=0", "cycle_stretch_max", ConfigError.ValueInvalid)]
    [InlineData("filter_rssi_floor=5", "filter_rssi_floor", ConfigError.ValueInvalid)]
    [InlineData("filter_rssi_floor=-128", "filter_rssi_floor", ConfigError.ValueInvalid)]
    [InlineData("filter_rssi_floor=-", "filter_rssi_floor", ConfigError.ValueInvalid)]
    [InlineData("filter_addresses=AABBCCDDEE", "filter_addresses", ConfigError.ValueInvalid)]
    [InlineData("filter_addresses=AABBCCDDEEFF,", "filter_addresses", ConfigError.ValueInvalid)]
    [InlineData("filter_services=180d;180f", "filter_services", ConfigError.ValueInvalid)]
    [InlineData("filter_services=18g0", "filter_services", ConfigError.ValueInvalid)]
    [InlineData("filter_manufacturers=1,2", "filter_manufacturers", ConfigError.ValueInvalid)]
    [InlineData("filter_change_db=61", "filter_change_db", ConfigError.ValueInvalid)]
    [InlineData("report_extras=colour", "report_extras", ConfigError.ValueInvalid)]
    [InlineData("privacy=none", "privacy", ConfigError.ValueInvalid)]
    [InlineData("identity=software", "identity", ConfigError.ValueInvalid)]
    [InlineData("root_key_2=12", "root_key_2", ConfigError.ValueInvalid)]
    [InlineData("report_ms=999", "report_ms", ConfigError.ValueInvalid)]
    [InlineData("wifi_scan_every_ms=1", "wifi_scan_every_ms", ConfigError.ValueInvalid)]
    [InlineData("hardware_model=70000", "hardware_model", ConfigError.ValueInvalid)]
    [InlineData("wifi_password=", "wifi_password", ConfigError.ValueInvalid)]
    [InlineData("advertise_ms=10000", "advertise_ms", ConfigError.ValuesConflict)]
    [InlineData("identity=flash\nprovision_chip=lock_for_ever", "identity", ConfigError.ValuesConflict)]
    public void Each_error_is_named_by_its_key_and_the_rest_counts(string line, string key, ConfigError error)
    {
        BeaconConfig config = Parse(Needed + line);
        Assert.Equal(1, config.ProblemCount);
        Assert.Equal((key, error), (config.ProblemKeys[0], config.Problems[0]));
        Assert.True(config.CanConnect);
        Assert.Equal(
            ("a", DeviceLimits.AdvertiseMs, DeviceLimits.ReportMs),
            (config.Audience, config.Radio.AdvertiseMs, config.Radio.ReportMs));
        Assert.False(config.IsRaw);
    }

    [Theory]
    [InlineData("")]
    [InlineData("broker.example")]
    [InlineData("mqtts://")]
    [InlineData("mqtts:/host")]
    [InlineData("ftp://host")]
    [InlineData("MQTTS://host")]
    [InlineData("mqtts://host:0")]
    [InlineData("mqtts://host:65536")]
    [InlineData("mqtts://host:99999999999999999999")]
    [InlineData("mqtts://host:-1")]
    [InlineData("mqtts://host:1:2")]
    [InlineData("mqtts://user@host")]
    [InlineData("https://host/path")]
    [InlineData("mqtts://a,")]
    [InlineData("mqtts://a,mqtts://b,mqtts://c,mqtts://d,mqtts://e")]
    public void A_list_of_transports_that_is_none_is_refused_whole(string value)
    {
        BeaconConfig config = Parse($"transports={value}\naudience=a\nroot_key_1={Key}\n");
        Assert.Equal(["transports", "transports"], config.ProblemKeys.Take(2));
        Assert.Equal([ConfigError.ValueInvalid, ConfigError.KeyMissing], config.Problems.Take(2));
        Assert.Empty(config.Transports);
    }

    [Fact]
    public void What_the_command_line_writes_is_read_without_a_problem()
    {
        byte[] golden = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "lumenlink.cfg"));
        BeaconConfig config = ConfigParser.Parse(golden);
        Assert.Equal(0, config.ProblemCount);
        Assert.True(config.CanConnect && config.IsRaw);
        Assert.Equal(
            [(TransportKind.Mqtt, true, "broker.example", 8884), (TransportKind.Http, true, "lumen.example", 443)],
            config.Transports.Select(t => (t.Kind, t.IsTls, t.Host, t.Port)));
        Assert.Equal(
            ("lumenlink-golden", "roof", "https://lumen.example/welcome"),
            (config.Audience, config.Region, config.OnboardingUrl));
        Assert.Equal((HardwareModel.Esp32Wrover, 0x6B, 0x7C),
            (config.HardwareModel, config.RootKey1![0], config.RootKey2![0]));
    }

    [Theory]
    [InlineData(DeviceLimits.OnboardingUrlMaxCharacters, 0)]
    [InlineData(DeviceLimits.OnboardingUrlMaxCharacters + 1, 1)]
    public void An_onboarding_url_fits_into_one_result(int characters, int problems) =>
        Assert.Equal(problems, Parse($"{Needed}onboarding_url={new string('u', characters)}").ProblemCount);

    /// <summary>Nothing but the one word lowers the level.</summary>
    [Theory]
    [InlineData("", false)]
    [InlineData("identity=secure_element", false)]
    [InlineData("identity=", false)]
    [InlineData("identity=Flash", false)]
    [InlineData("identity=secure_element\nidentity=flash", false)]
    [InlineData("identity=flash\nprovision_chip=check", false)]
    [InlineData("identity=flash", true)]
    public void The_key_is_in_flash_only_if_the_file_says_so(string line, bool isFlash) =>
        Assert.Equal(isFlash, Parse(Needed + line).HasFlashIdentity);

    [Fact]
    public void Without_a_file_three_keys_are_missing_and_nothing_connects()
    {
        BeaconConfig config = ConfigParser.Parse(null);
        Assert.Equal(["transports", "audience", "root_key_1"], config.ProblemKeys.Take(3));
        Assert.All(config.Problems.Take(3), p => Assert.Equal(ConfigError.KeyMissing, p));
        Assert.False(config.CanConnect);
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception()
    {
        var random = new Random(3);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] file = new byte[random.Next(200)];
            random.NextBytes(file);
            if (i % 2 == 0) for (int at = 0; at < file.Length; at++) file[at] = (byte)"=\n#ab0 _"[file[at] % 8];
            Assert.True(ConfigParser.Parse(file).ProblemCount >= 3);
        }

        Assert.Equal(
            ConfigError.FileInvalid, ConfigParser.Parse(new byte[DeviceLimits.ConfigMaxBytes + 1]).Problems[0]);
    }

    [Fact]
    public void The_claimed_hash_does_not_depend_on_the_password()
    {
        string one = Shown("wifi_ssid=n\nwifi_password=one\nprivacy=raw\n");
        Assert.Equal(one, Shown("wifi_ssid=n\n wifi_password = another\nprivacy=raw"));
        Assert.DoesNotContain("one", one, StringComparison.Ordinal);
        Assert.NotEqual(one, Shown("wifi_ssid=n\nwifi_password=one\nprivacy=pseudonym\n"));
    }

    private static string Shown(string file)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(file);
        byte[] target = new byte[bytes.Length + 1];
        return Encoding.ASCII.GetString(target, 0, ConfigParser.WithoutSecrets(bytes, target));
    }

    private static BeaconConfig Parse(string text) => ConfigParser.Parse(Encoding.ASCII.GetBytes(text));
}
