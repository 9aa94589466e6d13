using System.Globalization;
using System.Text.RegularExpressions;
using System.Text;
using LumenLink.Beacon;
using LumenLink.Protocol;

namespace LumenLink.Cli.Provisioning;

/// <summary>
/// Checks what was typed, so that the firmware takes every line of it. Limits are the firmware's (DeviceLimits).
/// </summary>
internal static partial class ProvisionInput
{
    private const int MaxCharacters = 255;
    private const int MinPassphrase = 8;
    private const int MaxPassphrase = 63;
    private const int KeyDigits = 64;

    /// <summary>A way to the service as the firmware's list has it: SCHEME://HOST or SCHEME://HOST:PORT.</summary>
    public static string Transport(string text)
    {
        Match match = TransportForm().Match(text);
        if (!match.Success)
        {
            throw new ProvisionException(
                $"--transport: \"{text}\" is not mqtts://HOST, mqtts://HOST:PORT, or the same with https, mqtt or "
                + "http; a host is a name or an IPv4 address.");
        }

        if (match.Groups["port"] is { Success: true } port
            && (!int.TryParse(port.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                || number is < 1 or > 65535))
            throw new ProvisionException("--transport: a port is a number from 1 to 65535.");
        return text;
    }

    [GeneratedRegex(@"\A(mqtts|mqtt|https|http)://[A-Za-z0-9.-]{1,253}(:(?<port>[^:/]*))?\z")]
    private static partial Regex TransportForm();

    /// <summary>One line of printable ASCII.</summary>
    public static string Line(string option, string text, int maxCharacters = MaxCharacters)
    {
        if (text.Length == 0 || text.Length > maxCharacters || text.Trim() != text
            || text.Any(one => one is < ' ' or > '~'))
        {
            throw new ProvisionException(
                $"{option} takes 1 to {maxCharacters} printable ASCII characters, no blanks around them.");
        }

        return text;
    }

    /// <summary>The label of where the board stands.</summary>
    public static string Region(string text) => Line("--region", text, DeviceLimits.RegionMaxCharacters);

    /// <summary>A service's name.</summary>
    public static string Audience(string text) => Line("--audience", text, DeviceLimits.AudienceMaxCharacters);

    /// <summary>An http or https address that fits into one result of Improv.</summary>
    public static string Url(string text)
    {
        string url = Line("--onboarding-url", text, DeviceLimits.OnboardingUrlMaxCharacters);
        return Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Scheme is "http" or "https"
            ? url
            : throw new ProvisionException("--onboarding-url takes an http or https address.");
    }

    /// <summary>A public key in hex, or a file of one: 64 bytes, or PEM. Private keys are refused.</summary>
    public static byte[] RootKey(string text) =>
        PublicKeyText.Read("--root-key", text, out string problem) ?? throw new ProvisionException(problem);

    /// <summary>Checks a network.</summary>
    /// <param name="ssid">Its name.</param>
    /// <param name="password">Its password; null for an open one.</param>
    public static WifiNetwork Wifi(string ssid, string? password)
    {
        int bytes = Encoding.UTF8.GetByteCount(ssid);
        if (bytes is < 1 or > DeviceLimits.SsidMaxBytes || ssid.Contains('\0'))
            throw new ProvisionException($"--wifi-ssid takes 1 to {DeviceLimits.SsidMaxBytes} bytes of UTF-8.");
        if (password is null) return new WifiNetwork(ssid, null);
        bool isPassphrase = password.Length is >= MinPassphrase and <= MaxPassphrase
            && password.All(one => one is >= ' ' and <= '~');
        bool isKey = password.Length == KeyDigits && password.All(char.IsAsciiHexDigit);
        return isPassphrase || isKey
            ? new WifiNetwork(ssid, password)
            : throw new ProvisionException(
                $"The Wi-Fi password must have {MinPassphrase} to {MaxPassphrase} ASCII characters, or be a key of "
                + $"{KeyDigits} hex digits; it has {password.Length}. For an open network give --wifi-open.");
    }
}
