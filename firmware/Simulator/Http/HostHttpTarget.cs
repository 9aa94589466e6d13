namespace LumenLink.Simulator;

/// <summary>What a URL names.</summary>
/// <param name="IsSecure">Scheme https.</param>
/// <param name="Host">Name or address.</param>
/// <param name="Port">TCP port.</param>
/// <param name="Path">The absolute path; queries are not sent, as on the device.</param>
internal sealed record HostHttpTarget(bool IsSecure, string Host, int Port, string Path)
{
    /// <summary>As the device writes it into the Host header: without port 80 only.</summary>
    public string HostHeader => Port == 80 ? Host : $"{Host}:{Port}";

    /// <summary>Reads a URL; null if it is none of http or https.</summary>
    public static HostHttpTarget? Parse(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            ? new(uri.Scheme == "https", uri.Host, uri.Port, uri.AbsolutePath)
            : null;
}
