using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LumenLink.Beacon.Provisioning;
using LumenLink.Cli.Provisioning;

namespace LumenLink.Tests.Cli;

/// <summary>The files that nanoff puts on a board, and what is said of input that no board could use.</summary>
public sealed class ProvisionTests : IDisposable
{
    private const string Key = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

    private const string NextKey = "7cf27b188d034f7e8a52380304b51ac3c08969e277f21b35a60b48fc47669978"
        + "07775510db8ed040293d9ac69f7430dbba7dade63ce982299e04b79d227873d1";

    private const string Secret = "correct horse battery";

    private static readonly string[] Needed =
        ["--transport", "mqtts://broker.example", "--audience", "lumenlink-dev", "--root-key", Key];

    private readonly string folder = Directory.CreateTempSubdirectory("lumen-provision-").FullName;

    private string Configuration => Path.Combine(folder, "lumenlink.cfg");

    private string Network => Path.Combine(folder, "network.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The golden file is what the firmware's own parser is tested with, too.</summary>
    [Fact]
    public void TheConfigurationIsTheGoldenOne()
    {
        Run run = Of(
            "--transport", "mqtts://broker.example:8884", "--transport", "https://lumen.example",
            "--audience", "lumenlink-golden",
            "--root-key", Key, "--root-key", NextKey, "--hardware", "esp32-wrover", "--privacy", "raw",
            "--region", "roof", "--onboarding-url", "https://lumen.example/welcome");
        Assert.Equal((0, ""), (run.Status, run.Error));
        string golden = Path.Combine(AppContext.BaseDirectory, "golden", "lumenlink.cfg");
        Assert.Equal(File.ReadAllText(golden), File.ReadAllText(Configuration));
        Assert.False(File.Exists(Network));
        Assert.DoesNotContain("networkdeployment", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void AKeyInFlashIsWrittenOnlyWhenAskedForAndWithAWarning()
    {
        Run usual = Of(Needed);
        Assert.Equal(0, usual.Status);
        Assert.DoesNotContain("WARNING", usual.Output, StringComparison.Ordinal);
        Assert.False(ConfigParser.Parse(File.ReadAllBytes(Configuration)).HasFlashIdentity);
        Run flash = Of([.. Needed, "--identity", "flash", "--force"]);
        Assert.Equal((0, ""), (flash.Status, flash.Error));
        Assert.Contains("can copy the key and be this beacon", flash.Output, StringComparison.Ordinal);
        BeaconConfig config = ConfigParser.Parse(File.ReadAllBytes(Configuration));
        Assert.True(config.HasFlashIdentity);
        Assert.Equal(0, config.ProblemCount);
    }

    [Fact]
    public void FilesAndNetworkAreInTheFormOfNanoff()
    {
        string ca = Path.Combine(folder, "ca.pem");
        File.WriteAllText(ca, "certificates");
        Run run = With(
            Secret + "\r\nsecond line\n", null,
            [.. Needed, "--wifi-ssid", "Café 1", "--wifi-password-file", "-", "--serial-port", "/dev/ttyUSB0",
             "--ca-certificate", ca]);
        Assert.Equal((0, ""), (run.Status, run.Error));
        JsonElement files = Json(Path.Combine(folder, "files.json"));
        Assert.Equal("/dev/ttyUSB0", files.GetProperty("serialport").GetString());
        JsonElement file = Assert.Single(files.GetProperty("files").EnumerateArray());
        Assert.Equal(@"I:\lumenlink.cfg", file.GetProperty("DestinationFilePath").GetString());
        Assert.Equal(Configuration, file.GetProperty("SourceFilePath").GetString());
        JsonElement network = Json(Network);
        Assert.Equal("/dev/ttyUSB0", network.GetProperty("SerialPort").GetString());
        Assert.Equal(ca, network.GetProperty("CACertificatesPath").GetString());
        JsonElement wifi = network.GetProperty("WirelessClient");
        Assert.Equal(
            ("Café 1", Secret, "WPA2", "AutoConnect"),
            (wifi.GetProperty("Ssid").GetString(), wifi.GetProperty("Password").GetString(),
             wifi.GetProperty("Authentication").GetString(), wifi.GetProperty("ConfigurationOption").GetString()));
    }

    [Fact]
    public void ThePasswordIsInOneFileThatOnlyItsOwnerReads()
    {
        Run run = With("", Secret, [.. Needed, "--wifi-ssid", "net"]);
        Assert.Equal(0, run.Status);
        Assert.DoesNotContain(Secret, run.Output + run.Error, StringComparison.Ordinal);
        Assert.Equal([Network], Directory.GetFiles(folder).Where(
            file => File.ReadAllText(file).Contains(Secret, StringComparison.Ordinal)));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Network));
    }

    [Fact]
    public void APasswordFileIsReadToTheEndOfItsFirstLine()
    {
        string file = Path.Combine(folder, "word");
        File.WriteAllText(file, Secret + "\n");
        Assert.Equal(0, With("", "from the environment", [.. Needed, "--wifi-ssid", "n", "--wifi-password-file", file])
            .Status);
        Assert.Equal(
            Secret, Json(Network).GetProperty("WirelessClient").GetProperty("Password").GetString());
    }

    [Fact]
    public void APasswordOnTheCommandLineIsRefusedAndNotRepeated()
    {
        foreach (string[] typed in (string[][])
            [["--wifi-password", Secret], ["--wifi-password=" + Secret], ["--wifi-password", Secret, "more"]])
        {
            Run run = Of([.. Needed, "--wifi-ssid", "net", .. typed]);
            run.IsRefusedWith("seen by everybody", ProvisionCommand.PasswordVariable);
            Assert.DoesNotContain(Secret, run.Error, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData("short", "it has 5")]
    [InlineData("", "it has 0")]
    [InlineData("pässword1", "it has 9")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789", "it has 70")]
    [InlineData("zz23456789012345678901234567890123456789012345678901234567890123", "it has 64")]
    public void APasswordThatNoNetworkHasIsRefusedAndNotRepeated(string password, string words)
    {
        Run run = With("", password, [.. Needed, "--wifi-ssid", "net"]);
        run.IsRefusedWith(words);
        if (password.Length > 0) Assert.DoesNotContain(password, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOpenNetworkIsSaidToBeOpen()
    {
        Of([.. Needed, "--wifi-ssid", "net"]).IsRefusedWith("--wifi-password-file", "--wifi-open");
        Assert.Equal(0, With("", Secret, [.. Needed, "--wifi-ssid", "net", "--wifi-open"]).Status);
        JsonElement wifi = Json(Network).GetProperty("WirelessClient");
        Assert.Equal(
            ("Open", ""), (wifi.GetProperty("Authentication").GetString(), wifi.GetProperty("Password").GetString()));
        Of([.. Needed, "--wifi-open"]).IsRefusedWith("--wifi-ssid");
        With("", null, [.. Needed, "--wifi-ssid", "n", "--wifi-open", "--wifi-password-file", "-"])
            .IsRefusedWith("exclude each other");
    }

    [Theory]
    [InlineData("--transport", "mqtts://broker.example:0", "a port is a number")]
    [InlineData("--transport", "https://broker.example:70000", "a port is a number")]
    [InlineData("--transport", "mqtts://broker.example:x", "a port is a number")]
    [InlineData("--transport", "broker.example", "is not mqtts://HOST")]
    [InlineData("--transport", "mqtts://bro ker", "is not mqtts://HOST")]
    [InlineData("--transport", "mqtts://a,mqtts://b", "is not mqtts://HOST")]
    [InlineData("--transport", "mqtts://broker.example\naudience=other", "is not mqtts://HOST")]
    [InlineData("--audience", "", "--audience takes 1 to")]
    [InlineData("--audience", "a\nprivacy=raw", "--audience takes 1 to")]
    [InlineData("--audience", " a", "--audience takes 1 to")]
    [InlineData("--region", "Zürich", "--region takes 1 to")]
    [InlineData("--onboarding-url", "ftp://x.example", "http or https")]
    [InlineData("--onboarding-url", "welcome", "http or https")]
    [InlineData("--root-key", "12ab", "neither 128 hex digits nor a file")]
    [InlineData("--wifi-ssid", "123456789012345678901234567890123", "1 to 32 bytes")]
    [InlineData("--ca-certificate", "no-such.pem", "there is no file")]
    public void WhatNoBoardCanUseIsRefused(string option, string value, string words)
    {
        int at = Array.IndexOf(Needed, option);
        string[] arguments = at < 0 ? [.. Needed, option, value] : [.. Needed];
        if (at >= 0) arguments[at + 1] = value;
        With("", Secret, arguments).IsRefusedWith(words);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void EachNeededOptionIsAskedFor()
    {
        for (int i = 0; i < Needed.Length; i += 2)
            Of([.. Needed[..i], .. Needed[(i + 2)..]]).IsRefusedWith(Needed[i]);
        Of([.. Needed, "--root-key", Key]).IsRefusedWith("the same");
        Of([.. Needed, "--root-key", NextKey, "--root-key", Key]).IsRefusedWith("once, or twice");
    }

    [Fact]
    public void ARootKeyComesFromFilesButNeverAPrivateOne()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECPoint point = key.ExportParameters(false).Q;
        byte[] raw = [.. point.X!, .. point.Y!];
        foreach (byte[] content in (byte[][])[raw, Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem())])
        {
            Assert.Equal(0, Of([.. Needed[..4], "--force", "--root-key", FileOf(content)]).Status);
            Assert.Contains(
                "root_key_1=" + Convert.ToHexStringLower(raw), File.ReadAllLines(Configuration));
        }

        raw[5] ^= 1;
        Of([.. Needed[..4], "--root-key", FileOf(raw)]).IsRefusedWith("no public key of the curve");
        Of([.. Needed[..4], "--root-key", FileOf([1, 2, 3])]).IsRefusedWith("64 bytes, or PEM");
        Of([.. Needed[..4], "--root-key", FileOf(Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()))])
            .IsRefusedWith("private key");
    }

    [Theory]
    [InlineData("lumenlink.cfg")]
    [InlineData("files.json")]
    [InlineData("network.json")]
    public void WhatIsThereIsNotOverwrittenUnlessForced(string file)
    {
        string path = Path.Combine(folder, file);
        File.WriteAllText(path, "mine");
        string[] arguments = [.. Needed, "--wifi-ssid", "net"];
        With("", Secret, arguments).IsRefusedWith(file, "--force");
        Assert.Equal([path], Directory.GetFiles(folder));
        Assert.Equal("mine", File.ReadAllText(path));
        Assert.Equal(0, With("", Secret, [.. arguments, "--force"]).Status);
        Assert.NotEqual("mine", File.ReadAllText(path));
    }

    private static JsonElement Json(string path) => JsonDocument.Parse(File.ReadAllText(path)).RootElement;

    private string FileOf(byte[] content)
    {
        string path = Path.Combine(folder, "key");
        File.WriteAllBytes(path, content);
        return path;
    }

    private Run Of(params string[] arguments) => With("", null, arguments);

    private Run With(string input, string? variable, string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var root = new RootCommand
        {
            ProvisionCommand.Create(
                () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
                name => name == ProvisionCommand.PasswordVariable ? variable : null),
        };
        int status = root.Parse(["provision", "--out", folder, .. arguments])
            .Invoke(new InvocationConfiguration { Output = output, Error = error });
        return new Run(status, output.ToString(), error.ToString());
    }

    private sealed record Run(int Status, string Output, string Error)
    {
        public void IsRefusedWith(params string[] words)
        {
            Assert.Equal((2, ""), (Status, Output));
            Assert.StartsWith("error: ", Error, StringComparison.Ordinal);
            Assert.All(words, word => Assert.Contains(word, Error, StringComparison.Ordinal));
        }
    }
}
