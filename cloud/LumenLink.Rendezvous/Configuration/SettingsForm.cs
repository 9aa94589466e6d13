using LumenLink.Protocol;

namespace LumenLink.Rendezvous.Configuration;

/// <summary>
/// Whether each setting is well-formed, wherever the service runs. What production demands beyond that is
/// <see cref="Composition.ProductionGuard"/>'s.
/// </summary>
internal static class SettingsForm
{
    /// <summary>Stands for every origin.</summary>
    public const string AnyOrigin = "*";

    /// <summary>Adds one sentence for each setting that is not, without the value of a secret.</summary>
    public static void Check(RendezvousSettings settings, List<string> problems)
    {
        if (settings.Audience.Length is 0 or > WireLimits.MaxAudienceBytes
            || settings.Audience.Any(c => c is < ' ' or > '~'))
            problems.Add($"the audience must be 1 to {WireLimits.MaxAudienceBytes} printable ASCII characters");
        int[] ports = [settings.HttpPort, settings.MqttPort, settings.MetricsPort];
        ports = [.. ports.Where(port => port != 0)];
        if (ports.Distinct().Count() != ports.Length)
            problems.Add("the HTTP, MQTT and metrics ports must differ");
        CheckKey("LUMENLINK_MASTER_KEY", settings.MasterKeyText, problems);
        CheckKey("LUMENLINK_MASTER_KEY_PREVIOUS", settings.PreviousMasterKeyText, problems);
        if (settings.PreviousMasterKeyText is { } previous && previous == settings.MasterKeyText)
            problems.Add("LUMENLINK_MASTER_KEY_PREVIOUS is the current key: unset it");
        CheckToken("LUMENLINK_ADMIN_TOKEN", settings.AdminToken, problems);
        CheckToken("LUMENLINK_METRICS_TOKEN", settings.MetricsToken, problems);
        string fault;
        if (settings.RedisUrl is { } redis && RedisAddress.Read(redis, out fault) is null)
            problems.Add($"REDIS_URL: {fault}");
        if (settings.BrokerUrl is { } broker && BrokerAddress.Read(broker, out fault) is null)
            problems.Add($"LUMENLINK_BROKER_URL: {fault}");
        if (settings.TraceUrl is { } traces && TraceAddress.Read(traces, out fault) is null)
            problems.Add($"LUMENLINK_TRACE_URL: {fault}");
        if (settings.TraceOneIn == 0)
            problems.Add("LUMENLINK_TRACE_ONE_IN must be 1 or more: without LUMENLINK_TRACE_URL nothing is traced");
        if (settings.RollOut is { } rollOut && Fleet.RollOut.Read(rollOut) is null)
            problems.Add($"LUMENLINK_ROLLOUT must be {Fleet.RollOut.Form}");
        if (settings.Replica.Length is 0 or > RendezvousSettings.MaxReplica || !settings.Replica.All(IsOfAName))
        {
            problems.Add(
                $"the replica's name must be 1 to {RendezvousSettings.MaxReplica} letters, digits, dots, hyphens and "
                + "underscores of ASCII");
        }

        if (settings.MqttCertificate is null != settings.MqttKey is null)
            problems.Add("LUMENLINK_MQTT_CERTIFICATE and LUMENLINK_MQTT_KEY must be set together");
        if (settings.PublicUrls.Count > RendezvousSettings.MaxPublicUrls
            || !settings.PublicUrls.All(url => IsPublic(url, settings.IsProduction)))
        {
            problems.Add(
                $"the public addresses must be at most {RendezvousSettings.MaxPublicUrls} of https:// and mqtts://");
        }

        if (settings.CorsOrigins?.All(IsOrigin) == false)
        {
            problems.Add(
                "LUMENLINK_CORS_ORIGINS must be origins such as https://lumenlink.org, separated by commas, without "
                + "paths");
        }
    }

    private static bool IsOfAName(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';

    /// <summary>Encrypted; on the machine itself development needs no TLS.</summary>
    private static bool IsPublic(string text, bool isProduction) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.UserInfo.Length == 0 && url.Fragment.Length == 0
        && (url.Scheme is "https" or "mqtts" || (!isProduction && url.Scheme is "http" or "mqtt" && url.IsLoopback));

    private static void CheckKey(string name, string? key, List<string> problems)
    {
        if (key is not null && !Trust.MasterKey.IsWellFormed(key))
            problems.Add($"{name} must be the base64 of 32 bytes");
    }

    private static void CheckToken(string name, string? token, List<string> problems)
    {
        if (token is { Length: < RendezvousSettings.MinToken } || token?.Any(c => c is <= ' ' or > '~') == true)
        {
            problems.Add(
                $"{name} must be {RendezvousSettings.MinToken} or more printable characters without blanks");
        }
    }

    private static bool IsOrigin(string text) =>
        text == AnyOrigin
        || (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            && uri.GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase)
            && uri.UserInfo.Length == 0 && !text.Contains('*'));
}
