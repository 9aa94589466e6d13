namespace LumenLink.Load;

/// <summary>Where the load goes.</summary>
/// <param name="Host">The broker's.</param>
/// <param name="Port">Its port.</param>
/// <param name="IsTls">Whether it speaks TLS; its certificate is then checked by the system's trust.</param>
/// <param name="Audience">What connection tokens are for.</param>
internal sealed record LoadTarget(string Host, int Port, bool IsTls, string Audience)
{
    private const int MqttPort = 1883;
    private const int MqttsPort = 8883;

    /// <summary>
    /// True where the broker may be one beside the service, which does not know whose connection a short topic is of.
    /// </summary>
    public bool NeedsFullTopic { get; init; }

    /// <summary>Reads mqtt://host:port or mqtts://host:port; null when it is none.</summary>
    public static LoadTarget? Read(string url, string audience) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? address) && address.Scheme is "mqtt" or "mqtts"
            && address.Host.Length > 0 && address.UserInfo.Length == 0 && address.PathAndQuery is "" or "/"
            ? new LoadTarget(
                address.Host, address.Port > 0 ? address.Port : address.Scheme == "mqtt" ? MqttPort : MqttsPort,
                address.Scheme == "mqtts", audience)
            : null;
}
