using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using LumenLink.Protocol;

namespace LumenLink.Cli.Provisioning;

/// <summary>A Wi-Fi network to be given to a board.</summary>
/// <param name="Ssid">Its name.</param>
/// <param name="Password">Its password; null for an open network.</param>
internal sealed record WifiNetwork(string Ssid, string? Password);

/// <summary>What a board is provisioned with, checked, and the files that nanoff takes.</summary>
internal sealed record ProvisionPlan
{
    /// <summary>The ways to the service, best first, as the firmware's list has them.</summary>
    public required IReadOnlyList<string> Transports { get; init; }

    /// <summary>Name of the service that connection tokens are for.</summary>
    public required string Audience { get; init; }

    /// <summary>The operator's root key, X || Y, and the next one.</summary>
    public required IReadOnlyList<byte[]> RootKeys { get; init; }

    /// <summary>Which board it is.</summary>
    public required HardwareModel Hardware { get; init; }

    /// <summary>Whether the identity key lives in flash, instead of a secure element.</summary>
    public bool HasFlashIdentity { get; init; }

    /// <summary>Whether addresses leave the board as they are.</summary>
    public bool IsRaw { get; init; }

    /// <summary>Where it stands; null for nowhere.</summary>
    public string? Region { get; init; }

    /// <summary>Where whoever gives it a network is sent next; null for nowhere.</summary>
    public string? OnboardingUrl { get; init; }

    /// <summary>The network; null to leave that to whoever installs it.</summary>
    public WifiNetwork? Wifi { get; init; }

    /// <summary>Port the board is connected to; null to name it to nanoff.</summary>
    public string? SerialPort { get; init; }

    /// <summary>File of the certificates that the broker's is checked with; null for none.</summary>
    public string? CaCertificate { get; init; }

    /// <summary>The configuration file of the firmware (docs/firmware-development.md). It holds no secret.</summary>
    public string Configuration()
    {
        StringBuilder text = new();
        text.Append("# Written by lumen provision. Keys: docs/firmware-development.md\n");
        Line("transports", string.Join(',', Transports));
        Line("audience", Audience);
        for (int i = 0; i < RootKeys.Count; i++)
            Line(string.Create(CultureInfo.InvariantCulture, $"root_key_{i + 1}"),
                Convert.ToHexStringLower(RootKeys[i]));
        Line("identity", HasFlashIdentity ? "flash" : null);
        Line("privacy", IsRaw ? "raw" : "pseudonym");
        Line("hardware_model", ((int)Hardware).ToString(CultureInfo.InvariantCulture));
        Line("region", Region);
        Line("onboarding_url", OnboardingUrl);
        return text.ToString();

        void Line(string key, string? value)
        {
            if (value is not null) text.Append(key).Append('=').Append(value).Append('\n');
        }
    }

    /// <summary>The list for <c>nanoff --filedeployment</c>.</summary>
    /// <param name="configurationFile">Where the configuration file lies on this machine.</param>
    public string FileDeployment(string configurationFile)
    {
        JsonObject list = [];
        if (SerialPort is not null) list["serialport"] = SerialPort;
        list["files"] = new JsonArray(new JsonObject
        {
            ["DestinationFilePath"] = @"I:\lumenlink.cfg",
            ["SourceFilePath"] = configurationFile,
        });
        return Text(list);
    }

    /// <summary>The configuration for <c>nanoff --networkdeployment</c>; null if there is nothing in it.</summary>
    public string? NetworkDeployment()
    {
        if (Wifi is null && CaCertificate is null) return null;
        JsonObject network = [];
        if (SerialPort is not null) network["SerialPort"] = SerialPort;
        if (Wifi is not null)
        {
            network["WirelessClient"] = new JsonObject
            {
                ["Ssid"] = Wifi.Ssid,
                ["Password"] = Wifi.Password ?? "",
                ["Authentication"] = Wifi.Password is null ? "Open" : "WPA2",
                ["Encryption"] = Wifi.Password is null ? "None" : "WPA2",
                ["ConfigurationOption"] = "AutoConnect",
                ["DhcpEnabled"] = true,
            };
        }

        if (CaCertificate is not null) network["CACertificatesPath"] = CaCertificate;
        return Text(network);
    }

    private static string Text(JsonObject json) => json.ToJsonString(Readable) + "\n";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
